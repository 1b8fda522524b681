//! Keys: everything one machine needs follows from one root secret, a key for each purpose.

use std::collections::HashMap;

use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
use hkdf::Hkdf;
use jsonwebtoken::{DecodingKey, EncodingKey};
use secrecy::{ExposeSecret, SecretString};
use sha2::Sha256;

use crate::role::Role;

/// `DJANGO_SECRET_KEY`: at least 32 characters in production.
#[derive(Clone, Debug)]
pub struct RootSecret(SecretString);

impl RootSecret {
    pub fn new(secret: SecretString) -> Self {
        Self(secret)
    }

    /// The key of one purpose (HKDF-SHA256). Keys of two purposes tell nothing of each other.
    pub fn derive(&self, purpose: &str) -> [u8; 32] {
        let mut key = [0; 32];
        // 32 bytes are far below the length that HKDF refuses.
        let _filled = Hkdf::<Sha256>::new(Some(b"siddes"), self.0.expose_secret().as_bytes())
            .expand(purpose.as_bytes(), &mut key);
        key
    }
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
        let seed = secret.derive(&format!("ed25519/{role}"));
        let pair = Ed25519KeyPair::from_seed_unchecked(&seed).map_err(|_| BadKey(role))?;
        let der = [PKCS8_PREFIX.as_slice(), seed.as_slice()].concat();
        Ok(Self { encoding: EncodingKey::from_ed_der(&der), public: pair.public_key().as_ref().to_vec() })
    }
}

/// The public keys of all roles.
#[derive(Clone)]
pub struct PublicKeys(HashMap<Role, DecodingKey>);

impl PublicKeys {
    /// # Errors
    /// [`BadKey`].
    pub fn derived(secret: &RootSecret) -> Result<Self, BadKey> {
        let key = |role| Ok((role, DecodingKey::from_ed_der(&SigningKey::derived(secret, role)?.public)));
        Role::ALL.into_iter().map(key).collect::<Result<_, _>>().map(Self)
    }

    pub(super) fn get(&self, role: Role) -> Option<&DecodingKey> {
        self.0.get(&role)
    }
}
