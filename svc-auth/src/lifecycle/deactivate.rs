//! Going to rest: from the answer on the account is gone for everybody, and exactly as it was once its owner signs in.

use platform::{AccountId, Error, Role, jobs, person::AccountState, security::Event};

use crate::{
    Service, letters,
    moderation::{self, store},
    people::{self, PushPerson},
    refused::Refused,
};

/// Ends all sessions and one-time tokens, and tells every copy. What moderators decided is not touched.
///
/// # Errors
/// 401 `restricted`: it is no living account any more. 503 `unavailable`: a copy cannot be reached; the account is at
/// rest then, and a job tells the copy.
pub async fn deactivate(service: &Service, account: AccountId) -> Result<(), Error> {
    let mut tx = service.db().begin().await?;
    let present = store::lock(&mut tx, account).await?.ok_or(Refused::SignedOut)?;
    if present.lifecycle != "live" {
        return Err(Refused::SignedOut.into());
    }
    store::move_on(&mut tx, account, AccountState::Deactivated, service.now()).await?;
    letters::deactivated(&mut tx, account).await?;
    jobs::add(&mut tx, Role::Auth, &PushPerson::of(account)).await?;
    tx.commit().await?;
    Event::new(moderation::kind(AccountState::Deactivated)).account(account).write();
    service.ambient().pauses.point("auth.deactivate.committed").await;
    people::push_now(service, account).await.map_err(|error| {
        tracing::warn!(%error, "a copy was not told of a state; its job will");
        Refused::Unavailable.into()
    })
}
