//! Usernames: which one may be taken, and how one is changed.

mod rename;
mod store;

pub use self::rename::rename;
pub(crate) use self::store::is_reserved;
use crate::refused::Refused;

const LENGTH: std::ops::RangeInclusive<usize> = 3..=24;

const RESERVED_PREFIXES: &[&str] =
    &["me_", "seed_", "sys_", "svc_", "bot_", "admin_", "staff_", "mod_", "deleted_", "user_", "everyone_"];

const RESERVED: &[&str] = &[
    "admin",
    "administrator",
    "root",
    "owner",
    "staff",
    "team",
    "moderator",
    "mod",
    "support",
    "help",
    "security",
    "safety",
    "trust",
    "official",
    "verified",
    "system",
    "api",
    "status",
    "health",
    "healthz",
    "readyz",
    "privacy",
    "terms",
    "tos",
    "legal",
    "dmca",
    "login",
    "logout",
    "signup",
    "register",
    "signin",
    "settings",
    "account",
    "profile",
    "me",
    "discover",
    "explore",
    "search",
    "notifications",
    "inbox",
    "broadcasts",
    "adminpanel",
    "siddes",
    "sides",
    "everyone",
    "here",
    "all",
    "null",
    "undefined",
    "none",
    "anonymous",
    "deleted",
    "siddes_app",
    "siddes_support",
    "siddes_team",
    "you",
];

/// The one spelling that is stored: trimmed, one leading `@` dropped, ASCII in lower case.
pub fn normalise(text: &str) -> String {
    let text = text.trim();
    text.strip_prefix('@').unwrap_or(text).to_ascii_lowercase()
}

/// Reads a name that somebody wants to take. `reserved` = the operator's own list.
///
/// # Errors
/// 400 `invalid_username`: not 3 to 24 of `[a-z0-9_]`, `_` at an end or doubled, digits only;
/// 400 `reserved_username`.
pub fn parse(text: &str, reserved: &[String]) -> Result<String, Refused> {
    let name = normalise(text);
    let plain = name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_');
    if !plain
        || !LENGTH.contains(&name.len())
        || name.starts_with('_')
        || name.ends_with('_')
        || name.contains("__")
        || name.bytes().all(|byte| byte.is_ascii_digit())
    {
        return Err(Refused::InvalidUsername);
    }
    let taken_by_us = RESERVED_PREFIXES.iter().any(|prefix| name.starts_with(prefix))
        || RESERVED.contains(&name.as_str())
        || reserved.contains(&name);
    if taken_by_us { Err(Refused::ReservedUsername) } else { Ok(name) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> Result<String, Refused> {
        parse(text, &["acme".to_owned()])
    }

    #[test]
    fn one_leading_at_and_the_case_are_dropped() {
        for text in ["Ann_Lee", " @ann_lee ", "ann_lee"] {
            assert_eq!(parsed(text), Ok("ann_lee".to_owned()), "{text}");
        }
        assert_eq!(parsed("a1_"), Err(Refused::InvalidUsername));
        assert_eq!(parsed("abcdefghijklmnopqrstuvwx"), Ok("abcdefghijklmnopqrstuvwx".to_owned()));
    }

    #[test]
    fn the_form_is_checked_before_the_lists() {
        for text in [
            "",
            "ab",
            "@@ann",
            "@ ann",
            "abcdefghijklmnopqrstuvwxy",
            "_ann",
            "ann_",
            "an__n",
            "12345",
            "ann-lee",
            "änn",
            "ann lee",
            "ann\0",
            "me",
            "me_",
            "KELVIN\u{212a}",
        ] {
            assert_eq!(parsed(text), Err(Refused::InvalidUsername), "{text:?}");
        }
    }

    #[test]
    fn ours_and_the_operators_names_are_reserved() {
        for text in
            ["admin", "ADMIN", "me_1", "seed_x", "deleted_9", "user_1", "everyone_2", "you", "siddes_team", "Acme"]
        {
            assert_eq!(parsed(text), Err(Refused::ReservedUsername), "{text}");
        }
        assert_eq!(parsed("admins"), Ok("admins".to_owned()));
    }
}
