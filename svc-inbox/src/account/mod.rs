//! The end of an account: everything of it goes but the row of the person.
//!
//! Not one transaction but many, each with at most a thousand rows: what is done stays done. First the person's row is
//! locked for update: whoever shared it while the account was alive has ended then, and whoever comes later finds that
//! it ends, and keeps nothing of it.

mod store;

use platform::{AccountId, Error, person::AccountState};

use crate::{Service, refused::Refused};

/// Transactions of one call: a caller with a deadline hears between them that there is more.
const SHARE: u32 = 16;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    /// What he is told.
    Received,
    /// What others are told of him.
    Caused,
    Blocks,
    Mutes,
}

const STEPS: [Step; 4] = [Step::Received, Step::Caused, Step::Blocks, Step::Mutes];

impl Service {
    /// Erases everything of an account that is about to end. True = nothing is left; false = this call has done its
    /// share, and the next one goes on. Harmless twice.
    ///
    /// # Errors
    /// 409 `not_deleting`: here the account is neither deleting nor deleted, or unknown.
    pub(crate) async fn purge_account(&self, account: AccountId) -> Result<bool, Error> {
        let mut tx = self.db().begin().await?;
        let state = store::fence(&mut tx, account).await?;
        refuse_unless_ending(state)?;
        tx.commit().await?;
        let mut share = SHARE;
        for step in STEPS {
            while self.purge_some(account, step).await? > 0 {
                share -= 1;
                if share == 0 {
                    return Ok(false);
                }
            }
        }
        Ok(true)
    }

    /// How many rows of this step went; none = there were none.
    async fn purge_some(&self, account: AccountId, step: Step) -> Result<u64, Error> {
        let mut conn = self.db().conn().await?;
        let conn = &mut conn;
        Ok(match step {
            Step::Received => store::received(conn, account).await?,
            Step::Caused => store::caused(conn, account).await?,
            Step::Blocks => store::blocks(conn, account).await?,
            Step::Mutes => store::mutes(conn, account).await?,
        })
    }
}

/// No way leads back from there.
fn refuse_unless_ending(state: Option<AccountState>) -> Result<(), Refused> {
    let ending = state.is_some_and(|state| matches!(state, AccountState::Deleting | AccountState::Deleted));
    if ending { Ok(()) } else { Err(Refused::NotDeleting) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_an_account_that_ends_is_erased() {
        let ends = [AccountState::Deleting, AccountState::Deleted];
        for state in AccountState::ALL {
            assert_eq!(refuse_unless_ending(Some(state)).is_ok(), ends.contains(&state), "{state:?}");
        }
        assert_eq!(refuse_unless_ending(None), Err(Refused::NotDeleting));
    }
}
