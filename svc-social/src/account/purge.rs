//! The end of an account: everything of it goes but the row of the person.
//!
//! Not one transaction but many, each with at most a thousand rows and the numbers that count them: an account may be
//! larger than a statement or a call lasts, and what is done stays done. First the person's row is locked for update:
//! whoever shared it while the account was alive has ended then, and whoever comes later is refused by the state.
//! Every writer shares it, which is why no pair is locked. From there on it is only shared here too: others hold
//! circles while they want it.

use platform::{
    AccountId, Error,
    person::{AccountState, Person},
};

use super::{
    leave_posts::{self, PARTS},
    store::{circles, rows},
};
use crate::{Service, follow, person, refused::Refused};

/// Transactions of one call: a caller with a deadline hears between them that there is more.
const SHARE: u32 = 16;

/// In the order in which everybody locks: invites, links, circles, rows, numbers. Faces last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    Invites,
    Links,
    OwnCircles,
    Memberships,
    Requests,
    Placements,
    Follows,
    Posts,
    Keys,
    Quotas,
    Slate,
    Blocks,
    Mutes,
    Faces,
}

const STEPS: [Step; 14] = [
    Step::Invites,
    Step::Links,
    Step::OwnCircles,
    Step::Memberships,
    Step::Requests,
    Step::Placements,
    Step::Follows,
    Step::Posts,
    Step::Keys,
    Step::Quotas,
    Step::Slate,
    Step::Blocks,
    Step::Mutes,
    Step::Faces,
];

impl Service {
    /// Erases everything of an account that is about to end. True = nothing is left; false = this call has done its
    /// share, and the next one goes on. Harmless twice.
    ///
    /// # Errors
    /// 409 `not_deleting`: here the account is neither deleting nor deleted, or unknown.
    pub async fn purge_account(&self, account: AccountId) -> Result<bool, Error> {
        let mut tx = self.db().begin().await?;
        let state = rows::fence(&mut tx, account).await?;
        refuse_unless_ending(state)?;
        self.ambient().pauses.point("social.account.fenced").await;
        tx.commit().await?;
        let mut share = SHARE;
        for part in PARTS {
            while self.leave_posts(account, part).await? > 0 {
                share -= 1;
                if share == 0 {
                    return Ok(false);
                }
            }
        }
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
        let mut tx = self.db().begin().await?;
        let present: Option<Person> = person::store::share(&mut tx, &[account]).await?.pop();
        refuse_unless_ending(present.map(|person| person.state))?;
        let gone = match step {
            Step::Invites => rows::invites(&mut tx, account).await?,
            Step::Links => rows::links(&mut tx, account).await?,
            Step::OwnCircles => circles::own(&mut tx, account).await?,
            Step::Memberships => {
                let held = circles::hold(&mut tx, account).await?;
                let (now, seed) = (self.ambient().clock.now(), self.ambient().random.hex::<4>());
                circles::leave(&mut tx, account, &held, now, &seed).await?;
                circles::forget(&mut tx, account, &held).await?;
                u64::try_from(held.len()).unwrap_or(u64::MAX)
            }
            Step::Requests => rows::requests(&mut tx, account).await?,
            Step::Placements | Step::Follows => {
                let others = if step == Step::Placements {
                    rows::placements(&mut tx, account).await?
                } else {
                    rows::follows(&mut tx, account).await?
                };
                // Counted from the rows: that this account is gone may not have come to the numbers yet.
                follow::store::lock_counts(&mut tx, &others).await?;
                follow::store::recount(&mut tx, &others).await?;
                u64::try_from(others.len()).unwrap_or(u64::MAX)
            }
            Step::Posts => {
                leave_posts::forget_next_posts(&mut tx, account).await?;
                rows::posts(&mut tx, account).await?
            }
            Step::Keys => rows::keys(&mut tx, account).await?,
            Step::Quotas => rows::quotas(&mut tx, account).await?,
            Step::Slate => rows::slate(&mut tx, account).await?,
            Step::Blocks => rows::blocks(&mut tx, account).await?,
            Step::Mutes => rows::mutes(&mut tx, account).await?,
            Step::Faces => rows::faces(&mut tx, account).await?,
        };
        tx.commit().await?;
        Ok(gone)
    }
}

pub(super) fn refuse_unless_ending(state: Option<AccountState>) -> Result<(), Refused> {
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
