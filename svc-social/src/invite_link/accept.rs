//! Joining a circle by its link.

use platform::{AccountId, Error, Side, identity::Viewer, pg::Tx};
use time::OffsetDateTime;

use super::{
    Status, Token,
    store::{self, Held},
};
use crate::{
    Service,
    circle::{self, CircleRow, Via},
    person::refuse_growth,
    refused::Refused,
    relation::meet_known,
};

/// The circle that somebody belongs to now.
#[derive(Debug)]
pub struct Joined {
    pub circle: String,
    pub label: String,
    pub side: Side,
}

impl Service {
    /// Makes the viewer a member of the circle that a link leads into, and answers that circle. Whoever belongs to it
    /// already, its owner too, spends no use. A link that leads nowhere, into the circle of somebody who is gone or cut
    /// off by a block, or back to where he was removed, is unknown to him: one answer, at one price.
    ///
    /// # Errors
    /// 403 `account_restricted`, `age_gate_required`, 404 `not_found`, `revoked`, `expired`, `used_up`,
    /// 409 `friends_required`, `circle_full`, `membership_limit`.
    pub async fn accept_link(&self, viewer: &Viewer, token: &str) -> Result<Joined, Error> {
        let now = self.ambient().clock.now();
        refuse_growth(viewer, now)?;
        let token = Token::parse(token).ok_or(Refused::NotFound)?;
        let account = viewer.person.id;
        let mut conn = self.db().conn().await?;
        let lead = store::find(&mut conn, &token, account).await?;
        drop(conn);
        let own = lead.as_ref().filter(|lead| lead.owner == account);
        if let Some(own) = own {
            return Ok(Joined { circle: own.circle.to_string(), label: own.label.clone(), side: own.side });
        }
        let mut tx = self.db().begin().await?;
        let owner = lead.as_ref().map_or(AccountId::NOBODY, |lead| lead.owner);
        let meeting = meet_known(&mut tx, &viewer.person, owner).await?;
        self.ambient().pauses.point("social.invite_link.accept.met").await;
        meeting.to_give(viewer, now).map_err(unknown_unless_restricted)?;
        let lead = lead.ok_or(Refused::NotFound)?;
        let held = store::hold(&mut tx, &token, &lead.circle, account, now).await?;
        let held = held.filter(Held::leads).ok_or(Refused::NotFound)?;
        self.enter(&mut tx, &token, &held, account, now).await?;
        self.ambient().pauses.point("social.invite_link.accept.before_commit").await;
        tx.commit().await?;
        let CircleRow { id, label, side, .. } = held.circle;
        Ok(Joined { circle: id.into(), label, side })
    }

    async fn enter(
        &self,
        tx: &mut Tx,
        token: &Token,
        held: &Held,
        account: AccountId,
        now: OffsetDateTime,
    ) -> Result<(), Error> {
        let circle = &held.circle;
        let joiner = store::joiner(tx, &circle.id, circle.owner, account).await?;
        if joiner.removed {
            return Err(Refused::NotFound.into());
        }
        if joiner.member {
            return Ok(());
        }
        match held.state().status(now) {
            Status::Revoked => return Err(Refused::LinkRevoked.into()),
            Status::Expired => return Err(Refused::LinkExpired.into()),
            Status::UsedUp => return Err(Refused::LinkUsedUp.into()),
            Status::Active => {}
        }
        if circle.side == Side::Close && !matches!(joiner.shown, Some(Side::Friends | Side::Close)) {
            return Err(Refused::LinkFriendsRequired.into());
        }
        if circle::join(tx, self.ambient(), circle, account, Via::Link, now).await? {
            store::spend(tx, token, held.invite.as_deref(), now).await?;
        }
        Ok(())
    }
}

/// Whether it is the owner's going or a block makes no difference.
fn unknown_unless_restricted(error: Error) -> Error {
    match error {
        Error::Refused(refusal) if refusal.code != "account_restricted" => Refused::NotFound.into(),
        other => other,
    }
}
