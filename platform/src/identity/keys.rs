//! Keys: everything one machine needs follows from one root secret, a key for each purpose.

use std::collections::HashMap;

use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
use hkdf::Hkdf;
use jsonwebtoken::{DecodingKey, EncodingKey};
use secrecy::{ExposeSecret, SecretString};
use sha2::Sha256;

use crate::role::Role;

/// `DJANGO_SECRET_KEY`: at least 32 characters in production. All that is signed, sealed or hashed follows from it.
#[derive(Clone, Debug)]
pub struct RootSecret {
    current: SecretString,
    accepted: Option<SecretString>,
}

impl RootSecret {
    pub fn new(current: SecretString) -> Self {
        Self { current, accepted: None }
    }

    /// What `other` (`SIDDES_SECRET_KEY_PREVIOUS`) signed or sealed is accepted too. Nothing is made with it, so that
    /// replicas which do not agree yet on the current one understand each other while a secret is changed.
    #[must_use]
    pub fn accepting(self, other: Option<SecretString>) -> Self {
        Self { accepted: other, ..self }
    }

    /// The key of one purpose (HKDF-SHA256). Keys of two purposes tell nothing of each other.
    pub fn derive(&self, purpose: &str) -> [u8; 32] {
        derive(&self.current, purpose)
    }

    /// Every key of one purpose by which something may be accepted: the one of [`RootSecret::derive`] first, since it
    /// made nearly all that there is.
    pub fn derive_accepted(&self, purpose: &str) -> Vec<[u8; 32]> {
        std::iter::once(&self.current).chain(&self.accepted).map(|secret| derive(secret, purpose)).collect()
    }
}

fn derive(secret: &SecretString, purpose: &str) -> [u8; 32] {
    let mut key = [0; 32];
    // 32 bytes are far below the length that HKDF refuses.
    let _filled =
        Hkdf::<Sha256>::new(Some(b"siddes"), secret.expose_secret().as_bytes()).expand(purpose.as_bytes(), &mut key);
    key
}

/// A key that cannot be used; only a broken crypto library makes one.
#[derive(Debug, thiserror::Error)]
#[error("signing key of {0} cannot be used")]
pub struct BadKey(pub Role);

/// The private key of one role.
#[derive(Clone)]
pub struct SigningKey {
    pub(super) encoding: EncodingKey,
    public: Vec<u8>,
}

/// PKCS#8 of an Ed25519 seed is this prefix and the seed.
const PKCS8_PREFIX: [u8; 16] =
    [0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20];

impl SigningKey {
    /// # Errors
    /// [`BadKey`].
    pub fn derived(secret: &RootSecret, role: Role) -> Result<Self, BadKey> {
        Self::from_seed(secret.derive(&purpose(role)), role)
    }

    fn from_seed(seed: [u8; 32], role: Role) -> Result<Self, BadKey> {
        let pair = Ed25519KeyPair::from_seed_unchecked(&seed).map_err(|_| BadKey(role))?;
        let der = [PKCS8_PREFIX.as_slice(), seed.as_slice()].concat();
        Ok(Self { encoding: EncodingKey::from_ed_der(&der), public: pair.public_key().as_ref().to_vec() })
    }
}

fn purpose(role: Role) -> String {
    format!("ed25519/{role}")
}

/// The public keys of all roles: of each role, those of every secret that is accepted, the current one's first.
#[derive(Clone)]
pub struct PublicKeys(HashMap<Role, Vec<DecodingKey>>);

impl PublicKeys {
    /// # Errors
    /// [`BadKey`].
    pub fn derived(secret: &RootSecret) -> Result<Self, BadKey> {
        let public = |seed, role| Ok(DecodingKey::from_ed_der(&SigningKey::from_seed(seed, role)?.public));
        let keys = |role: Role| {
            let seeds = secret.derive_accepted(&purpose(role));
            Ok((role, seeds.into_iter().map(|seed| public(seed, role)).collect::<Result<_, _>>()?))
        };
        Role::ALL.into_iter().map(keys).collect::<Result<_, _>>().map(Self)
    }

    pub(super) fn of(&self, role: Role) -> &[DecodingKey] {
        self.0.get(&role).map_or(&[], Vec::as_slice)
    }
}
