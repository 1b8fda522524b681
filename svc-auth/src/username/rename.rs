//! Changing a username: the constraint decides, the old name stays its owner's for a while.

use platform::{
    Error, Role,
    identity::Viewer,
    jobs,
    pg::violates,
    security::{Event, Kind},
};
use time::{Duration, OffsetDateTime};

use super::{
    normalise, parse,
    store::{self, Renaming},
};
use crate::{
    Service,
    people::{self, PushPerson},
    refused::Refused,
};

/// Nobody else may take an old name for this long.
const RESERVED: Duration = Duration::days(90);
/// After onboarding, this many changes in this time.
const CHANGES: i64 = 2;
const WINDOW: Duration = Duration::days(30);

/// Gives the viewer another name; his own in another spelling changes nothing.
///
/// # Errors
/// 403 `account_restricted`; 400 `invalid_username`, `reserved_username`; 429 `rate_limited`; 409 `username_taken`.
pub async fn rename(service: &Service, viewer: &Viewer, text: &str) -> Result<String, Error> {
    viewer.refuse_if_restricted(service.now())?;
    let name = normalise(text);
    let reserved = &service.settings().reserved_usernames;
    // An imported name may break the policy and stays its owner's; anything else need not come as far as the database.
    if name != viewer.person.username {
        parse(text, reserved)?;
    }
    let account = viewer.person.id;
    let mut tx = service.db().begin().await?;
    let owner = people::store::lock(&mut tx, account).await?.ok_or(Refused::SignedOut)?;
    let now = service.now();
    owner.person.refuse_if_restricted(owner.reason.as_deref(), now)?;
    if name == owner.person.username {
        return Ok(name);
    }
    // The viewer token may be older than his last change.
    parse(&name, reserved)?;
    if let Some(onboarded) = owner.onboarded_at {
        let changes = store::changes(&mut tx, account, (now - WINDOW).max(onboarded), CHANGES).await?;
        refuse_if_too_often(&changes, now)?;
    }
    let renaming = Renaming { account, from: &owner.person.username, to: &name, now, reserved_until: now + RESERVED };
    match store::set(&mut tx, &renaming).await {
        Err(error) if violates(&error, "account_username") => return Err(Refused::UsernameTaken.into()),
        done => done?,
    }
    if !store::record(&mut tx, &renaming).await? {
        return Err(Refused::UsernameTaken.into());
    }
    jobs::add(&mut tx, Role::Auth, &PushPerson::of(account)).await?;
    service.ambient().pauses.point("auth.rename.uncommitted").await;
    tx.commit().await?;
    Event::new(Kind::Renamed).account(account).write();
    Ok(name)
}

/// `changes`: newest first; the oldest of a full window says when there is room again.
fn refuse_if_too_often(changes: &[OffsetDateTime], now: OffsetDateTime) -> Result<(), Refused> {
    let full = i64::try_from(changes.len()).unwrap_or(i64::MAX) >= CHANGES;
    match changes.last() {
        Some(oldest) if full => Err(Refused::RenamedTooOften(*oldest + WINDOW - now)),
        _ => Ok(()),
    }
}
