//! Guesses at the password of whoever is signed in: they count with those at the front door.

use super::{
    Counted,
    hit::{Hit, Place},
    refused,
};
use crate::{error::Refused, shared::Shared};

const SCOPE: &str = "auth_login_ident";

/// Counts a try under the account's name. What was no wrong password is to be given back.
///
/// # Errors
/// 429 `rate_limited`, and nothing is counted.
pub async fn count(shared: &Shared, username: &str) -> Result<Counted, Refused> {
    let place = Place { scope: SCOPE, subject: shared.digests.limited_identifier(username) };
    let hit = Hit { place, rates: shared.settings.rates.of(SCOPE, true) };
    let stamps = shared.hits.count(&[hit]).await.map_err(refused)?;
    Ok(Counted { identifier: Some(place), stamps })
}
