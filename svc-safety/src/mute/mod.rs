//! Mutes. Never told to the muted. A row here is the truth; the copies of social and inbox are what holds, and are
//! written before the 200.

mod job;
mod store;

use platform::{AccountId, Error, Role, jobs, pg::lock};
use proto::{inbox::v1 as inbox, social::v1 as social};

pub use self::job::Apply;
use crate::{
    Service,
    entry::{Entry, MAX},
    person,
    refused::Refused,
    target::Resolved,
};

/// One mute, as its row stands.
#[derive(Clone, Copy, Debug)]
pub struct Mute {
    pub id: i64,
    pub muter: AccountId,
    /// Nobody: inert.
    pub muted: Option<AccountId>,
    /// Ended, which a copy may not know yet.
    pub removed: bool,
    /// Rises with every change of the pair.
    pub version: i64,
}

impl Service {
    /// Mutes whoever is meant, or keeps an inert entry where nobody is; answers with the form sent. When it returns,
    /// the mute holds. Repeating it finishes what could not be finished, and does nothing twice.
    ///
    /// # Errors
    /// 400 `invalid_target`, 400 `cannot_mute_self`, 409 `limit_reached` with `max` = 10,000; 503 `unavailable` when
    /// auth, which knows the names, or a copy cannot be reached: if it is a copy, a job makes the mute hold later.
    pub(crate) async fn mute(&self, viewer: AccountId, text: &str) -> Result<String, Error> {
        let target = self.resolve(text).await?;
        if target.account() == Some(viewer) {
            return Err(Refused::CannotMuteSelf.into());
        }
        let mute = match self.find_mute(viewer, &target).await? {
            Some(mute) => mute,
            None => self.record_mute(viewer, &target).await?,
        };
        self.apply_mute(mute).await?;
        Ok(target.label)
    }

    /// Ends the mute of whoever is meant, whichever token made it; answers with the form sent. Nothing to end is no
    /// error.
    ///
    /// # Errors
    /// 400 `invalid_target`; 503 `unavailable` when auth or a copy cannot be reached: repeating it resumes.
    pub(crate) async fn unmute(&self, viewer: AccountId, text: &str) -> Result<String, Error> {
        let target = self.resolve(text).await?;
        for mute in self.end_mute(viewer, &target).await? {
            self.apply_mute(mute).await?;
        }
        Ok(target.label)
    }

    /// Newest first, at most 10,000.
    ///
    /// # Errors
    /// The database's.
    pub(crate) async fn mutes(&self, viewer: AccountId) -> Result<Vec<Entry>, Error> {
        let mut conn = self.db().conn().await?;
        Ok(store::list(&mut conn, viewer, MAX).await?)
    }

    async fn find_mute(&self, viewer: AccountId, target: &Resolved) -> Result<Option<Mute>, Error> {
        let mut conn = self.db().conn().await?;
        Ok(store::find(&mut conn, viewer, target).await?)
    }

    /// The row, and the job that makes it hold if this process does not live to do it.
    async fn record_mute(&self, viewer: AccountId, target: &Resolved) -> Result<Mute, Error> {
        let mut tx = self.db().begin().await?;
        // The pair of one: a person's list grows by one at a time, so that its limit is exact.
        lock::pair_exclusive(&mut tx, Role::Safety, viewer, viewer).await?;
        person::store::put(&mut tx, target.person.as_slice()).await?;
        let Some(mute) = store::insert(&mut tx, viewer, target, self.ambient().clock.now(), MAX).await? else {
            // A parallel repeat was first, or there is no room.
            let first = store::find(&mut tx, viewer, target).await?;
            return first.ok_or_else(|| Refused::LimitReached { max: MAX }.into());
        };
        jobs::add(&mut tx, Role::Safety, &Apply { mute: mute.id }).await?;
        tx.commit().await?;
        Ok(mute)
    }

    /// Marks as ended what is in force, and takes up again what was ended before and is still known to a copy.
    async fn end_mute(&self, viewer: AccountId, target: &Resolved) -> Result<Vec<Mute>, Error> {
        let mut tx = self.db().begin().await?;
        let ended = store::end(&mut tx, viewer, target, self.ambient().clock.now()).await?;
        for mute in &ended {
            jobs::add(&mut tx, Role::Safety, &Apply { mute: mute.id }).await?;
        }
        tx.commit().await?;
        Ok(ended)
    }

    /// Brings both copies in line with the row. Harmless twice, late and out of order: they keep the highest version.
    /// An inert mute goes there too, as one of nobody: it takes as long and costs as much as any other.
    async fn apply_mute(&self, mute: Mute) -> Result<(), Error> {
        let Mute { id, muter: from, muted, removed, version } = mute;
        let to = muted.unwrap_or(AccountId::NOBODY);
        let put = social::PutMuteRequest { muter: from.0, muted: to.0, on: !removed, version };
        let quiet = inbox::PutMuteRequest { muter: from.0, muted: to.0, on: !removed, version };
        let (mut social, mut inbox) = (self.social(), self.inbox());
        let (social, inbox) = tokio::join!(social.put_mute(put), inbox.put_mute(quiet));
        social?;
        inbox?;
        if removed {
            let mut conn = self.db().conn().await?;
            store::forget(&mut conn, id).await?;
        }
        Ok(())
    }
}
