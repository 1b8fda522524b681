//! The end of an account: asked for, confirmed by mail, then carried out step by step, whatever fails on the way.
//!
//! One row says how far it is. Each step is harmless twice, and is recorded when it is done; whoever comes after a crash
//! goes on at the first that is not. Until the grace is over nothing is lost, and an operator can take it back.

mod erase;
mod job;
mod run;
mod step;
pub mod store;

use platform::{AccountId, Error, Role, jobs, person::AccountState, pg::Conn, security::Event};
use sha2::{Digest, Sha256};
use time::{Duration, OffsetDateTime};

pub use self::{
    job::{Resume, Run},
    run::run,
    step::Step,
};
use crate::{
    Service, letters, moderation,
    people::{self, PushPerson},
    refused::Refused,
    token,
};

/// No request and no upload that was on its way when the account ended is still on it after this.
const SHORTEST: Duration = Duration::minutes(10);

/// Sends the mail by whose token the deletion is confirmed; asked again too soon, none.
///
/// # Errors
/// 400 `missing_email`, `email_not_verified`; 401 `restricted`: the account ended meanwhile.
pub async fn request(service: &Service, account: AccountId) -> Result<(), Error> {
    let now = service.now();
    let mut tx = service.db().begin().await?;
    let address = store::address(&mut tx, account).await?.ok_or(Refused::SignedOut)?;
    let email = address.email.ok_or(Refused::MissingEmail)?;
    if !address.verified {
        return Err(Refused::EmailNotVerified.into());
    }
    token::request(&mut tx, account, token::Kind::Delete, Some(&email), now).await?;
    Ok(tx.commit().await?)
}

/// Takes the token, and ends the account for everybody: no session, no sign-in, and every copy is told before it is
/// answered. Who got no answer because a copy was out of reach goes on by the same token.
///
/// # Errors
/// 400 `missing_token`, `invalid_token`, `token_used`, `token_expired`; 503 `unavailable`: it has begun, and a copy
/// cannot be reached.
pub async fn confirm(service: &Service, text: &str) -> Result<(), Error> {
    let now = service.now();
    let token_hash = Sha256::digest(text.trim().as_bytes()).to_vec();
    let mut tx = service.db().begin().await?;
    let account = match token::consume(&mut tx, token::Kind::Delete, text, now).await {
        Ok(consumed) => {
            let due_at = due_at(now, service.settings().delete_grace);
            begin(&mut tx, consumed.account, &Begun { token_hash: Some(&token_hash), now, due_at }).await?;
            service.ambient().pauses.point("auth.deletion.uncommitted").await;
            tx.commit().await?;
            Event::new(moderation::kind(AccountState::Deleting)).account(consumed.account).write();
            consumed.account
        }
        Err(refused) => {
            let unfinished = store::begun_by(&mut tx, &token_hash).await?;
            tx.rollback().await?;
            unfinished.ok_or(refused)?
        }
    };
    service.ambient().pauses.point("auth.deletion.begun").await;
    people::push_now(service, account).await.map_err(|error| {
        tracing::warn!(%error, "a copy was not told of a deletion; its job will");
        Error::from(Refused::Unavailable)
    })?;
    let mut conn = service.db().conn().await?;
    Ok(store::advance(&mut conn, account, Step::Tell).await?)
}

/// From when on there is no way back.
pub fn due_at(now: OffsetDateTime, grace: Duration) -> OffsetDateTime {
    now + grace.max(SHORTEST)
}

/// How a deletion begins.
pub struct Begun<'a> {
    /// Of the token that was given in; an operator has none.
    pub token_hash: Option<&'a [u8]>,
    pub now: OffsetDateTime,
    pub due_at: OffsetDateTime,
}

/// Begins a deletion in the caller's transaction: everything that holds at once, and the job that does the rest.
///
/// # Errors
/// 404 `not_found`; 400 `invalid_state`: it is being deleted already, or is deleted.
pub async fn begin(tx: &mut Conn, account: AccountId, begun: &Begun<'_>) -> Result<(), Error> {
    let present = moderation::store::lock(tx, account).await?.ok_or(Refused::UnknownAccount)?;
    if !moderation::may_become(&present.lifecycle, AccountState::Deleting) {
        return Err(Refused::InvalidState.into());
    }
    moderation::store::move_on(tx, account, AccountState::Deleting, None, begun.now).await?;
    store::insert(tx, account, begun).await?;
    letters::deletion_started(tx, account).await?;
    jobs::add(tx, Role::Auth, &PushPerson::of(account)).await?;
    jobs::add(tx, Role::Auth, &Run::of(account)).await
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;

    #[test]
    fn what_is_on_its_way_has_ten_minutes_however_short_the_grace_is() {
        let now = datetime!(2026-11-24 12:00 UTC);
        assert_eq!(due_at(now, Duration::ZERO), now + Duration::minutes(10));
        assert_eq!(due_at(now, Duration::days(7)), now + Duration::days(7));
    }
}
