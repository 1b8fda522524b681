//! A line of somebody's list of blocks or mutes, and what the person in it is called there.

use platform::AccountId;
use time::OffsetDateTime;

/// Entries a list holds at most, blocks and mutes each for themselves.
pub const MAX: u32 = 10_000;

/// Whoever is inert, or blocks the reader, is shown as he was typed: neither can be told from the other.
#[derive(Clone, Debug)]
pub struct Entry {
    pub account: Option<AccountId>,
    /// With `@`; a token stays a token.
    pub handle: String,
    pub full_name: Option<String>,
    pub created_at: OffsetDateTime,
}

impl Entry {
    /// The full name; where there is none, the public default: the words of the handle, capitalised.
    pub fn display_name(&self) -> String {
        if let Some(name) = self.full_name.as_deref().filter(|name| !name.is_empty()) {
            return name.to_owned();
        }
        let words = self.handle.trim_start_matches('@').split(['_', '-']).filter(|word| !word.is_empty());
        let name = words.map(capitalised).collect::<Vec<_>>().join(" ");
        if name.is_empty() { "You".to_owned() } else { name }
    }
}

/// Only the first letter changes.
fn capitalised(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().into_iter().flat_map(char::to_uppercase).chain(letters).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(handle: &str, full_name: Option<&str>) -> String {
        let full_name = full_name.map(str::to_owned);
        let created_at = OffsetDateTime::UNIX_EPOCH;
        Entry { account: None, handle: handle.to_owned(), full_name, created_at }.display_name()
    }

    #[test]
    fn the_full_name_wins_over_words_of_the_handle() {
        assert_eq!(name("@jonas_k", Some("Jonas Keller")), "Jonas Keller");
        assert_eq!(name("@jonas_k", Some("")), "Jonas K");
        assert_eq!(name("@anna-maria_p", None), "Anna Maria P");
        assert_eq!(name("me_7", None), "Me 7");
        assert_eq!(name("@_-", None), "You");
    }
}
