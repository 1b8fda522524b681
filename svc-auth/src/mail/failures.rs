//! Whoever's account is being guessed at is told of it, once a day. Behind the answer, so that the guesser is told
//! nothing.

use platform::{AccountId, Error, pg::Db};
use time::OffsetDateTime;

use super::{Letter, send_daily, store};

/// Writes to those of `accounts` whose last five sign-ins failed.
///
/// # Errors
/// The database's.
pub async fn tell_of_failures(db: &Db, mut accounts: Vec<i64>, now: OffsetDateTime) -> Result<(), Error> {
    accounts.sort_unstable();
    accounts.dedup();
    let mut tx = db.begin().await?;
    for account in store::failing(&mut tx, &accounts).await? {
        send_daily(&mut tx, AccountId(account), Letter::FailedLogins, now).await?;
    }
    Ok(tx.commit().await?)
}
