//! Identities: parsed once, at the door.

use std::fmt;

use time::OffsetDateTime;

use crate::random::Random;

/// An account. `me_<id>` in the contract's JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, sqlx::Type)]
#[sqlx(transparent)]
pub struct AccountId(pub i64);

impl AccountId {
    /// No account has this id. Whoever is not there takes the same path as everybody, down to the number of statements.
    pub const NOBODY: Self = Self(0);

    /// Reads `me_` and 1 to 19 digits.
    pub fn parse_token(text: &str) -> Option<Self> {
        let digits = text.strip_prefix("me_")?;
        let plain = (1..=19).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
        // 19 digits may still be over 2^63; such an account does not exist, but the form is right.
        plain.then(|| Self(digits.parse().unwrap_or(i64::MAX)))
    }
}

impl fmt::Display for AccountId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "me_{}", self.0)
    }
}

/// A post: `p_<epoch ms>_<8 hex>`. Ids of the backend before this one are of the same form; clients see it as opaque.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, sqlx::Type)]
#[sqlx(transparent)]
pub struct PostId(String);

impl PostId {
    pub fn new(now: OffsetDateTime, random: &Random) -> Self {
        Self(stamped("p_", now, random))
    }

    /// Reads 1 to 64 characters of `[A-Za-z0-9_-]` that begin with `p_`; anything else names no post.
    pub fn parse(text: &str) -> Option<Self> {
        plain(text, "p_").then(|| Self(text.to_owned()))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for PostId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<PostId> for String {
    fn from(id: PostId) -> Self {
        id.0
    }
}

/// A reply: `r_<epoch ms>_<8 hex>`; clients see it as opaque.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, sqlx::Type)]
#[sqlx(transparent)]
pub struct ReplyId(String);

impl ReplyId {
    pub fn new(now: OffsetDateTime, random: &Random) -> Self {
        Self(stamped("r_", now, random))
    }

    /// Reads 1 to 64 characters of `[A-Za-z0-9_-]` that begin with `r_`; anything else names no reply.
    pub fn parse(text: &str) -> Option<Self> {
        plain(text, "r_").then(|| Self(text.to_owned()))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ReplyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<ReplyId> for String {
    fn from(id: ReplyId) -> Self {
        id.0
    }
}

fn stamped(prefix: &str, now: OffsetDateTime, random: &Random) -> String {
    let millis = now.unix_timestamp_nanos() / 1_000_000;
    format!("{prefix}{millis}_{}", random.hex::<4>())
}

fn plain(text: &str, prefix: &str) -> bool {
    text.len() <= 64
        && text.starts_with(prefix)
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-')
}

/// Names in paths and bodies: trim, drop one leading `@`, trim; compared in lower case.
pub fn handle(text: &str) -> String {
    let text = text.trim();
    text.strip_prefix('@').unwrap_or(text).trim().to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_leading_at_is_dropped_from_a_handle() {
        assert_eq!(handle(" @ Ann_P "), "ann_p");
        assert_eq!(handle("@@ann"), "@ann");
    }

    #[test]
    fn account_tokens_are_exact() {
        assert_eq!(AccountId::parse_token("me_42"), Some(AccountId(42)));
        for text in ["me_", "me_abc", "me_-1", "42", "me_12345678901234567890", "ME_1"] {
            assert_eq!(AccountId::parse_token(text), None, "{text}");
        }
    }

    #[test]
    fn post_ids_are_checked_before_any_look_up() {
        assert!(PostId::parse("p_1795544675943_29228f24").is_some());
        for text in ["", "r_1_a", "p_\0", "p_a/b", &format!("p_{}", "a".repeat(63))] {
            assert_eq!(PostId::parse(text), None, "{text:?}");
        }
        assert!(ReplyId::parse("r_1795544675943_29228f24").is_some());
        assert_eq!(ReplyId::parse("p_1795544675943_29228f24"), None);
    }
}
