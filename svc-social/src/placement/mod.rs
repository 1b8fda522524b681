//! Placements: which of his Sides a person shows to whom.

mod ledger;
mod moving;
mod rule;
mod store;

pub use self::{
    ledger::{Ledger, LedgerEntry},
    store::side_for_update,
};
use platform::{AccountId, Error, Side, identity::Viewer, ids, person::Person};

use self::rule::Change;
use crate::{Service, person::refuse_growth, refused::Refused, relation::meet};

/// The viewer shows somebody a Side, or takes it away.
#[derive(Clone, Copy, Debug)]
pub struct Place<'a> {
    /// As typed.
    pub username: &'a str,
    /// As typed; "public" and "" remove.
    pub side: &'a str,
    pub confirm: bool,
}

impl Service {
    /// Places somebody in one of the viewer's Sides, and answers that Side; `None` = removed. Idempotent: only a real
    /// change moves the time of the last change. Taking access away is open to every state of account.
    ///
    /// # Errors
    /// 403 `account_restricted`, `age_gate_required` (where access would grow), 400 `missing_username`,
    /// `invalid_side`, 404 `not_found` (unknown, gone, or he blocked the viewer), 400 `cannot_side_self`,
    /// 403 `restricted` (the viewer blocked him), 400 `confirm_required`, `friends_required`.
    pub async fn place(&self, viewer: &Viewer, place: Place<'_>) -> Result<Option<Side>, Error> {
        let now = self.ambient().clock.now();
        let side = rule::parse_side(place.side);
        if side != Ok(None) {
            refuse_growth(viewer, now)?;
        }
        let handle = ids::handle(place.username);
        if handle.is_empty() {
            return Err(Refused::MissingUsername.into());
        }
        let to = side?;
        let target = self.resolve(&handle).await?;
        self.place_resolved(viewer, target, to, place.confirm).await?;
        Ok(to)
    }

    async fn place_resolved(
        &self,
        viewer: &Viewer,
        target: Option<Person>,
        to: Option<Side>,
        confirm: bool,
    ) -> Result<(), Error> {
        let now = self.ambient().clock.now();
        let owner = viewer.person.id;
        let member = target.as_ref().map_or(AccountId::NOBODY, |person| person.id);
        if member == owner {
            return Err(Refused::CannotSideSelf.into());
        }
        let mut tx = self.db().begin().await?;
        let meeting = meet(&mut tx, &viewer.person, target.as_ref()).await?;
        self.ambient().pauses.point("social.place.met").await;
        let from = side_for_update(&mut tx, owner, member).await?;
        match to {
            Some(_) => meeting.to_give(viewer, now)?,
            None => meeting.to_take(from.is_some())?,
        };
        match rule::change(from, to, confirm)? {
            Change::Nothing => {}
            Change::Set(_) | Change::Remove => self.move_to(&mut tx, owner, member, from, to, now).await?,
        }
        self.ambient().pauses.point("social.place.before_commit").await;
        Ok(tx.commit().await?)
    }
}
