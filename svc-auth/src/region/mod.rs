//! Regions: a hint for defaults, never a lock. Chosen by the person, or detected by the gateway's headers.

mod iso;
mod store;

use platform::{AccountId, Error};

use crate::{Service, account::Locality, refused::Refused};

/// A country that a header named.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Detected {
    pub region: String,
    /// The header's name.
    pub source: String,
}

impl Detected {
    /// Two letters; `XX` (unknown) and `T1` (Tor) are none.
    pub fn parse(country: &str, source: &str) -> Option<Self> {
        let region = country.trim().to_ascii_uppercase();
        let letters = region.len() == 2 && region.bytes().all(|byte| byte.is_ascii_uppercase());
        (letters && region != "XX").then(|| Self { region, source: source.chars().take(64).collect() })
    }
}

pub async fn get(service: &Service, account: AccountId) -> Result<Locality, Error> {
    let mut conn = service.db().conn().await?;
    Ok(store::get(&mut conn, account).await?.ok_or(Refused::SignedOut)?)
}

/// Sets the region that the person chose; blank clears it.
///
/// # Errors
/// 400 `invalid_region`: no code of ISO 3166-1.
pub async fn set(service: &Service, account: AccountId, text: &str) -> Result<Locality, Error> {
    let region = text.trim().to_ascii_uppercase();
    if !region.is_empty() && !iso::is_country(&region) {
        return Err(Refused::InvalidRegion.into());
    }
    let mut conn = service.db().conn().await?;
    Ok(store::set(&mut conn, account, &region, service.now()).await?.ok_or(Refused::SignedOut)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unknown_and_tor_are_no_country() {
        let region = |country| Detected::parse(country, "CF-IPCountry").map(|detected| detected.region);
        assert_eq!(region("ke"), Some("KE".to_owned()));
        for country in ["", "XX", "T1", "xx", "KEN", "K", "Ä"] {
            assert_eq!(region(country), None, "{country}");
        }
    }
}
