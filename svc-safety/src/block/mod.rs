//! Blocks. A row here is the truth; the copies of social and inbox are what holds, and are written before anybody is
//! told "blocked".

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

/// One block, as its row stands; its id is never used again.
#[derive(Clone, Copy, Debug)]
pub struct Block {
    pub id: i64,
    pub blocker: AccountId,
    /// Nobody: inert.
    pub blocked: Option<AccountId>,
    /// Every copy held it once.
    pub applied: bool,
    /// Ended, which a copy may not know yet.
    pub removed: bool,
}

impl Service {
    /// Blocks whoever is meant, or keeps an inert entry where nobody is; answers with the form sent. When it returns,
    /// the block holds. Repeating it finishes what could not be finished, and does nothing twice.
    ///
    /// # Errors
    /// 400 `invalid_target`, 400 `cannot_block_self`, 409 `limit_reached` with `max` = 10,000; 503 `unavailable` when
    /// auth, which knows the names, or a copy cannot be reached: if it is a copy, a job makes the block hold later.
    pub(crate) async fn block(&self, viewer: AccountId, text: &str) -> Result<String, Error> {
        let target = self.resolve(text).await?;
        if target.account() == Some(viewer) {
            return Err(Refused::CannotBlockSelf.into());
        }
        let block = match self.find_block(viewer, &target).await? {
            Some(block) => block,
            None => self.record_block(viewer, &target).await?,
        };
        self.apply_block(block).await?;
        Ok(target.label)
    }

    /// Ends the block of whoever is meant, whichever token made it; answers with the form sent. Nothing to end is no
    /// error. It restores nothing: a block that did not hold yet is made to hold first.
    ///
    /// # Errors
    /// 400 `invalid_target`; 503 `unavailable` when auth or a copy cannot be reached: repeating it resumes.
    pub(crate) async fn unblock(&self, viewer: AccountId, text: &str) -> Result<String, Error> {
        let target = self.resolve(text).await?;
        for block in self.unapplied_blocks(viewer, &target).await? {
            self.apply_block(block).await?;
        }
        for block in self.end_block(viewer, &target).await? {
            self.apply_block(block).await?;
        }
        Ok(target.label)
    }

    /// Newest first, at most 10,000.
    ///
    /// # Errors
    /// The database's.
    pub(crate) async fn blocks(&self, viewer: AccountId) -> Result<Vec<Entry>, Error> {
        let mut conn = self.db().conn().await?;
        Ok(store::list(&mut conn, viewer, MAX).await?)
    }

    async fn find_block(&self, viewer: AccountId, target: &Resolved) -> Result<Option<Block>, Error> {
        let mut conn = self.db().conn().await?;
        Ok(store::find(&mut conn, viewer, target).await?)
    }

    async fn unapplied_blocks(&self, viewer: AccountId, target: &Resolved) -> Result<Vec<Block>, Error> {
        let mut conn = self.db().conn().await?;
        Ok(store::unapplied(&mut conn, viewer, target).await?)
    }

    /// The row, and the job that makes it hold if this process does not live to do it.
    async fn record_block(&self, viewer: AccountId, target: &Resolved) -> Result<Block, Error> {
        let mut tx = self.db().begin().await?;
        // The pair of one: a person's list grows by one at a time, so that its limit is exact.
        lock::pair_exclusive(&mut tx, Role::Safety, viewer, viewer).await?;
        person::store::put(&mut tx, target.person.as_slice()).await?;
        let Some(block) = store::insert(&mut tx, viewer, target, self.ambient().clock.now(), MAX).await? else {
            // A parallel repeat was first, or there is no room.
            let first = store::find(&mut tx, viewer, target).await?;
            return first.ok_or_else(|| Refused::LimitReached { max: MAX }.into());
        };
        jobs::add(&mut tx, Role::Safety, &Apply { block: block.id }).await?;
        tx.commit().await?;
        self.ambient().pauses.point("safety.block.committed").await;
        Ok(block)
    }

    /// Marks as ended what is in force, and takes up again what was ended before and is still known to a copy.
    async fn end_block(&self, viewer: AccountId, target: &Resolved) -> Result<Vec<Block>, Error> {
        let mut tx = self.db().begin().await?;
        let ended = store::end(&mut tx, viewer, target, self.ambient().clock.now()).await?;
        for block in &ended {
            jobs::add(&mut tx, Role::Safety, &Apply { block: block.id }).await?;
        }
        tx.commit().await?;
        self.ambient().pauses.point("safety.unblock.committed").await;
        Ok(ended)
    }

    /// Brings both copies in line with the row. Harmless twice, late and out of order: they know the ids they have seen.
    /// An inert block goes there too, as one of nobody: it takes as long and costs as much as any other.
    async fn apply_block(&self, block: Block) -> Result<(), Error> {
        let Block { id, blocker: from, blocked, applied, removed } = block;
        let to = blocked.unwrap_or(AccountId::NOBODY);
        if !applied {
            let apply = social::ApplyBlockRequest { block_id: id, blocker: from.0, blocked: to.0 };
            let untell = inbox::ApplyBlockRequest { block_id: id, blocker: from.0, blocked: to.0 };
            let (mut social, mut inbox) = (self.social(), self.inbox());
            let (social, inbox) = tokio::join!(social.apply_block(apply), inbox.apply_block(untell));
            social?;
            inbox?;
            let mut conn = self.db().conn().await?;
            store::mark_applied(&mut conn, id, self.ambient().clock.now()).await?;
        }
        if removed {
            let remove = social::RemoveBlockRequest { block_id: id, blocker: from.0, blocked: to.0 };
            let tell = inbox::RemoveBlockRequest { block_id: id, blocker: from.0, blocked: to.0 };
            let (mut social, mut inbox) = (self.social(), self.inbox());
            let (social, inbox) = tokio::join!(social.remove_block(remove), inbox.remove_block(tell));
            social?;
            inbox?;
            let mut conn = self.db().conn().await?;
            store::forget(&mut conn, id).await?;
        }
        Ok(())
    }
}
