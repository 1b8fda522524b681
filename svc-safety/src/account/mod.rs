//! The end of an account: whom it kept away, and who kept it away.

mod store;

use platform::{AccountId, Error, person::AccountState};

use crate::{Service, refused::Refused};

/// Rows of one statement.
const BATCH: i64 = 1_000;
/// Statements of one call: a caller with a deadline hears between them that there is more.
const SHARE: u32 = 16;

impl Service {
    /// Erases an account's blocks and mutes, its own and those of others against it. Their copies go where they are,
    /// with everything else of the account. True = nothing is left; false = the next call goes on. Harmless twice.
    ///
    /// # Errors
    /// 409 `not_deleting`: here the account is neither deleting nor deleted, or unknown.
    pub(crate) async fn purge_account(&self, account: AccountId) -> Result<bool, Error> {
        for _ in 0..SHARE {
            let mut tx = self.db().begin().await?;
            let state = store::fence(&mut tx, account).await?;
            if !state.is_some_and(|state| matches!(state, AccountState::Deleting | AccountState::Deleted)) {
                return Err(Refused::NotDeleting.into());
            }
            let blocks = store::blocks(&mut tx, account, BATCH).await?;
            let mutes = store::mutes(&mut tx, account, BATCH).await?;
            tx.commit().await?;
            if blocks + mutes == 0 {
                return Ok(true);
            }
        }
        Ok(false)
    }
}
