//! Session tokens: 256 bits as 43 characters; stored only as their SHA-256.

use std::fmt;

use platform::random::Random;
use sha2::{Digest, Sha256};

const LENGTH: usize = 43;
/// A browser sends one cookie, or a few of one name for different paths and domains.
const MOST: usize = 4;

/// A new session's token: told once, then forgotten.
pub struct Token(String);

impl Token {
    pub fn new(random: &Random) -> Self {
        Self(random.token())
    }

    pub fn hash(&self) -> Vec<u8> {
        hash(&self.0)
    }

    pub fn into_text(self) -> String {
        self.0
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token")
    }
}

/// The tokens that a request brought, in its order; what has not the form of one is left out.
pub struct Presented {
    texts: Vec<String>,
    hashes: Vec<Vec<u8>>,
}

impl Presented {
    pub fn new(texts: Vec<String>) -> Self {
        let texts: Vec<String> = texts.into_iter().take(MOST).filter(|text| well_formed(text)).collect();
        let hashes = texts.iter().map(|text| hash(text)).collect();
        Self { texts, hashes }
    }

    pub fn is_empty(&self) -> bool {
        self.texts.is_empty()
    }

    pub fn hashes(&self) -> &[Vec<u8>] {
        &self.hashes
    }

    /// The token at a place of [`Presented::hashes`], counted from 1 as SQL does.
    pub fn text_at(&self, place: i64) -> Option<&str> {
        let index = usize::try_from(place).ok()?.checked_sub(1)?;
        self.texts.get(index).map(String::as_str)
    }
}

fn well_formed(text: &str) -> bool {
    text.len() == LENGTH && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
}

fn hash(text: &str) -> Vec<u8> {
    Sha256::digest(text.as_bytes()).to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_token_costs_no_statement() {
        let good = Token::new(&Random::default());
        let hash = good.hash();
        let presented = Presented::new(vec![String::new(), "x".repeat(44), "é".repeat(21), good.into_text()]);
        assert_eq!(presented.hashes(), [hash]);
        assert!(presented.text_at(1).is_some() && presented.text_at(2).is_none() && presented.text_at(0).is_none());
        assert!(Presented::new(vec!["short".to_owned()]).is_empty());
    }

    #[test]
    fn at_most_four_are_looked_at() {
        let many = (0..9).map(|_| Token::new(&Random::default()).into_text()).collect();
        assert_eq!(Presented::new(many).hashes().len(), 4);
    }
}
