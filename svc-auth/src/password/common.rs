//! The twenty thousand passwords that are tried first.
//!
//! `common.txt`: the list of Royce Williams (gist roycewilliams/226886fd01572964e1431ac8afc999ce) as distributed with
//! Django 5.2 under the BSD-3-Clause licence (`common.LICENSE.txt`); lower case, sorted by bytes, one a line.

use std::sync::LazyLock;

static SORTED: LazyLock<Vec<&str>> = LazyLock::new(|| include_str!("common.txt").lines().collect());

/// Compared trimmed and in lower case.
pub fn contains(password: &str) -> bool {
    SORTED.binary_search(&password.trim().to_lowercase().as_str()).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_sorted_whole_and_in_lower_case() {
        assert!(SORTED.is_sorted());
        assert!(SORTED.len() > 19_000);
        assert!(SORTED.iter().all(|line| line.to_lowercase() == *line));
    }

    #[test]
    fn first_last_and_any_case_are_found() {
        for password in ["Password1", " qwertyuiop ", SORTED[0], SORTED[SORTED.len() - 1], "йцукен"] {
            assert!(contains(password), "{password}");
        }
        assert!(!contains("tall-lantern9"));
    }
}
