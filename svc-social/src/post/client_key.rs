//! Client keys: a repeated write answers as the first did, and does nothing.

use platform::{PostId, Side};
use time::{Duration, OffsetDateTime};

use crate::refused::Refused;

/// How long a first answer is kept.
pub const KEPT: Duration = Duration::days(90);
const MAX: usize = 128;

/// A key that may be stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClientKey<'a>(&'a str);

/// What the first request under a key made.
#[derive(Debug)]
pub struct FirstAnswer {
    pub id: PostId,
    pub side: Side,
    pub created_at: OffsetDateTime,
}

impl<'a> ClientKey<'a> {
    /// "" = none.
    ///
    /// # Errors
    /// 400 `invalid_client_key`: over 128 characters, or of the reserved form `echo:…`.
    pub fn parse(text: &'a str) -> Result<Option<Self>, Refused> {
        if text.is_empty() {
            return Ok(None);
        }
        if text.starts_with("echo:") || text.chars().nth(MAX).is_some() {
            return Err(Refused::InvalidClientKey);
        }
        Ok(Some(Self(text)))
    }

    pub const fn as_str(self) -> &'a str {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_bounded_and_echo_keys_reserved() {
        assert_eq!(ClientKey::parse(""), Ok(None));
        assert_eq!(ClientKey::parse("ui_1"), Ok(Some(ClientKey("ui_1"))));
        let longest = "ü".repeat(128);
        assert_eq!(ClientKey::parse(&longest), Ok(Some(ClientKey(&longest))));
        for bad in ["echo:p_1:close", &"a".repeat(129)] {
            assert_eq!(ClientKey::parse(bad), Err(Refused::InvalidClientKey), "{bad}");
        }
    }
}
