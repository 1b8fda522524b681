//! Coming back: whoever signs in to a resting account wakes it.

use platform::{AccountId, Error, Role, jobs, pg::Conn};
use time::OffsetDateTime;

use super::store;
use crate::{people::PushPerson, refused::Refused};

/// In a sign-in's transaction, which goes on to open the session: holds the account's row, and wakes the account if it
/// rests. True = it did; the copies hear of it by a job, and the session's events are `Reactivated`, then `SignedIn`.
///
/// # Errors
/// 401 `invalid_credentials`: the account is being deleted, or is deleted, or never was.
pub async fn reactivate(tx: &mut Conn, account: AccountId, now: OffsetDateTime) -> Result<bool, Error> {
    let rests = store::rests(tx, account).await?.ok_or(Refused::InvalidCredentials)?;
    if rests {
        store::wake(tx, account, now).await?;
        jobs::add(tx, Role::Auth, &PushPerson::of(account)).await?;
    }
    Ok(rests)
}
