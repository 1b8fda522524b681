//! Follows: one-way, of a person's public presence. They show nobody anything and ask for nothing.

mod count;
mod recount;
mod roster;
pub mod store;

use platform::{AccountId, Error, identity::Viewer, ids, person::Person};

pub use self::{
    count::FollowCounts,
    recount::Recount,
    roster::{Roster, RosterEntry, RosterRequest},
};
use crate::{Service, person::refuse_growth, refused::Refused, relation::meet};

impl Service {
    /// Follows somebody, or no more; answers how many follow him and whom he follows. Idempotent, silent, and open to
    /// every state of account where it ends a follow.
    ///
    /// # Errors
    /// 403 `account_restricted`, `age_gate_required` (to follow), 400 `missing_username`, 404 `not_found` (unknown,
    /// gone, or he blocked the viewer), 400 `cannot_follow_self`, 403 `restricted` (to follow whom one has blocked).
    pub async fn set_follow(&self, viewer: &Viewer, username: &str, follow: bool) -> Result<FollowCounts, Error> {
        if follow {
            refuse_growth(viewer, self.ambient().clock.now())?;
        }
        let handle = ids::handle(username);
        if handle.is_empty() {
            return Err(Refused::MissingUsername.into());
        }
        let target = self.resolve(&handle).await?;
        self.set_follow_resolved(viewer, target, follow).await
    }

    async fn set_follow_resolved(
        &self,
        viewer: &Viewer,
        target: Option<Person>,
        follow: bool,
    ) -> Result<FollowCounts, Error> {
        let now = self.ambient().clock.now();
        let (follower, id) = (viewer.person.id, target.as_ref().map_or(AccountId::NOBODY, |person| person.id));
        if id == follower {
            return Err(Refused::CannotFollowSelf.into());
        }
        let mut tx = self.db().begin().await?;
        let meeting = meet(&mut tx, &viewer.person, target.as_ref()).await?;
        self.ambient().pauses.point("social.follow.met").await;
        let counts = if follow {
            meeting.to_give(viewer, now)?;
            store::follow(&mut tx, follower, id, now).await?
        } else {
            // Of one who is gone only a row that is there is taken back, and the job counts what he left behind.
            let gone = meeting.to_take(true)?.gone();
            let ended = store::unfollow(&mut tx, follower, id, gone).await?;
            if gone && !ended.row {
                return Err(Refused::NotFound.into());
            }
            if gone {
                Recount::of(follower).add(&mut tx).await?;
            }
            // Nor does he count who is gone himself; whether he was counted until now, the job need not know.
            if meeting.viewer_gone() {
                Recount::of(id).add(&mut tx).await?;
            }
            ended.counts
        };
        self.ambient().pauses.point("social.follow.before_commit").await;
        tx.commit().await?;
        Ok(counts)
    }
}
