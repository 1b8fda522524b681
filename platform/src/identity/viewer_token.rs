//! Viewer tokens: auth's signed word, good for 15 s, on who a request is made for.

use std::{
    borrow::Borrow,
    collections::HashMap,
    hash::Hash,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

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
/// Who was recognised the moment before, with nothing changed since, gets the same token while it has this long to
/// live: a page asks for many things at once, and a signature costs more than most of them.
const REUSE: Duration = Duration::seconds(10);
/// Tokens that are kept, about a kilobyte each; then all are forgotten, since few are young enough to serve again.
const REMEMBERED: usize = 4_096;

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
    /// By session.
    issued: Memory<i64, (Viewer, String)>,
}

impl Issuer {
    pub fn new(key: SigningKey) -> Self {
        Self { key, issued: Memory::default() }
    }

    /// # Errors
    /// The crypto library's; none is known for a key that was made.
    pub fn viewer_token(&self, viewer: &Viewer, now: OffsetDateTime) -> Result<String, jsonwebtoken::errors::Error> {
        if let Some(((known, token), expires)) = self.issued.get(&viewer.session_id)
            && known == *viewer
            && expires - now > REUSE
        {
            return Ok(token);
        }
        let expires = now + LIFETIME;
        let token = self.sign(viewer, expires)?;
        self.issued.put(viewer.session_id, (viewer.clone(), token.clone()), expires);
        Ok(token)
    }

    fn sign(&self, viewer: &Viewer, expires: OffsetDateTime) -> Result<String, jsonwebtoken::errors::Error> {
        let person = &viewer.person;
        let claims = Claims {
            iss: Role::Auth.as_str().to_owned(),
            aud: AUDIENCE.to_owned(),
            exp: timestamp::micros(expires),
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
    /// Tokens whose signature was checked before.
    seen: Memory<String, Viewer>,
}

impl ViewerVerifier {
    pub fn new(keys: PublicKeys) -> Self {
        Self { keys, validation: validation(AUDIENCE), seen: Memory::default() }
    }

    /// `None` for anything auth did not sign, and from 15 s after it did.
    pub fn verify(&self, token: &str, now: OffsetDateTime) -> Option<Viewer> {
        if let Some((viewer, expires)) = self.seen.get(token) {
            return (now < expires).then_some(viewer);
        }
        let (viewer, expires) = self.check(token, now)?;
        self.seen.put(token.to_owned(), viewer.clone(), expires);
        Some(viewer)
    }

    fn check(&self, token: &str, now: OffsetDateTime) -> Option<(Viewer, OffsetDateTime)> {
        let mut keys = self.keys.of(Role::Auth).iter();
        let claims = keys.find_map(|key| decode::<Claims>(token, key, &self.validation).ok())?.claims;
        if claims.iss != Role::Auth.as_str() || claims.exp <= timestamp::micros(now) {
            return None;
        }
        let expires = timestamp::from_micros(claims.exp)?;
        let viewer = Viewer {
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
        };
        Some((viewer, expires))
    }
}

/// What need not be signed or checked again, until it expires.
struct Memory<K, V>(Arc<Mutex<HashMap<K, (V, OffsetDateTime)>>>);

impl<K: Eq + Hash, V: Clone> Memory<K, V> {
    fn get<Q: Eq + Hash + ?Sized>(&self, key: &Q) -> Option<(V, OffsetDateTime)>
    where
        K: Borrow<Q>,
    {
        self.entries().get(key).cloned()
    }

    fn put(&self, key: K, value: V, expires: OffsetDateTime) {
        let mut entries = self.entries();
        if entries.len() >= REMEMBERED {
            entries.clear();
        }
        entries.insert(key, (value, expires));
    }

    fn entries(&self) -> MutexGuard<'_, HashMap<K, (V, OffsetDateTime)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<K, V> Clone for Memory<K, V> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<K, V> Default for Memory<K, V> {
    fn default() -> Self {
        Self(Arc::default())
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::forgery_tests::{secret, viewer};

    #[test]
    fn a_token_serves_again_only_while_it_is_young_and_nothing_has_changed() {
        let issuer = Issuer::new(SigningKey::derived(&secret(), Role::Auth).expect("key"));
        let verifier = ViewerVerifier::new(PublicKeys::derived(&secret()).expect("keys"));
        let start = OffsetDateTime::UNIX_EPOCH;
        let token = |version, seconds| {
            issuer.viewer_token(&viewer(version), start + Duration::seconds(seconds)).expect("token")
        };
        let first = token(1, 0);
        assert_eq!(token(1, 4), first);
        let changed = token(2, 4);
        assert_ne!(changed, first, "what auth knows now is what the token says");
        assert_ne!(token(2, 9), changed, "every token has at least ten seconds left");

        let read = |token: &str, seconds| verifier.verify(token, start + Duration::seconds(seconds));
        for _known_by_then in 0..2 {
            assert_eq!(read(&first, 14), Some(viewer(1)));
            assert_eq!(read(&changed, 14), Some(viewer(2)));
        }
        assert_eq!(read(&first, 15), None, "and none is taken after fifteen, however well it is known");
        assert_eq!(read(&format!("{first}x"), 1), None);
    }
}
