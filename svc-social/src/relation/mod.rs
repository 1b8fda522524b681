//! Blocks and mutes as this service holds them: exact copies of safety's rows, written before safety answers 200.

mod meeting;
mod store;

use platform::{
    AccountId, Error, Role,
    pg::{Tx, lock},
};

pub use self::meeting::{meet, meet_all, meet_known};

use crate::{
    Service, access_request,
    circle::{self, Via, store::TakeOut},
    invite,
};

/// One block: its id is never used again.
#[derive(Clone, Copy, Debug)]
pub struct Block {
    pub id: i64,
    pub blocker: AccountId,
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
    /// Waits for every write between the two that came first, ends what joins them, then holds the block.
    /// A block that was applied or removed before is done, so that a late repeat does not undo what came after.
    ///
    /// # Errors
    /// The database's.
    pub async fn apply_block(&self, block: Block) -> Result<(), Error> {
        let mut tx = self.db().begin().await?;
        lock::pair_exclusive(&mut tx, Role::Social, block.blocker, block.blocked).await?;
        self.ambient().pauses.point("social.apply_block.locked").await;
        if store::mark_seen(&mut tx, block.id).await? {
            self.part(&mut tx, block.blocker, block.blocked).await?;
            store::insert_block(&mut tx, block).await?;
        }
        Ok(tx.commit().await?)
    }

    /// Ends what joins the two, both ways, in the order in which everybody locks: invites, circles, requests, what they
    /// show each other, numbers. Five statements, however much there is.
    async fn part(&self, tx: &mut Tx, a: AccountId, b: AccountId) -> Result<(), Error> {
        let now = self.ambient().clock.now();
        invite::revoke_between(tx, a, b, now).await?;
        let pairs = [(a, b), (b, a)];
        circle::store::hold(tx, &pairs).await?;
        let seed = self.ambient().random.hex::<4>();
        let out = TakeOut { pairs: &pairs, kept: None, via: Via::Removed, now, seed: &seed };
        circle::store::take_out(tx, &out).await?;
        access_request::cancel(tx, a, b).await?;
        store::end_ties(tx, a, b).await?;
        Ok(())
    }

    /// Ends the block of this id; one that arrives here later finds its id known.
    ///
    /// # Errors
    /// The database's.
    pub async fn remove_block(&self, block: Block) -> Result<(), Error> {
        let mut tx = self.db().begin().await?;
        lock::pair_exclusive(&mut tx, Role::Social, block.blocker, block.blocked).await?;
        store::mark_seen(&mut tx, block.id).await?;
        store::delete_block(&mut tx, block.id).await?;
        Ok(tx.commit().await?)
    }

    /// Applies safety's word on a mute; one of a higher version stays.
    ///
    /// # Errors
    /// The database's.
    pub async fn put_mute(&self, mute: Mute) -> Result<(), Error> {
        let mut conn = self.db().conn().await?;
        Ok(store::put_mute(&mut conn, mute).await?)
    }
}
