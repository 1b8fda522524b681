//! Placements: which of his Sides a person shows to whom.

mod ledger;
mod rule;
mod store;

pub use self::ledger::{Ledger, LedgerEntry};
use platform::{AccountId, Error, Role, Side, identity::Viewer, ids, person::Person, pg::lock};
use proto::auth::v1::ResolveHandlesRequest;

use self::rule::Change;
use crate::{
    Service,
    person::{self, refuse_growth},
    refused::Refused,
};

/// No account has this id. An unknown name takes the same path as a known one, down to the number of statements.
const NOBODY: AccountId = AccountId(0);

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

    /// The present holder of a name, from auth, before any connection is held.
    async fn resolve(&self, handle: &str) -> Result<Option<Person>, Error> {
        let request = ResolveHandlesRequest { handles: vec![handle.to_owned()] };
        let answer = self.directory().resolve_handles(request).await?.into_inner();
        answer.persons.into_iter().next().map(Person::from_proto).transpose()
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
        let member = target.as_ref().map_or(NOBODY, |person| person.id);
        if member == owner {
            return Err(Refused::CannotSideSelf.into());
        }
        let known: Vec<Person> = [Some(viewer.person.clone()), target].into_iter().flatten().collect();

        let mut tx = self.db().begin().await?;
        lock::pair_shared(&mut tx, Role::Social, owner, member).await?;
        self.ambient().pauses.point("social.place.locked").await;
        person::store::put(&mut tx, &known).await?;
        let persons = person::store::share(&mut tx, &[owner, member]).await?;
        let blocks = store::blocks(&mut tx, owner, member).await?;
        let from = store::side_for_update(&mut tx, owner, member).await?;

        let by_id = |id| persons.iter().find(|person| person.id == id);
        if to.is_some() {
            let actor = by_id(owner).ok_or(Error::Internal("the viewer's row was just written"))?;
            actor.refuse_if_restricted(viewer.reason.as_deref(), now)?;
        }
        let target = by_id(member).ok_or(Refused::NotFound)?;
        // To a gone person nothing can be given, but what was given can be taken back; else he does not exist.
        if blocks.by_member || (target.gone() && (to.is_some() || from.is_none())) {
            return Err(Refused::NotFound.into());
        }
        if blocks.by_owner && to.is_some() {
            return Err(Refused::Restricted.into());
        }
        match rule::change(from, to, confirm)? {
            Change::Nothing => {}
            Change::Set(side) => store::set(&mut tx, owner, member, side, now).await?,
            Change::Remove => store::remove(&mut tx, owner, member).await?,
        }
        self.ambient().pauses.point("social.place.before_commit").await;
        Ok(tx.commit().await?)
    }
}
