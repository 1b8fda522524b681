//! Viewer tokens: auth's signed word, good for 15 s, on who a request is made for.

use jsonwebtoken::{Algorithm, Header, Validation, decode, encode};
use serde::{Deserialize, Serialize};
use time::{Duration, OffsetDateTime};

use super::{
    Viewer,
    keys::{PublicKeys, SigningKey},
};
use crate::{
    ids::AccountId,
    person::{AccountState, Person},
    role::Role,
    timestamp,
};

const LIFETIME: Duration = Duration::seconds(15);
const AUDIENCE: &str = "siddes.viewer";

#[derive(Serialize, Deserialize)]
struct Claims {
    iss: String,
    aud: String,
    exp: i64,
    sub: i64,
    sid: i64,
    username: String,
    full_name: String,
    state: AccountState,
    until: Option<i64>,
    reason: Option<String>,
    staff: bool,
    email_verified: bool,
    created_at: i64,
    version: i64,
    age_confirmed: bool,
    min_age: i32,
}

/// Signs viewer tokens; only auth has one.
#[derive(Clone)]
pub struct Issuer {
    key: SigningKey,
}

impl Issuer {
    pub fn new(key: SigningKey) -> Self {
        Self { key }
    }

    /// # Errors
    /// The crypto library's; none is known for a key that was made.
    pub fn viewer_token(&self, viewer: &Viewer, now: OffsetDateTime) -> Result<String, jsonwebtoken::errors::Error> {
        let person = &viewer.person;
        let claims = Claims {
            iss: Role::Auth.as_str().to_owned(),
            aud: AUDIENCE.to_owned(),
            exp: timestamp::micros(now + LIFETIME),
            sub: person.id.0,
            sid: viewer.session_id,
            username: person.username.clone(),
            full_name: person.full_name.clone(),
            state: person.state,
            until: person.until.map(timestamp::micros),
            reason: viewer.reason.clone(),
            staff: person.staff,
            email_verified: person.email_verified,
            created_at: timestamp::micros(person.created_at),
            version: person.version,
            age_confirmed: viewer.age_confirmed,
            min_age: viewer.min_age,
        };
        encode(&Header::new(Algorithm::EdDSA), &claims, &self.key.encoding)
    }
}

/// Reads viewer tokens; every service has one, so that none trusts the network.
#[derive(Clone)]
pub struct ViewerVerifier {
    keys: PublicKeys,
    validation: Validation,
}

impl ViewerVerifier {
    pub fn new(keys: PublicKeys) -> Self {
        Self { keys, validation: validation(AUDIENCE) }
    }

    /// `None` for anything auth did not sign, and from 15 s after it did.
    pub fn verify(&self, token: &str, now: OffsetDateTime) -> Option<Viewer> {
        let mut keys = self.keys.of(Role::Auth).iter();
        let claims = keys.find_map(|key| decode::<Claims>(token, key, &self.validation).ok())?.claims;
        if claims.iss != Role::Auth.as_str() || claims.exp <= timestamp::micros(now) {
            return None;
        }
        Some(Viewer {
            person: Person {
                id: AccountId(claims.sub),
                username: claims.username,
                full_name: claims.full_name,
                state: claims.state,
                until: match claims.until {
                    Some(until) => Some(timestamp::from_micros(until)?),
                    None => None,
                },
                staff: claims.staff,
                email_verified: claims.email_verified,
                created_at: timestamp::from_micros(claims.created_at)?,
                version: claims.version,
            },
            session_id: claims.sid,
            age_confirmed: claims.age_confirmed,
            min_age: claims.min_age,
            reason: claims.reason,
        })
    }
}

/// Signature and audience. Expiry is compared with our own clock, in microseconds.
pub(super) fn validation(audience: &str) -> Validation {
    let mut validation = Validation::new(Algorithm::EdDSA);
    validation.set_audience(&[audience]);
    validation.set_required_spec_claims(&["aud"]);
    validation.validate_exp = false;
    validation
}
