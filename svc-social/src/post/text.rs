//! What a post's text must be, and what follows from it.

use platform::Side;

use crate::refused::Refused;

const TAG: usize = 32;
const TAGS: usize = 12;

/// Code points that a text may have in a Side.
pub const fn limit(side: Side) -> usize {
    match side {
        Side::Public => 800,
        Side::Friends | Side::Close | Side::Work => 5_000,
    }
}

/// The text as it is stored: trimmed.
///
/// # Errors
/// 400 `empty_text`; 400 `too_long` with `max`, in code points after trimming.
pub fn checked(text: &str, side: Side) -> Result<&str, Refused> {
    within(text, limit(side))
}

/// As [`checked`], where `max` is another.
///
/// # Errors
/// 400 `empty_text`; 400 `too_long` with `max`.
pub fn within(text: &str, max: usize) -> Result<&str, Refused> {
    let text = text.trim();
    if text.is_empty() {
        return Err(Refused::EmptyText);
    }
    if text.chars().nth(max).is_some() { Err(Refused::TooLong { max }) } else { Ok(text) }
}

/// Tags of a text: `#` that follows no word character, then 2 to 32 word characters (of a longer word the first 32).
/// Lower case, each once, in order, at most 12.
pub fn tags(text: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let mut before = None;
    for (at, letter) in text.char_indices() {
        if letter == '#' && !before.is_some_and(is_word) {
            let word: String = text[at + 1..].chars().take_while(|&c| is_word(c)).take(TAG).collect();
            let tag = word.to_ascii_lowercase();
            if is_tag(&tag) && !found.contains(&tag) {
                found.push(tag);
            }
        }
        before = Some(letter);
        if found.len() == TAGS {
            break;
        }
    }
    found
}

/// Whether a post can carry this tag.
pub fn is_tag(tag: &str) -> bool {
    (2..=TAG).contains(&tag.len()) && tag.chars().all(|c| is_word(c) && !c.is_ascii_uppercase())
}

const fn is_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}

/// The channel asked for; names that are none are dropped without a word, as is any outside the public Side.
pub fn channel(asked: &str, side: Side) -> Option<String> {
    let name = asked.trim().to_lowercase();
    (side == Side::Public && name != "all" && is_channel(&name)).then_some(name)
}

/// Whether a post can be in this channel.
pub fn is_channel(name: &str) -> bool {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_' || c == '-';
    (1..=32).contains(&name.len()) && name.chars().all(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_words_after_a_free_hash() {
        assert_eq!(tags("#Rust and #rust, #go_lang! a#no #x ##yes é#da"), ["rust", "go_lang", "yes", "da"]);
        assert_eq!(tags("no tags here"), Vec::<String>::new());
        assert_eq!(tags("#"), Vec::<String>::new());
    }

    #[test]
    fn a_long_tag_is_cut_and_the_thirteenth_left_out() {
        assert_eq!(tags(&format!("#{}", "a".repeat(40))), ["a".repeat(32)]);
        let many: Vec<String> = (10..30).map(|n| format!("#t{n}")).collect();
        let found = tags(&many.join(" "));
        assert_eq!((found.len(), found[11].as_str()), (12, "t21"));
    }

    #[test]
    fn text_is_measured_in_code_points_after_trimming() {
        let umlauts = "ü".repeat(800);
        assert_eq!(checked(&format!("  {umlauts}\n"), Side::Public), Ok(umlauts.as_str()));
        let longer = "ü".repeat(801);
        assert_eq!(checked(&longer, Side::Public), Err(Refused::TooLong { max: 800 }));
        assert_eq!(checked(&longer, Side::Close), Ok(longer.as_str()));
        assert_eq!(checked(&"a".repeat(5_001), Side::Work), Err(Refused::TooLong { max: 5_000 }));
        for blank in ["", " \n\t "] {
            assert_eq!(checked(blank, Side::Friends), Err(Refused::EmptyText));
        }
    }

    #[test]
    fn a_channel_is_a_plain_word_of_the_public_side() {
        assert_eq!(channel(" Tech ", Side::Public).as_deref(), Some("tech"));
        assert_eq!(channel("general", Side::Public).as_deref(), Some("general"));
        for dropped in ["", "all", "ALL", "a b", "naïve", &"a".repeat(33)] {
            assert_eq!(channel(dropped, Side::Public), None, "{dropped:?}");
        }
        assert_eq!(channel("tech", Side::Friends), None);
    }
}
