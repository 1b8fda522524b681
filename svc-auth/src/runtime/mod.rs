//! Switches that an operator turns while the system runs.

mod store;

use platform::Error;

use crate::Service;

const PANIC_MODE: &str = "panic_mode";

/// Whether writes are refused but for the allowlist; off until it is first turned on.
pub async fn panic_mode(service: &Service) -> Result<bool, Error> {
    let mut conn = service.db().conn().await?;
    Ok(store::active(&mut conn, PANIC_MODE).await?)
}

pub async fn set_panic_mode(service: &Service, active: bool) -> Result<(), Error> {
    let mut conn = service.db().conn().await?;
    Ok(store::set(&mut conn, PANIC_MODE, active, service.now()).await?)
}
