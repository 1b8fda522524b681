//! What a circle is known by: its id, its label, its color.

use std::fmt;

use platform::{Side, random::Random};
use time::OffsetDateTime;

const ID: usize = 96;
const LABEL: usize = 64;

/// A circle: `set_<epoch ms>_<8 hex>`, or an older one of the same letters. Clients see it as opaque.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, sqlx::Type)]
#[sqlx(transparent)]
pub struct CircleId(String);

impl CircleId {
    pub fn new(now: OffsetDateTime, random: &Random) -> Self {
        Self(stamped("set", now, &random.hex::<4>()))
    }

    /// Reads 1 to 96 characters of `[A-Za-z0-9_-]` that do not begin with `b_`, as broadcasts do; anything else names no
    /// circle.
    pub fn parse(text: &str) -> Option<Self> {
        let plain = (1..=ID).contains(&text.len())
            && !text.starts_with("b_")
            && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-');
        plain.then(|| Self(text.to_owned()))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for CircleId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<CircleId> for String {
    fn from(id: CircleId) -> Self {
        id.0
    }
}

/// `<prefix>_<epoch ms>_<hex>`.
pub fn stamped(prefix: &str, now: OffsetDateTime, hex: &str) -> String {
    let millis = now.unix_timestamp_nanos() / 1_000_000;
    format!("{prefix}_{millis}_{hex}")
}

/// How a circle is painted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, sqlx::Type)]
#[sqlx(type_name = "text", rename_all = "lowercase")]
pub enum Color {
    Orange,
    Purple,
    Blue,
    Emerald,
    Rose,
    Slate,
}

impl Color {
    const ALL: [Self; 6] = [Self::Orange, Self::Purple, Self::Blue, Self::Emerald, Self::Rose, Self::Slate];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Orange => "orange",
            Self::Purple => "purple",
            Self::Blue => "blue",
            Self::Emerald => "emerald",
            Self::Rose => "rose",
            Self::Slate => "slate",
        }
    }

    /// Trimmed, any case; anything else is no color.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        Self::ALL.into_iter().find(|color| text.eq_ignore_ascii_case(color.as_str()))
    }

    /// What a circle has whose owner chose none.
    pub const fn of(side: Side) -> Self {
        match side {
            Side::Public => Self::Blue,
            Side::Friends => Self::Emerald,
            Side::Close => Self::Rose,
            Side::Work => Self::Slate,
        }
    }
}

/// A label as it is stored: trimmed, and cut silently; `None` if nothing is left of it.
pub fn label(text: &str) -> Option<String> {
    let cut: String = text.trim().chars().take(LABEL).collect();
    let cut = cut.trim_end();
    (!cut.is_empty()).then(|| cut.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_fit_into_an_address_and_are_no_broadcasts() {
        let id = CircleId::new(OffsetDateTime::UNIX_EPOCH, &Random::default());
        assert!(id.as_str().starts_with("set_0_") && CircleId::parse(id.as_str()) == Some(id));
        for text in ["seed_me_7_friends_gym", "walks-cde682", "B_team", &"a".repeat(96)] {
            assert!(CircleId::parse(text).is_some(), "{text}");
        }
        for text in ["", "b_team-c63f5d", "supper club", "a/b", "a\0", "família", &"a".repeat(97)] {
            assert_eq!(CircleId::parse(text), None, "{text:?}");
        }
    }

    #[test]
    fn labels_are_trimmed_and_cut_by_code_points() {
        assert_eq!(label("  Climbing / Saturday's ").as_deref(), Some("Climbing / Saturday's"));
        assert_eq!(label(&"é".repeat(80)), Some("é".repeat(64)));
        assert_eq!(label(&format!("{} x", "a".repeat(63))), Some("a".repeat(63)));
        for blank in ["", "  ", "\u{2003}"] {
            assert_eq!(label(blank), None);
        }
    }

    #[test]
    fn a_color_that_is_none_is_the_sides_own() {
        assert_eq!(Color::parse(" Rose "), Some(Color::Rose));
        assert_eq!(Color::parse("zzz"), None);
        let own = Side::ALL.map(|side| Color::of(side).as_str());
        assert_eq!(own, ["blue", "emerald", "rose", "slate"]);
    }
}
