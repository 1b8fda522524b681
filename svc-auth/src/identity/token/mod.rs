//! An ID token: a provider's signed word on who somebody is. Everything about it is checked before anything is asked
//! of the database.

mod claims;

use jsonwebtoken::{Algorithm, Header, Validation, decode, decode_header};
use platform::Error;
use sha2::{Digest, Sha256};
use time::{Duration, OffsetDateTime};

use self::claims::{Claims, Expected};
use super::{
    Provider,
    keys::{Key, Unreachable},
};
use crate::{Service, email::Email, refused::Refused};

/// No token of theirs is nearly as long.
const MOST_BYTES: usize = 16 * 1_024;
/// How far their clock and ours may be apart.
const SKEW: Duration = Duration::seconds(60);

/// Who somebody is, by the word of a provider.
#[derive(Debug)]
pub struct Proven {
    pub provider: Provider,
    pub subject: String,
    /// The address that the provider has verified, if there is one.
    pub email: Option<Email>,
    /// It gives out the addresses of this domain, so that nobody else has this one.
    pub authoritative: bool,
    /// As he calls himself there.
    pub given_name: String,
    /// SHA-256 of what is signed: an ES256 signature can be written in two ways.
    pub hash: Vec<u8>,
    /// From then on the token is refused for its age.
    pub good_until: OffsetDateTime,
}

/// # Errors
/// In this order: 400 `missing_credential`; 503 `missing_google_client_id`; 401 `invalid_…_token`; 503
/// `…_unavailable`: its key cannot be had; 401 `…_email_unverified`: it names nobody. Apple without a client id: 404
/// `disabled`, before all of them.
pub async fn verify(service: &Service, provider: Provider, text: &str, nonce: &str) -> Result<Proven, Error> {
    let ids = &service.settings().identities.of(provider).ids;
    let text = text.trim();
    if ids.is_empty() && provider == Provider::Apple {
        return Err(Refused::Disabled.into());
    }
    if text.is_empty() {
        return Err(Refused::MissingCredential.into());
    }
    if ids.is_empty() {
        return Err(Refused::MissingClientId.into());
    }
    let invalid = || Refused::InvalidIdToken(provider);
    let (signed, _) = text.rsplit_once('.').filter(|_| text.len() <= MOST_BYTES).ok_or_else(invalid)?;
    let header = decode_header(text).map_err(|_| invalid())?;
    let kid = readable(&header, provider).ok_or_else(invalid)?;
    let now = service.now();
    let found = service.keychain().of(provider).find(kid, now).await;
    let key = found.map_err(|Unreachable| Refused::KeysUnavailable(provider))?.ok_or_else(invalid)?;
    let claims = read(text, &key, header.alg).ok_or_else(invalid)?;
    let expected = Expected { issuers: provider.issuers(), ids, nonce, hashed_nonce: provider == Provider::Apple, now };
    let good_until = claims.check(&expected).ok_or_else(invalid)?;
    let subject = claims.subject().ok_or(Refused::EmailUnverified(provider))?.to_owned();
    let email = claims.verified_email();
    let authoritative = email.as_ref().is_some_and(|email| claims.speaks_for(provider, email));
    Ok(Proven {
        provider,
        subject,
        email,
        authoritative,
        given_name: claims.given_name.unwrap_or_default(),
        hash: Sha256::digest(signed.as_bytes()).to_vec(),
        good_until,
    })
}

/// The name of its key, if it is signed in a way that this provider signs.
fn readable(header: &Header, provider: Provider) -> Option<&str> {
    let ours = provider.algorithms().contains(&header.alg) && header.crit.is_none();
    header.kid.as_deref().filter(|kid| ours && !kid.is_empty())
}

/// What is signed by this key, and by the algorithm that the key is for.
fn read(text: &str, key: &Key, algorithm: Algorithm) -> Option<Claims> {
    if key.algorithm != algorithm {
        return None;
    }
    let mut validation = Validation::new(key.algorithm);
    // All of these are compared here: by our own clock, and with every audience that is named.
    validation.validate_exp = false;
    validation.validate_aud = false;
    validation.required_spec_claims.clear();
    Some(decode::<Claims>(text, &key.decoding, &validation).ok()?.claims)
}
