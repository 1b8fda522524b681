//! Names in a text.

const NAME: usize = 32;
const NAMES: usize = 20;

/// Whom a text names: `@` that follows no word character, then 1 to 32 characters of `[A-Za-z0-9_.-]`, of which a dot or
/// a dash at the end belongs to the sentence. Lower case, each once, in order, at most 20.
pub fn names(text: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let mut before = None;
    for (at, letter) in text.char_indices() {
        if letter == '@' && !before.is_some_and(is_word) {
            let written: String = text[at + 1..].chars().take_while(|&c| is_name(c)).take(NAME).collect();
            let name = written.trim_end_matches(['.', '-']).to_ascii_lowercase();
            if !name.is_empty() && !found.contains(&name) {
                found.push(name);
            }
        }
        before = Some(letter);
        if found.len() == NAMES {
            break;
        }
    }
    found
}

const fn is_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}

const fn is_name(c: char) -> bool {
    is_word(c) || c == '.' || c == '-'
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_follow_a_free_at_sign_and_end_before_the_sentence_does() {
        assert_eq!(
            names("thanks @Jonas_K. and @ben-, @ann.lee: mail a@b.test @@cara @ben"),
            ["jonas_k", "ben", "ann.lee", "cara"]
        );
        for none in ["", "@", "@ @", "x@y", "_@y", "@...", "@-.-", "@é"] {
            assert_eq!(names(none), Vec::<String>::new(), "{none}");
        }
        assert_eq!(names("é@ann (@ben)"), ["ann", "ben"]);
    }

    #[test]
    fn a_long_name_is_cut_and_the_twenty_first_left_out() {
        assert_eq!(names(&format!("@{}", "a".repeat(40))), ["a".repeat(32)]);
        let many: Vec<String> = (10..40).map(|n| format!("@n{n}")).collect();
        let found = names(&many.join(" "));
        assert_eq!((found.len(), found[19].as_str()), (20, "n29"));
    }
}
