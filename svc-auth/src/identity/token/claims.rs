//! What a token says, and whether it says it to us, now, and of somebody.

use serde::Deserialize;
use serde_json::Value;
use sha2::{Digest, Sha256};
use time::{Duration, OffsetDateTime};

use super::SKEW;
use crate::{email::Email, identity::Provider};

/// Older ones were not made for this sign-in.
const OLDEST: Duration = Duration::minutes(10);
const MAX_SUBJECT: usize = 255;

/// As they stand in the token.
#[derive(Deserialize)]
pub struct Claims {
    iss: String,
    aud: Audience,
    azp: Option<String>,
    /// Seconds since 1970, as the next one.
    exp: i64,
    iat: i64,
    sub: Option<String>,
    nonce: Option<String>,
    email: Option<String>,
    /// A flag, or the word for it.
    email_verified: Option<Value>,
    /// The organisation whose addresses Google gives out.
    hd: Option<String>,
    pub given_name: Option<String>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Audience {
    One(String),
    Several(Vec<String>),
}

impl Audience {
    /// Whether it is for us, and for nobody else.
    fn is_ours(&self, ids: &[String]) -> bool {
        match self {
            Self::One(id) => ids.contains(id),
            Self::Several(named) => !named.is_empty() && named.iter().all(|id| ids.contains(id)),
        }
    }
}

/// What a token has to say to be for this sign-in.
pub struct Expected<'a> {
    pub issuers: &'a [&'a str],
    /// Our own names there.
    pub ids: &'a [String],
    /// What the browser says it asked with; "" = it did not.
    pub nonce: &'a str,
    /// The provider may have been asked with its SHA-256 instead.
    pub hashed_nonce: bool,
    pub now: OffsetDateTime,
}

impl Claims {
    /// Until when it is good; `None`: it is not.
    pub fn check(&self, expected: &Expected<'_>) -> Option<OffsetDateTime> {
        let expires = OffsetDateTime::from_unix_timestamp(self.exp).ok()?.checked_add(SKEW)?;
        let issued = OffsetDateTime::from_unix_timestamp(self.iat).ok()?;
        let age = expected.now - issued;
        let good = expected.issuers.contains(&self.iss.as_str())
            && self.aud.is_ours(expected.ids)
            && self.azp.as_ref().is_none_or(|azp| expected.ids.contains(azp))
            && expected.now < expires
            && age >= -SKEW
            && age <= OLDEST
            && self.was_asked_with(expected)
            && self.sub.as_ref().is_none_or(|sub| sub.chars().count() <= MAX_SUBJECT && !sub.contains('\0'));
        good.then_some(expires)
    }

    fn was_asked_with(&self, expected: &Expected<'_>) -> bool {
        let (nonce, told) = (expected.nonce, self.nonce.as_deref());
        nonce.is_empty() || told == Some(nonce) || (expected.hashed_nonce && told == Some(sha256(nonce).as_str()))
    }

    /// Whom it is about.
    pub fn subject(&self) -> Option<&str> {
        self.sub.as_deref().filter(|sub| !sub.trim().is_empty())
    }

    /// The address, if the provider has verified it.
    pub fn verified_email(&self) -> Option<Email> {
        let verified = match &self.email_verified {
            Some(Value::Bool(flag)) => *flag,
            Some(Value::String(word)) => word == "true",
            _ => false,
        };
        Email::parse(self.email.as_deref().filter(|_| verified)?)
    }

    /// Whether the provider itself gives out this address.
    pub fn speaks_for(&self, provider: Provider, email: &Email) -> bool {
        let domain = email.as_str().rsplit_once('@').map_or("", |(_, domain)| domain);
        match provider {
            Provider::Google => {
                ["gmail.com", "googlemail.com"].contains(&domain)
                    || self.hd.as_deref().is_some_and(|hd| hd.eq_ignore_ascii_case(domain))
            }
            Provider::Apple => domain == "privaterelay.appleid.com",
        }
    }
}

/// In hex.
fn sha256(text: &str) -> String {
    let halves = Sha256::digest(text.as_bytes()).into_iter().flat_map(|byte| [byte >> 4, byte & 15]);
    halves.filter_map(|half| char::from_digit(half.into(), 16)).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use time::macros::datetime;

    use super::*;

    const NOW: OffsetDateTime = datetime!(2026-11-24 12:00 UTC);

    fn claims(changed: &Value) -> Option<Claims> {
        let at = NOW.unix_timestamp();
        let mut claims = json!({ "iss": "us", "aud": "me", "exp": at + 3_600, "iat": at, "sub": "7" });
        claims.as_object_mut()?.extend(changed.as_object()?.clone());
        serde_json::from_value(claims).ok()
    }

    fn is_good(changed: &Value, nonce: &str, hashed_nonce: bool) -> bool {
        let ids = ["me".to_owned(), "me too".to_owned()];
        let expected = Expected { issuers: &["us"], ids: &ids, nonce, hashed_nonce, now: NOW };
        claims(changed).is_some_and(|claims| claims.check(&expected).is_some())
    }

    #[test]
    fn a_token_is_for_us_and_of_now() {
        let at = NOW.unix_timestamp();
        for good in [
            json!({}),
            json!({ "aud": ["me", "me too"] }),
            json!({ "azp": "me too" }),
            json!({ "exp": at - 59 }),
            json!({ "iat": at + 60 }),
            json!({ "iat": at - 600 }),
            json!({ "nonce": "of another page", "unknown": {} }),
        ] {
            assert!(is_good(&good, "", false), "{good}");
        }
        for bad in [
            json!({ "iss": "them" }),
            json!({ "iss": null }),
            json!({ "aud": "you" }),
            json!({ "aud": ["me", "you"] }),
            json!({ "aud": [] }),
            json!({ "aud": null }),
            json!({ "azp": "you" }),
            json!({ "exp": at - 60 }),
            json!({ "exp": i64::MAX }),
            json!({ "exp": null }),
            json!({ "iat": at + 61 }),
            json!({ "iat": at - 601 }),
            json!({ "iat": "now" }),
            json!({ "sub": "x".repeat(256) }),
            json!({ "sub": "a\0" }),
        ] {
            assert!(!is_good(&bad, "", false), "{bad}");
        }
    }

    #[test]
    fn what_a_page_asked_with_is_what_the_token_says() {
        let (plain, hashed) = (json!({ "nonce": "abc" }), json!({ "nonce": sha256("abc") }));
        assert_eq!(sha256("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        assert!(is_good(&plain, "abc", false) && is_good(&plain, "abc", true) && is_good(&hashed, "abc", true));
        assert!(!is_good(&hashed, "abc", false) && !is_good(&json!({}), "abc", true) && !is_good(&plain, "abd", true));
    }

    #[test]
    fn an_address_counts_if_it_is_verified_and_speaks_if_it_is_the_providers_own() {
        for (said, address) in [
            (json!({ "email": "Ann@Gmail.com", "email_verified": true }), Some("ann@gmail.com")),
            (json!({ "email": "a@b.test", "email_verified": "true" }), Some("a@b.test")),
            (json!({ "email": "a@b.test", "email_verified": "false" }), None),
            (json!({ "email": "a@b.test", "email_verified": 1 }), None),
            (json!({ "email": "a@b.test" }), None),
            (json!({ "email": "a", "email_verified": true }), None),
            (json!({ "email_verified": true }), None),
        ] {
            let told = claims(&said).expect("claims").verified_email();
            assert_eq!(told.as_ref().map(Email::as_str), address, "{said}");
        }
        let speaks = |provider, email: &str, hd: Value| {
            let email = Email::parse(email).expect("an address");
            claims(&json!({ "hd": hd })).expect("claims").speaks_for(provider, &email)
        };
        assert!(speaks(Provider::Google, "a@gmail.com", Value::Null));
        assert!(speaks(Provider::Google, "a@corp.test", json!("corp.test")));
        assert!(!speaks(Provider::Google, "a@corp.test", json!("other.test")));
        assert!(!speaks(Provider::Google, "a@corp.test", Value::Null));
        assert!(!speaks(Provider::Google, "a@privaterelay.appleid.com", Value::Null));
        assert!(speaks(Provider::Apple, "a@privaterelay.appleid.com", Value::Null));
        assert!(!speaks(Provider::Apple, "a@icloud.com", json!("icloud.com")));
    }
}
