//! Keyed digests of what must not be kept or logged in clear: identifiers in limits, accounts in the access log.

use hmac::{Hmac, KeyInit, Mac};
use platform::{AccountId, identity::keys::RootSecret};
use sha2::Sha256;

pub struct Digests {
    identifiers: [u8; 32],
    viewers: [u8; 32],
}

impl Digests {
    pub fn new(secret: &RootSecret) -> Self {
        Self { identifiers: secret.derive("throttle/identifier"), viewers: secret.derive("log/viewer") }
    }

    /// 32 hex digits. The identifier counts as it was typed, but for its spelling: what means the same name or the
    /// same address to auth counts as one. Which account it is, if any, is not asked.
    pub fn identifier(&self, typed: &str) -> String {
        let start: String = spelling(typed).chars().take(256).collect();
        hex(&self.identifiers, start.as_bytes(), 16)
    }

    /// 16 hex digits.
    pub fn viewer(&self, id: AccountId) -> String {
        hex(&self.viewers, &id.0.to_be_bytes(), 8)
    }
}

/// Names: one leading `@` does not matter. Addresses: the domain as the network knows it, so that invisible characters
/// and other scripts make no second one.
fn spelling(typed: &str) -> String {
    let text = typed.trim().to_lowercase();
    match text.rsplit_once('@') {
        Some((local, domain)) if !local.is_empty() => {
            let domain = idna::domain_to_ascii(domain).unwrap_or_else(|_| domain.to_owned());
            format!("{local}@{domain}")
        }
        _ => text.strip_prefix('@').unwrap_or(&text).to_owned(),
    }
}

fn hex(key: &[u8], data: &[u8], bytes: usize) -> String {
    // An HMAC key of any length is taken.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key) else { return String::new() };
    mac.update(data);
    let digest = mac.finalize().into_bytes();
    digest
        .iter()
        .take(bytes)
        .flat_map(|byte| [byte >> 4, byte & 15])
        .filter_map(|half| char::from_digit(half.into(), 16))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_count_as_typed_but_for_case_and_blanks() {
        let digests = Digests::new(&RootSecret::new("a secret of at least thirty-two characters".to_owned().into()));
        assert_eq!(digests.identifier(" Ann "), digests.identifier("ann"));
        assert_eq!(digests.identifier("ann"), digests.identifier("@ann"));
        assert_ne!(digests.identifier("ann"), digests.identifier("ann@example.test"));
        let hidden = "ann@exam\u{ad}ple.test";
        assert_eq!(digests.identifier("Ann@Example.test"), digests.identifier(hidden));
        assert_eq!(digests.identifier("ann").len(), 32);
        assert_eq!(digests.viewer(AccountId(1)).len(), 16);
    }
}
