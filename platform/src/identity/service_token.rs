//! Service tokens: on every hop the caller proves which service it is, to exactly the service it calls.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use jsonwebtoken::{Algorithm, Header, dangerous::insecure_decode_claims, decode, encode};
use serde::{Deserialize, Serialize};
use time::{Duration, OffsetDateTime};

use super::{
    keys::{PublicKeys, SigningKey},
    viewer_token::validation,
};
use crate::{clock::Clock, role::Role, timestamp};

const LIFETIME: Duration = Duration::seconds(60);
/// A token is used again while it has at least this long to live.
const REUSE: Duration = Duration::seconds(20);
const REMEMBERED: usize = 64;

#[derive(Serialize, Deserialize)]
struct Claims {
    iss: String,
    aud: String,
    exp: i64,
}

/// What a service signs its calls with.
#[derive(Clone)]
pub struct ServiceIdentity {
    shared: Arc<Own>,
}

struct Own {
    role: Role,
    key: SigningKey,
    clock: Clock,
    issued: Mutex<HashMap<Role, (String, OffsetDateTime)>>,
}

impl ServiceIdentity {
    pub fn new(role: Role, key: SigningKey, clock: Clock) -> Self {
        Self { shared: Arc::new(Own { role, key, clock, issued: Mutex::default() }) }
    }

    /// A token for calls to `target`; one serves many calls.
    ///
    /// # Errors
    /// The crypto library's; none is known for a key that was made.
    pub fn token(&self, target: Role) -> Result<String, jsonwebtoken::errors::Error> {
        let own = &self.shared;
        let now = own.clock.now();
        let mut issued = own.issued.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((token, expires)) = issued.get(&target)
            && *expires - now > REUSE
        {
            return Ok(token.clone());
        }
        let expires = now + LIFETIME;
        let claims = Claims {
            iss: own.role.as_str().to_owned(),
            aud: target.as_str().to_owned(),
            exp: timestamp::micros(expires),
        };
        let token = encode(&Header::new(Algorithm::EdDSA), &claims, &own.key.encoding)?;
        issued.insert(target, (token.clone(), expires));
        Ok(token)
    }
}

/// Reads service tokens that were made for one service.
pub struct ServiceVerifier {
    role: Role,
    keys: PublicKeys,
    /// Tokens whose signature was checked before: callers use one for many calls.
    seen: Mutex<HashMap<String, (Role, i64)>>,
}

impl ServiceVerifier {
    pub fn new(role: Role, keys: PublicKeys) -> Self {
        Self { role, keys, seen: Mutex::default() }
    }

    /// The calling service; `None` for any token that it did not sign for this service, or that is over.
    pub fn verify(&self, token: &str, now: OffsetDateTime) -> Option<Role> {
        let now = timestamp::micros(now);
        let known = self.seen().get(token).copied();
        if let Some((role, expires)) = known {
            return (now < expires).then_some(role);
        }
        // Nobody waits while a signature is checked.
        let (role, expires) = self.check(token)?;
        if now >= expires {
            return None;
        }
        let mut seen = self.seen();
        if seen.len() >= REMEMBERED {
            seen.clear();
        }
        seen.insert(token.to_owned(), (role, expires));
        Some(role)
    }

    fn check(&self, token: &str) -> Option<(Role, i64)> {
        // The issuer names the key, and the key then proves the issuer. So a forged token costs no more than a good one.
        let role = insecure_decode_claims::<Claims>(token).ok()?.iss.parse().ok()?;
        let validation = validation(self.role.as_str());
        let mut keys = self.keys.of(role).iter();
        let claims = keys.find_map(|key| decode::<Claims>(token, key, &validation).ok())?.claims;
        (claims.iss == role.as_str()).then_some((role, claims.exp))
    }

    fn seen(&self) -> MutexGuard<'_, HashMap<String, (Role, i64)>> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

    use super::*;
    use crate::identity::keys::RootSecret;

    fn secret(current: &str, accepted: Option<&str>) -> RootSecret {
        RootSecret::new(current.into()).accepting(accepted.map(Into::into))
    }

    fn pair(caller: Role, target: Role) -> (ServiceIdentity, ServiceVerifier, Clock) {
        let secret = secret("a secret of at least thirty-two characters", None);
        let clock = Clock::default();
        let key = SigningKey::derived(&secret, caller).expect("key");
        let keys = PublicKeys::derived(&secret).expect("keys");
        (ServiceIdentity::new(caller, key, clock.clone()), ServiceVerifier::new(target, keys), clock)
    }

    #[test]
    fn a_token_proves_the_caller_to_its_audience_only_and_ends() {
        let (gateway, social, clock) = pair(Role::Gateway, Role::Social);
        let token = gateway.token(Role::Social).expect("token");
        assert_eq!(social.verify(&token, clock.now()), Some(Role::Gateway));
        assert_eq!(social.verify(&gateway.token(Role::Auth).expect("token"), clock.now()), None);
        clock.advance(LIFETIME);
        assert_eq!(social.verify(&token, clock.now()), None);
        assert_eq!(social.verify("junk", clock.now()), None);
    }

    #[test]
    fn a_token_names_its_issuer_and_only_his_key_proves_it() {
        let (gateway, social, clock) = pair(Role::Gateway, Role::Social);
        let token = gateway.token(Role::Social).expect("token");
        let [head, _, seal] = token.split('.').collect::<Vec<_>>()[..] else { panic!("three parts") };
        let claims = |iss: &str| format!(r#"{{"iss":"{iss}","aud":"social","exp":{}}}"#, i64::MAX);
        for iss in ["gateway", "safety", "nobody"] {
            let forged = format!("{head}.{}.{seal}", URL_SAFE_NO_PAD.encode(claims(iss)));
            assert_eq!(social.verify(&forged, clock.now()), None, "{iss}");
        }
    }

    #[test]
    fn the_accepted_secret_proves_a_caller_and_never_signs() {
        let clock = Clock::default();
        let signer = |secret: &RootSecret| {
            let key = SigningKey::derived(secret, Role::Gateway).expect("key");
            ServiceIdentity::new(Role::Gateway, key, clock.clone()).token(Role::Social).expect("token")
        };
        let accepts = |secret: &RootSecret, token: &str| {
            let keys = PublicKeys::derived(secret).expect("keys");
            ServiceVerifier::new(Role::Social, keys).verify(token, clock.now()).is_some()
        };
        let (old, new) = (secret("old", None), secret("new", None));
        let (prepared, swapped) = (secret("old", Some("new")), secret("new", Some("old")));
        let [by_old, by_prepared, by_swapped, by_new] = [&old, &prepared, &swapped, &new].map(signer);
        assert!(accepts(&old, &by_prepared) && !accepts(&old, &by_swapped), "prepared still signs with the old one");
        assert!(accepts(&prepared, &by_old) && accepts(&prepared, &by_swapped));
        assert!(accepts(&swapped, &by_prepared) && accepts(&swapped, &by_new));
        assert!(accepts(&new, &by_swapped) && !accepts(&new, &by_prepared), "swapped signs with the new one");
    }
}
