//! Links in a text.

/// `http://`, `https://`, or `www.` at the start of a word, in any case.
pub fn is_in(text: &str) -> bool {
    let text = text.to_lowercase();
    let at_word_start = |at: usize| !text[..at].ends_with(|before: char| before.is_alphanumeric() || before == '_');
    text.contains("http://") || text.contains("https://") || text.match_indices("www.").any(|(at, _)| at_word_start(at))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_are_seen() {
        assert!(is_in("see HTTPS://x.test") && is_in("(www.x.test)") && !is_in("awww.x") && !is_in("http:/x"));
    }
}
