//! Keyed digests of what must not be kept or logged in clear: identifiers in limits, accounts in the access log.

use std::net::IpAddr;

use hmac::{Hmac, KeyInit, Mac};
use platform::{AccountId, identity::keys::RootSecret};
use sha2::Sha256;

use crate::layers::throttle::hit::{Kind, Subject};

/// A key that is set up once, and copied for each digest.
#[derive(Clone)]
struct Keyed(Hmac<Sha256>);

pub struct Digests {
    identifiers: Keyed,
    accounts: Keyed,
    addresses: Keyed,
    viewers: Keyed,
}

impl Digests {
    pub fn new(secret: &RootSecret) -> Self {
        let key = |purpose| Keyed::new(secret.derive(purpose));
        Self {
            identifiers: key("throttle/identifier"),
            accounts: key("throttle/account"),
            addresses: key("throttle/address"),
            viewers: key("log/viewer"),
        }
    }

    /// The identifier counts as it was typed, but for its spelling: what means the same name or the same address to
    /// auth counts as one. Which account it is, if any, is not asked.
    pub fn limited_identifier(&self, typed: &str) -> Subject {
        let start: String = spelling(typed).chars().take(256).collect();
        Subject { kind: Kind::Identifier, digest: self.identifiers.digest(start.as_bytes()) }
    }

    pub fn limited_account(&self, id: AccountId) -> Subject {
        Subject { kind: Kind::Account, digest: self.accounts.digest(&id.0.to_be_bytes()) }
    }

    /// Those of whom no address is known count as one.
    pub fn limited_address(&self, address: Option<IpAddr>) -> Subject {
        let digest = match address {
            Some(IpAddr::V4(ip)) => self.addresses.digest(&ip.octets()),
            Some(IpAddr::V6(ip)) => self.addresses.digest(&ip.octets()),
            None => self.addresses.digest(&[]),
        };
        Subject { kind: Kind::Address, digest }
    }

    /// 16 hex digits.
    pub fn viewer(&self, id: AccountId) -> String {
        let digest: [u8; 8] = self.viewers.digest(&id.0.to_be_bytes());
        digest
            .iter()
            .flat_map(|byte| [byte >> 4, byte & 15])
            .filter_map(|half| char::from_digit(half.into(), 16))
            .collect()
    }
}

impl Keyed {
    fn new(key: [u8; 32]) -> Self {
        // HMAC fills keys up to its block with zeros.
        let mut block = [0; 64];
        block[..32].copy_from_slice(&key);
        Self(Hmac::new(&block.into()))
    }

    /// The first `N` bytes, at most 32.
    fn digest<const N: usize>(&self, data: &[u8]) -> [u8; N] {
        let whole = self.0.clone().chain_update(data).finalize().into_bytes();
        let mut digest = [0; N];
        digest.iter_mut().zip(whole).for_each(|(to, from)| *to = from);
        digest
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

#[cfg(test)]
mod tests {
    use super::*;

    fn digests() -> Digests {
        Digests::new(&RootSecret::new("a secret of at least thirty-two characters".to_owned().into()))
    }

    #[test]
    fn identifiers_count_as_typed_but_for_case_and_blanks() {
        let digests = digests();
        let digest = |typed| digests.limited_identifier(typed);
        assert_eq!(digest(" Ann "), digest("ann"));
        assert_eq!(digest("ann"), digest("@ann"));
        assert_ne!(digest("ann"), digest("ann@example.test"));
        let hidden = "ann@exam\u{ad}ple.test";
        assert_eq!(digest("Ann@Example.test"), digest(hidden));
    }

    #[test]
    fn one_number_is_another_subject_for_another_purpose() {
        let (digests, id) = (digests(), AccountId(1));
        let address = digests.limited_address(Some("203.0.113.9".parse().expect("an address")));
        assert_ne!(digests.limited_account(id).digest, address.digest);
        assert_ne!(address, digests.limited_address(None));
        assert_eq!(digests.viewer(id).len(), 16);
        // The log's digest tells nothing of the one in Redis.
        let viewer: [u8; 8] = digests.viewers.digest(&id.0.to_be_bytes());
        assert!(!digests.limited_account(id).digest.starts_with(&viewer));
    }

    #[test]
    fn a_key_is_that_of_plain_hmac() {
        let key = [7; 32];
        let mut plain = Hmac::<Sha256>::new_from_slice(&key).expect("any length");
        plain.update(b"data");
        let expected = plain.finalize().into_bytes();
        assert_eq!(Keyed::new(key).digest::<32>(b"data"), expected.as_slice());
    }
}
