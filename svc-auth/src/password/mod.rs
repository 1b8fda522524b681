//! Passwords: which are good enough, and how one is kept and compared without telling anything.

mod common;
mod hash;
mod hasher;
mod pbkdf2;
mod similarity;

pub use self::{hash::HashParams, hasher::Hasher};
use crate::refused::Refused;

const MIN_CHARS: usize = 8;
/// UTF-8 bytes; longer ones are neither hashed nor compared.
pub const MAX_BYTES: usize = 1_024;

/// Whether a new password is good enough for this name and address. Never trimmed.
///
/// # Errors
/// 400 `weak_password`, with at most three texts; none where only the length is wrong.
pub fn check(password: &str, username: &str, email: Option<&str>) -> Result<(), Refused> {
    if password.chars().count() < MIN_CHARS || password.len() > MAX_BYTES {
        return Err(Refused::WeakPassword(Vec::new()));
    }
    let mut detail = Vec::new();
    if similarity::similar(password, username) {
        detail.push("The password is too similar to the username.");
    } else if email.is_some_and(|email| similarity::similar(password, email)) {
        detail.push("The password is too similar to the email address.");
    }
    if common::contains(password) {
        detail.push("This password is too common.");
    }
    if password.chars().all(char::is_numeric) {
        detail.push("This password is entirely numeric.");
    }
    if detail.is_empty() { Ok(()) } else { Err(Refused::WeakPassword(detail)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn detail(password: &str) -> Option<Vec<&'static str>> {
        match check(password, "lanternman", Some("ann.lee@example.test")) {
            Err(Refused::WeakPassword(detail)) => Some(detail),
            _ => None,
        }
    }

    #[test]
    fn a_good_one_passes_and_is_not_trimmed() {
        assert_eq!(detail("tall-Lantern9"), None);
        assert_eq!(detail("   Qz7-  "), None);
    }

    #[test]
    fn the_length_comes_first_and_says_nothing() {
        assert_eq!(detail("short"), Some(vec![]));
        assert_eq!(detail("äöüäöüä"), Some(vec![]));
        assert_eq!(detail(&"y".repeat(1_025)), Some(vec![]));
        assert_eq!(detail(&format!("aZ9-{}", "ö".repeat(510))), None);
    }

    #[test]
    fn reasons_come_in_order() {
        assert_eq!(detail("lanternman"), Some(vec!["The password is too similar to the username."]));
        assert_eq!(detail("ann.lee@example"), Some(vec!["The password is too similar to the email address."]));
        assert_eq!(
            detail("12345678"),
            Some(vec!["This password is too common.", "This password is entirely numeric."])
        );
        assert_eq!(detail("  PassWord1 "), Some(vec!["This password is too common."]));
        assert_eq!(detail("90210773381"), Some(vec!["This password is entirely numeric."]));
        let all = check("12345678", "12345678", None);
        assert_eq!(
            all,
            Err(Refused::WeakPassword(vec![
                "The password is too similar to the username.",
                "This password is too common.",
                "This password is entirely numeric.",
            ]))
        );
    }
}
