//! Search: posts by their words, people by their names. Whoever finds something could have come across it.

mod people;
mod posts;
mod store;

pub use self::{people::FoundPerson, posts::PostSearch};

/// Characters that a text must have to be looked for.
const SHORTEST: usize = 2;

/// What somebody looks for: trimmed, without one leading `@`.
fn sought(text: &str) -> &str {
    let text = text.trim();
    text.strip_prefix('@').unwrap_or(text).trim()
}

fn too_short(text: &str) -> bool {
    text.chars().nth(SHORTEST - 1).is_none()
}

/// A pattern for `ilike` that fits what holds this very text: its wildcards stand for themselves.
fn holding(text: &str) -> String {
    let mut pattern = String::with_capacity(text.len() + 2);
    pattern.push('%');
    for letter in text.chars() {
        if matches!(letter, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(letter);
    }
    pattern.push('%');
    pattern
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wildcards_stand_for_themselves() {
        assert_eq!(holding("plain"), "%plain%");
        assert_eq!(holding(r"50%_off\"), r"%50\%\_off\\%");
    }

    #[test]
    fn one_leading_at_and_blanks_do_not_matter_and_one_letter_is_too_short() {
        for (typed, meant) in [(" @ma ", "ma"), ("@ ma", "ma"), ("@@ma", "@ma"), ("m@a", "m@a"), ("@", "")] {
            assert_eq!(sought(typed), meant, "{typed:?}");
        }
        assert!(too_short("") && too_short("ü") && !too_short("üb"));
    }
}
