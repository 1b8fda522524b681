//! The token of a link: whoever holds it may join, so it is written down nowhere but in its row.

use std::fmt;

use platform::random::Random;

const PREFIX: &str = "il_";
const LONGEST: usize = 64;

/// `il_` and 32 hex digits, or one of an earlier backend.
#[derive(Clone, PartialEq, Eq, sqlx::Type)]
#[sqlx(transparent)]
pub struct Token(String);

impl Token {
    /// 128 random bits.
    pub fn new(random: &Random) -> Self {
        Self(format!("{PREFIX}{}", random.hex::<16>()))
    }

    /// Anything else is the token of no link.
    pub fn parse(text: &str) -> Option<Self> {
        let plain = text.len() <= LONGEST
            && text.strip_prefix(PREFIX).is_some_and(|rest| !rest.is_empty())
            && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-');
        plain.then(|| Self(text.to_owned()))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<Token> for String {
    fn from(token: Token) -> Self {
        token.0
    }
}

/// Never the token: what is printed may be kept.
impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("il_…")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_random_and_never_printed() {
        let (one, other) = (Token::new(&Random::default()), Token::new(&Random::default()));
        assert!(one != other && one.as_str().len() == 35 && Token::parse(one.as_str()) == Some(one.clone()));
        assert_eq!(format!("{one:?}"), "il_…");
    }

    #[test]
    fn what_is_malformed_or_too_long_is_the_token_of_no_link() {
        for text in ["", "il_", "set_1_a", "il_a b", "il_\0", "il_a/b", &format!("il_{}", "a".repeat(62))] {
            assert_eq!(Token::parse(text), None);
        }
    }
}
