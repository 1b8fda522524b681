//! Switches that an operator turns while the system runs.

mod store;

use platform::{Error, pg::Db};
use time::OffsetDateTime;

pub use self::store::Flag;
use crate::Service;

const PANIC_MODE: &str = "panic_mode";
const NAME_CHARS: usize = 64;

/// Whether writes are refused but for the allowlist; off until it is first turned on.
pub async fn panic_mode(service: &Service) -> Result<bool, Error> {
    Ok(panic_flag(service.db()).await?.is_some_and(|flag| flag.active))
}

/// Panic mode as it was set last, and by whom; `None`: it never was.
///
/// # Errors
/// The database's.
pub async fn panic_flag(db: &Db) -> Result<Option<Flag>, Error> {
    let mut conn = db.conn().await?;
    Ok(store::find(&mut conn, PANIC_MODE).await?)
}

/// Refuses all writes but those of the allowlist, in every gateway, within 5 s; or ends that. `by` says who does it,
/// for the others who operate the system; it is never logged.
///
/// # Errors
/// The database's.
pub async fn set_panic_mode(db: &Db, active: bool, by: &str, now: OffsetDateTime) -> Result<(), Error> {
    let set_by = by.chars().take(NAME_CHARS).collect();
    let mut conn = db.conn().await?;
    Ok(store::set(&mut conn, PANIC_MODE, &Flag { active, set_at: now, set_by }).await?)
}
