//! Going to rest: from the answer on the account is gone for everybody, and exactly as it was once its owner signs in.

use platform::{AccountId, Error, Role, identity::Viewer, jobs, person::AccountState, security::Event};

use super::store;
use crate::{
    Service, letters, moderation,
    people::{self, PushPerson},
    refused::Refused,
    session::{self, Presented},
};

/// Ends all sessions and one-time tokens, and tells every copy. What moderators decided is not touched. The session that
/// asked for it is recognised nowhere any more either, but ends last: until every copy has heard, it may ask again.
///
/// # Errors
/// 401 `restricted`: neither a living account, nor a session that put one to rest. 503 `unavailable`: a copy cannot be
/// reached; the account is at rest then, and a job tells the copy, or the same session.
pub async fn deactivate(service: &Service, viewer: Option<&Viewer>, presented: &Presented) -> Result<(), Error> {
    let (account, session) = if let Some(viewer) = viewer {
        (rest(service, viewer).await?, viewer.session_id)
    } else {
        let mut conn = service.db().conn().await?;
        store::put_to_rest_by(&mut conn, presented.hashes()).await?.ok_or(Refused::SignedOut)?
    };
    service.ambient().pauses.point("auth.deactivate.committed").await;
    people::push_now(service, account).await.map_err(|error| {
        tracing::warn!(%error, "a copy was not told of a state; its job will");
        Error::from(Refused::Unavailable)
    })?;
    let mut conn = service.db().conn().await?;
    Ok(session::store::end_one(&mut conn, session).await?)
}

async fn rest(service: &Service, viewer: &Viewer) -> Result<AccountId, Error> {
    let account = viewer.person.id;
    let mut tx = service.db().begin().await?;
    let present = moderation::store::lock(&mut tx, account).await?.ok_or(Refused::SignedOut)?;
    if present.lifecycle != "live" {
        return Err(Refused::SignedOut.into());
    }
    let last = Some(viewer.session_id);
    moderation::store::move_on(&mut tx, account, AccountState::Deactivated, last, service.now()).await?;
    letters::deactivated(&mut tx, account).await?;
    jobs::add(&mut tx, Role::Auth, &PushPerson::of(account)).await?;
    tx.commit().await?;
    Event::new(moderation::kind(AccountState::Deactivated)).account(account).write();
    Ok(account)
}
