//! Whether a password is little more than the name or the address of its owner.

use std::collections::HashMap;

/// Shares at least seven tenths of its characters with the whole value or with one of its words.
pub fn similar(password: &str, value: &str) -> bool {
    let password = Bag::new(&password.to_lowercase());
    let value = value.to_lowercase();
    let words = value.split(|char: char| !char.is_alphanumeric() && char != '_');
    words.chain([value.as_str()]).map(Bag::new).any(|part| !too_short(&part, &password) && close(&password, &part))
}

/// Characters with their number, and how many there are in all.
struct Bag {
    counts: HashMap<char, usize>,
    length: usize,
}

impl Bag {
    fn new(text: &str) -> Self {
        let mut bag = Self { counts: HashMap::new(), length: 0 };
        for char in text.chars() {
            *bag.counts.entry(char).or_default() += 1;
            bag.length += 1;
        }
        bag
    }
}

/// A short word in a long password is no likeness: at most a tenth of it, and below 0.35 of it.
const fn too_short(part: &Bag, password: &Bag) -> bool {
    password.length >= 10 * part.length && 100 * part.length < 35 * password.length
}

/// The quick ratio, 2 · common characters ÷ all characters, is at least 0.7. In whole numbers: no rounding.
fn close(a: &Bag, b: &Bag) -> bool {
    let common: usize = a.counts.iter().map(|(char, count)| b.counts.get(char).copied().unwrap_or(0).min(*count)).sum();
    20 * common >= 7 * (a.length + b.length)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_itself_its_anagram_and_its_variants_are_similar() {
        for password in ["lanternman", "LanternMan", "namnretnal", "lanternman99", "fiona1234"] {
            let name = if password.starts_with('f') { "fiona" } else { "lanternman" };
            assert!(similar(password, name), "{password}");
        }
    }

    #[test]
    fn each_word_of_an_address_counts() {
        assert!(similar("example12", "ann.lee@example.test"));
        assert!(!similar("tall-Lantern9", "ann.lee@example.test"));
    }

    #[test]
    fn the_ratio_is_exact_at_the_limit() {
        // 7 of 10 and 10 characters: 0.7. 6 of them: 0.6.
        assert!(similar("abcdefgXYZ", "abcdefg123"));
        assert!(!similar("abcdefWXYZ", "abcdef1234"));
    }

    #[test]
    fn a_short_word_in_a_long_password_is_skipped() {
        assert!(!similar("aaaaaaaaaaaaaaaaaaaa", "aa"));
        assert!(!similar("anything at all", ""));
    }
}
