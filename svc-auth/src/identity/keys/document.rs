//! A provider's keys as it publishes them (JWKS): what is no key for signatures of ours is passed over.

use std::collections::HashMap;

use jsonwebtoken::{Algorithm, DecodingKey};
use serde::Deserialize;
use time::Duration;

/// Where a document does not say how long it is good for.
const UNSAID: Duration = Duration::hours(1);
const SHORTEST: i64 = 60;
const LONGEST: i64 = 24 * 60 * 60;

/// A public key, and the one algorithm that it is for.
#[derive(Clone)]
pub struct Key {
    pub algorithm: Algorithm,
    pub decoding: DecodingKey,
}

#[derive(Deserialize)]
struct Document {
    keys: Vec<serde_json::Value>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Published {
    kid: String,
    kty: String,
    alg: Option<String>,
    #[serde(rename = "use")]
    used_for: Option<String>,
    n: String,
    e: String,
    crv: String,
    x: String,
    y: String,
}

/// The keys by their names. `None`: this is no such document, or it has none.
pub fn read(bytes: &[u8]) -> Option<HashMap<String, Key>> {
    let document: Document = serde_json::from_slice(bytes).ok()?;
    let published = document.keys.into_iter().filter_map(|key| serde_json::from_value::<Published>(key).ok());
    let keys: HashMap<String, Key> = published.filter_map(|key| Some((key.kid.clone(), usable(&key)?))).collect();
    (!keys.is_empty()).then_some(keys)
}

fn usable(published: &Published) -> Option<Key> {
    let for_signatures = published.used_for.as_deref().is_none_or(|used_for| used_for == "sig");
    if !for_signatures || published.kid.is_empty() {
        return None;
    }
    let (algorithm, word, decoding) = match (published.kty.as_str(), published.crv.as_str()) {
        ("RSA", _) => (Algorithm::RS256, "RS256", DecodingKey::from_rsa_components(&published.n, &published.e)),
        ("EC", "P-256") => (Algorithm::ES256, "ES256", DecodingKey::from_ec_components(&published.x, &published.y)),
        _ => return None,
    };
    let meant = published.alg.as_deref().is_none_or(|alg| alg == word);
    Some(Key { algorithm, decoding: decoding.ok().filter(|_| meant)? })
}

/// How long `Cache-Control` says that a document is good for, within reason.
pub fn max_age(said: &str) -> Duration {
    let seconds = said.split(',').find_map(|word| word.trim().strip_prefix("max-age=")?.parse::<i64>().ok());
    seconds.map_or(UNSAID, |seconds| Duration::seconds(seconds.clamp(SHORTEST, LONGEST)))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn names(keys: &serde_json::Value) -> Vec<String> {
        let document = json!({ "keys": keys }).to_string();
        let mut names: Vec<String> = read(document.as_bytes()).unwrap_or_default().into_keys().collect();
        names.sort();
        names
    }

    #[test]
    fn only_keys_for_signatures_that_we_check_are_taken() {
        let rsa = json!({ "kid": "a", "kty": "RSA", "use": "sig", "alg": "RS256", "n": "AQAB", "e": "AQAB" });
        let ec = json!({ "kid": "b", "kty": "EC", "crv": "P-256", "x": "AQAB", "y": "AQAB", "extra": [1] });
        assert_eq!(names(&json!([rsa, ec])), ["a", "b"]);
        for other in [
            json!({ "kid": "c", "kty": "oct", "k": "AQAB" }),
            json!({ "kid": "c", "kty": "RSA", "alg": "RS512", "n": "AQAB", "e": "AQAB" }),
            json!({ "kid": "c", "kty": "RSA", "use": "enc", "n": "AQAB", "e": "AQAB" }),
            json!({ "kid": "c", "kty": "EC", "crv": "P-384", "x": "AQAB", "y": "AQAB" }),
            json!({ "kid": "", "kty": "RSA", "n": "AQAB", "e": "AQAB" }),
            json!({ "kty": "RSA", "n": "AQAB", "e": "AQAB" }),
            json!({ "kid": "c", "kty": "RSA", "n": "%", "e": "AQAB" }),
            json!({ "kid": 5 }),
            json!("key"),
        ] {
            assert_eq!(names(&json!([rsa, other])), ["a"], "{other}");
        }
        for nothing in ["", "{}", "[]", r#"{"keys":[]}"#, r#"{"keys":5}"#] {
            assert!(read(nothing.as_bytes()).is_none(), "{nothing}");
        }
    }

    #[test]
    fn a_document_is_good_for_as_long_as_it_says_within_reason() {
        for (said, seconds) in [
            ("public, max-age=19845, must-revalidate", 19_845),
            ("max-age=0", 60),
            ("max-age=99999999", 86_400),
            ("no-store", 3_600),
            ("", 3_600),
        ] {
            assert_eq!(max_age(said), Duration::seconds(seconds), "{said}");
        }
    }
}
