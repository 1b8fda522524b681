//! Blocks and mutes as this service holds them: exact copies of safety's rows, written before safety answers 200.

mod store;

use platform::{AccountId, Error, Role, pg::lock};

use crate::Service;

/// One block: its id is never used again.
#[derive(Clone, Copy, Debug)]
pub struct Block {
    pub id: i64,
    pub blocker: AccountId,
    /// Nobody, of an inert one.
    pub blocked: AccountId,
}

/// A mute as it is now.
#[derive(Clone, Copy, Debug)]
pub struct Mute {
    pub muter: AccountId,
    pub muted: AccountId,
    pub on: bool,
    /// Rises with every change of the pair.
    pub version: i64,
}

impl Service {
    /// Waits for everything between the two that is just being told, takes back what each was told of the other, then
    /// holds the block. One that was applied or removed before is done, so that a late repeat takes nothing back that
    /// came after. Two statements.
    ///
    /// # Errors
    /// The database's.
    pub(crate) async fn apply_block(&self, block: Block) -> Result<(), Error> {
        let mut tx = self.db().begin().await?;
        lock::pair_exclusive(&mut tx, Role::Inbox, block.blocker, block.blocked).await?;
        self.ambient().pauses.point("inbox.apply_block.locked").await;
        store::apply_block(&mut tx, block, self.ambient().clock.now()).await?;
        Ok(tx.commit().await?)
    }

    /// Ends the block of this id; one that arrives here later finds its id known. What was taken back stays so. Two
    /// statements.
    ///
    /// # Errors
    /// The database's.
    pub(crate) async fn remove_block(&self, block: Block) -> Result<(), Error> {
        let mut tx = self.db().begin().await?;
        lock::pair_exclusive(&mut tx, Role::Inbox, block.blocker, block.blocked).await?;
        store::remove_block(&mut tx, block.id).await?;
        Ok(tx.commit().await?)
    }

    /// Applies safety's word on a mute; one of a higher version stays.
    ///
    /// # Errors
    /// The database's.
    pub(crate) async fn put_mute(&self, mute: Mute) -> Result<(), Error> {
        let mut conn = self.db().conn().await?;
        Ok(store::put_mute(&mut conn, mute).await?)
    }
}
