//! Where somebody is signed in: what he sees of it, and how he ends it.

use platform::{
    AccountId, Error,
    identity::Viewer,
    pg::Conn,
    security::{Event, Kind},
};
use time::OffsetDateTime;

use super::store::devices as store;
pub use super::store::devices::Device;
use crate::{Service, letters, refused::Refused};

/// Live sessions of one account, and so lines of its list.
const MOST: i64 = 50;

/// The viewer's live sessions, the last used first; the calling one is among them.
///
/// # Errors
/// The database's.
pub async fn list(service: &Service, viewer: &Viewer) -> Result<Vec<Device>, Error> {
    let now = service.now();
    let idle_since = now - service.settings().session_idle;
    let mut conn = service.db().conn().await?;
    Ok(store::list(&mut conn, viewer.person.id, viewer.session_id, now, idle_since, MOST).await?)
}

/// Ends one session of the viewer, also when it was ended before.
///
/// # Errors
/// 404 `not_found`: somebody else's, or nobody's; both at one price.
pub async fn revoke(service: &Service, viewer: &Viewer, id: i64) -> Result<(), Error> {
    let account = viewer.person.id;
    let mut conn = service.db().conn().await?;
    if store::revoke(&mut conn, account, id, service.now()).await? {
        Event::new(Kind::SessionEnded).account(account).write();
        return Ok(());
    }
    if store::was_ended(&mut conn, account, id).await? { Ok(()) } else { Err(Refused::UnknownSession.into()) }
}

/// Ends the viewer's other sessions, or all of them; gives the number of those that lived.
///
/// # Errors
/// The database's.
pub async fn log_out_all(service: &Service, viewer: &Viewer, include_current: bool) -> Result<i64, Error> {
    let (account, now) = (viewer.person.id, service.now());
    let except = (!include_current).then_some(viewer.session_id);
    let idle_since = now - service.settings().session_idle;
    let mut tx = service.db().begin().await?;
    let revoked = store::log_out_all(&mut tx, account, except, now, idle_since).await?;
    if revoked > 0 {
        letters::sessions_ended(&mut tx, account).await?;
    }
    tx.commit().await?;
    if revoked > 0 {
        Event::new(Kind::SessionEnded).account(account).detail("all").write();
    }
    Ok(revoked)
}

/// Ends the account's sessions, but for one, in the caller's transaction; gives their ids. The caller holds the row of
/// the account: who signs in beside it came before, and is ended, or comes after.
///
/// # Errors
/// The database's.
pub async fn revoke_all(tx: &mut Conn, account: AccountId, except: Option<i64>) -> Result<Vec<i64>, Error> {
    Ok(store::revoke_all(tx, account, except).await?)
}

/// The account's live sessions, in a connection of the caller's.
///
/// # Errors
/// The database's.
pub async fn live(
    conn: &mut Conn,
    account: AccountId,
    now: OffsetDateTime,
    idle_since: OffsetDateTime,
) -> Result<Vec<Device>, Error> {
    // None is the calling one.
    Ok(store::list(conn, account, 0, now, idle_since, MOST).await?)
}
