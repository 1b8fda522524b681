//! What ends a membership by the member's own act, and a circle by its owner's. Open to every state of account.

use platform::{Error, identity::Viewer};

use super::{
    CircleId,
    event::{Change, Rows, Via},
    store,
};
use crate::{Service, invite, refused::Refused};

impl Service {
    /// The viewer is no member any more, and comes back only by his own act.
    ///
    /// # Errors
    /// 404 `not_found` (unknown, or he is no member), 400 `owner_cannot_leave`.
    pub async fn leave_circle(&self, viewer: &Viewer, id: &str) -> Result<(), Error> {
        let id = CircleId::parse(id).ok_or(Refused::NotFound)?;
        let (now, account) = (self.ambient().clock.now(), viewer.person.id);
        let mut tx = self.db().begin().await?;
        let circle = store::lock_of_member(&mut tx, &id, account).await?.ok_or(Refused::NotFound)?;
        if circle.owner == account {
            return Err(Refused::OwnerCannotLeave.into());
        }
        let before = store::members(&mut tx, &id).await?;
        let after: Vec<_> = before.iter().copied().filter(|member| *member != account).collect();
        // He may have been taken out while this waited for the circle.
        if after.len() == before.len() {
            return Err(Refused::NotFound.into());
        }
        let now = circle.next_moment(now);
        let told = Rows::of(&[Change::members(&before, &after, Some(Via::Leave))], now, &self.ambient().random);
        store::leave(&mut tx, &id, account, &told, now).await?;
        self.ambient().pauses.point("social.circle.leave.before_commit").await;
        Ok(tx.commit().await?)
    }

    /// Deletes a circle for good. Whoever was asked to join is asked no more; its posts stay for their authors.
    ///
    /// # Errors
    /// 404 `not_found`: unknown, or not the viewer's.
    pub async fn delete_circle(&self, viewer: &Viewer, id: &str) -> Result<(), Error> {
        let id = CircleId::parse(id).ok_or(Refused::NotFound)?;
        let (now, owner) = (self.ambient().clock.now(), viewer.person.id);
        let mut tx = self.db().begin().await?;
        invite::revoke_of_circle(&mut tx, &id, owner, None, now).await?;
        if !store::delete(&mut tx, &id, owner).await? {
            return Err(Refused::NotFound.into());
        }
        invite::revoke_late(&mut tx, &id, owner, None, now).await?;
        self.ambient().pauses.point("social.circle.delete.before_commit").await;
        Ok(tx.commit().await?)
    }
}
