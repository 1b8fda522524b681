//! Texts that wait in the database and are read by nobody who holds only that: sealed with a key of the root secret.

use std::fmt;

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::{identity::keys::RootSecret, random::Random};

/// Seals and opens. What was sealed for one purpose does not open for another.
#[derive(Clone)]
pub struct Seals {
    /// The current secret's first, which seals; then what else is accepted.
    keys: Vec<[u8; 32]>,
    digests: [u8; 32],
    random: Random,
}

impl fmt::Debug for Seals {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Seals")
    }
}

impl Seals {
    pub fn new(secret: &RootSecret) -> Self {
        Self { keys: secret.derive_accepted("seal"), digests: secret.derive("seal/digest"), random: Random::default() }
    }

    /// AES-256-GCM under a nonce of its own, as base64url. `None` only where the crypto library is broken.
    pub fn seal(&self, purpose: &str, text: &str) -> Option<String> {
        let nonce: [u8; NONCE_LEN] = self.random.bytes();
        let mut sealed = text.as_bytes().to_vec();
        let key = key(self.keys.first()?)?;
        key.seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), Aad::from(purpose.as_bytes()), &mut sealed)
            .ok()?;
        let mut whole = nonce.to_vec();
        whole.append(&mut sealed);
        Some(URL_SAFE_NO_PAD.encode(whole))
    }

    /// `None` for anything that [`Seals::seal`] did not make for this purpose, with a secret that is accepted.
    pub fn open(&self, purpose: &str, sealed: &str) -> Option<String> {
        let whole = URL_SAFE_NO_PAD.decode(sealed).ok()?;
        let (nonce, body) = whole.split_first_chunk::<NONCE_LEN>()?;
        let open_with = |seed: &[u8; 32]| {
            let mut body = body.to_vec();
            let (nonce, purpose) = (Nonce::assume_unique_for_key(*nonce), Aad::from(purpose.as_bytes()));
            let text = key(seed)?.open_in_place(nonce, purpose, &mut body).ok()?;
            String::from_utf8(text.to_vec()).ok()
        };
        self.keys.iter().find_map(open_with)
    }

    /// 32 hex digits that are the same for the same text and tell nothing of it.
    pub fn digest(&self, purpose: &str, text: &str) -> String {
        let mut digest = String::with_capacity(32);
        // A key of 32 bytes is never refused.
        if let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&self.digests) {
            mac.update(&(purpose.len() as u64).to_be_bytes());
            mac.update(purpose.as_bytes());
            mac.update(text.as_bytes());
            let halves = mac.finalize().into_bytes().into_iter().take(16).flat_map(|byte| [byte >> 4, byte & 15]);
            digest.extend(halves.filter_map(|half| char::from_digit(half.into(), 16)));
        }
        digest
    }
}

fn key(seed: &[u8; 32]) -> Option<LessSafeKey> {
    Some(LessSafeKey::new(UnboundKey::new(&AES_256_GCM, seed).ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seals(current: &str, other: Option<&str>) -> Seals {
        Seals::new(&RootSecret::new(current.into()).accepting(other.map(Into::into)))
    }

    #[test]
    fn what_is_sealed_opens_for_its_purpose_alone() {
        let seals = seals("one", None);
        let sealed = seals.seal("address", "ann@example.test").expect("sealed");
        assert!(!sealed.contains("ann"));
        assert_eq!(seals.open("address", &sealed).as_deref(), Some("ann@example.test"));
        assert_eq!(seals.open("token", &sealed), None);
        assert_ne!(seals.seal("address", "ann@example.test"), Some(sealed), "never twice the same");
        for junk in ["", "a", "%%%", &"A".repeat(90)] {
            assert_eq!(seals.open("address", junk), None, "{junk}");
        }
    }

    #[test]
    fn it_outlives_a_change_of_secrets_as_long_as_the_old_one_is_accepted() {
        let sealed = seals("old", None).seal("token", "text").expect("sealed");
        assert_eq!(seals("new", Some("old")).open("token", &sealed).as_deref(), Some("text"));
        assert_eq!(seals("new", None).open("token", &sealed), None);
    }

    #[test]
    fn a_digest_is_the_same_for_the_same_text_and_purpose() {
        let seals = seals("one", None);
        assert_eq!(seals.digest("magic", "a"), seals.digest("magic", "a"));
        assert_ne!(seals.digest("magic", "a"), seals.digest("reset", "a"));
        assert_eq!(seals.digest("magic", "a").len(), 32);
    }
}
