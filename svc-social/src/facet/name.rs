//! What a person is called in one Side, edited or not.

use platform::Side;

/// What a person is called in one Side: the name of his facet; if he never edited that facet, the default of the
/// Side; if he cleared the name, his full name, else his username.
pub fn display_name(facet: Option<&str>, side: Side, full_name: &str, username: &str) -> String {
    match facet {
        Some("") if full_name.is_empty() => username.to_owned(),
        Some("") => full_name.to_owned(),
        Some(name) => name.to_owned(),
        None => default_name(side, username),
    }
}

/// The name of a facet that was never edited, made from the username.
pub fn default_name(side: Side, username: &str) -> String {
    let words: Vec<String> = username.split(['_', '-', ' ']).filter(|word| !word.is_empty()).map(capitalised).collect();
    let Some(first) = words.first() else { return "You".to_owned() };
    match side {
        Side::Public | Side::Work => words.join(" "),
        Side::Friends => first.clone(),
        Side::Close => first.chars().take(1).chain(['.']).collect(),
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

    #[test]
    fn a_facet_that_was_never_edited_is_named_after_the_username() {
        let name = |side| display_name(None, side, "Anna Petersen", "anna_maria-p");
        assert_eq!(name(Side::Public), "Anna Maria P");
        assert_eq!(name(Side::Friends), "Anna");
        assert_eq!(name(Side::Close), "A.");
        assert_eq!(name(Side::Work), "Anna Maria P");
    }

    #[test]
    fn only_first_letters_are_capitalised_and_nothing_becomes_you() {
        assert_eq!(display_name(None, Side::Public, "", "jOnas__k2"), "JOnas K2");
        for side in Side::ALL {
            assert_eq!(display_name(None, side, "Full", "_-"), "You");
        }
    }

    #[test]
    fn an_edited_name_wins_and_a_cleared_one_falls_back_to_the_account() {
        assert_eq!(display_name(Some("Ann"), Side::Close, "Anna Petersen", "anna"), "Ann");
        assert_eq!(display_name(Some(""), Side::Close, "Anna Petersen", "anna"), "Anna Petersen");
        assert_eq!(display_name(Some(""), Side::Public, "", "anna"), "anna");
    }
}
