//! The one source of randomness: the operating system's, through the thread's generator.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use rand::Rng;

/// Makes secrets and ids. Handed to whoever needs it, so that nothing else reaches for a global generator.
#[derive(Clone, Debug, Default)]
pub struct Random {
    _private: (),
}

impl Random {
    #[expect(clippy::disallowed_methods, reason = "the one place that asks for randomness")]
    pub fn bytes<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        rand::rng().fill_bytes(&mut bytes);
        bytes
    }

    /// 256 bits as 43 characters of base64url: sessions and one-time tokens.
    pub fn token(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.bytes::<32>())
    }

    /// `N` bytes as lower-case hex.
    pub fn hex<const N: usize>(&self) -> String {
        self.bytes::<N>().iter().fold(String::with_capacity(N * 2), |mut text, byte| {
            for half in [byte >> 4, byte & 15] {
                text.extend(char::from_digit(half.into(), 16));
            }
            text
        })
    }
}
