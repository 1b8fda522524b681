//! Onboarding: the age gate has force, the rest is remembered so that nobody is asked twice.

mod store;

use platform::{AccountId, Error};

use crate::{Service, account::Onboarding, refused::Refused};

/// Ticks the box of the minimum age; keeps the first time.
pub async fn confirm_age(service: &Service, account: AccountId) -> Result<(), Error> {
    let mut conn = service.db().conn().await?;
    let known = store::confirm_age(&mut conn, account, service.now()).await?;
    if known { Ok(()) } else { Err(Refused::SignedOut.into()) }
}

/// Ends the onboarding; again is no error. Only a true `contact_sync_done` has an effect.
///
/// # Errors
/// 403 `age_gate_required`, with the age.
pub async fn complete(service: &Service, account: AccountId, contact_sync_done: bool) -> Result<Onboarding, Error> {
    let mut conn = service.db().conn().await?;
    let done = store::complete(&mut conn, account, contact_sync_done, service.now()).await?;
    Ok(done.ok_or(Refused::AgeGateRequired { min_age: service.settings().min_age })?)
}
