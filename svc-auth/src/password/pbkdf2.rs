//! Hashes of the backend before this one: `pbkdf2_sha256$<iterations>$<salt>$<base64 of 32 bytes>`.

use base64::{Engine, engine::general_purpose::STANDARD};
use pbkdf2::pbkdf2_hmac;
use sha2::Sha256;
use subtle::ConstantTimeEq;

const MAX_ITERATIONS: u32 = 10_000_000;

/// One imported hash, read from its text.
pub struct OldHash<'a> {
    iterations: u32,
    /// ASCII, used as it is written.
    salt: &'a [u8],
    expected: Vec<u8>,
}

impl<'a> OldHash<'a> {
    /// `None` for anything else; 1 to 10 000 000 iterations, so that a row cannot stall a thread for long.
    pub fn parse(stored: &'a str) -> Option<Self> {
        let mut parts = stored.strip_prefix("pbkdf2_sha256$")?.split('$');
        let (iterations, salt, expected) = (parts.next()?, parts.next()?, parts.next()?);
        if parts.next().is_some() || !iterations.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        let iterations = iterations.parse().ok().filter(|count| (1..=MAX_ITERATIONS).contains(count))?;
        let expected = STANDARD.decode(expected).ok().filter(|bytes| bytes.len() == 32)?;
        Some(Self { iterations, salt: salt.as_bytes(), expected })
    }

    /// Takes the same time for every password.
    pub fn matches(&self, password: &str) -> bool {
        derive(password, self.salt, self.iterations).ct_eq(&self.expected).into()
    }
}

/// 32 bytes of PBKDF2-HMAC-SHA256.
pub fn derive(password: &str, salt: &[u8], iterations: u32) -> [u8; 32] {
    let mut out = [0; 32];
    pbkdf2_hmac::<Sha256>(password.as_bytes(), salt, iterations, &mut out);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    // RFC 7914, section 11, in the form in which it is stored.
    const VECTOR: &str = "pbkdf2_sha256$80000$NaCl$TdzY9guYviGDDO5e8icB+WQaRBjQTAQUrv8Ih2s0q1Y=";

    #[test]
    fn the_published_vector_matches() {
        assert_eq!(derive("Password", b"NaCl", 80_000)[..8], [0x4d, 0xdc, 0xd8, 0xf6, 0x0b, 0x98, 0xbe, 0x21]);
        let hash = OldHash::parse(VECTOR).expect("form");
        assert!(hash.matches("Password"));
        assert!(!hash.matches("password"));
    }

    #[test]
    fn other_forms_are_no_hash() {
        assert!(OldHash::parse(VECTOR).is_some());
        for stored in [
            "!unusable",
            "",
            "pbkdf2_sha1$1$a$TdzY9guYviGDDO5e8icB+WQaRBjQTAQUrv8Ih2s0q1Y=",
            "pbkdf2_sha256$0$a$TdzY9guYviGDDO5e8icB+WQaRBjQTAQUrv8Ih2s0q1Y=",
            "pbkdf2_sha256$10000001$a$TdzY9guYviGDDO5e8icB+WQaRBjQTAQUrv8Ih2s0q1Y=",
            "pbkdf2_sha256$+1$a$TdzY9guYviGDDO5e8icB+WQaRBjQTAQUrv8Ih2s0q1Y=",
            "pbkdf2_sha256$1$a$TdzY9guYviGDDO5e8icB+WQaRBjQTAQUrv8Ih2s0q1Y",
            "pbkdf2_sha256$1$a$TdzY",
            "pbkdf2_sha256$1$a",
        ] {
            assert!(OldHash::parse(stored).is_none(), "{stored}");
        }
    }
}
