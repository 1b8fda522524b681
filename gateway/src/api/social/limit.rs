//! How many items somebody asks for.

/// From 1 to `most`; what is no number, or absent, is the default.
pub fn read(text: &str, default: u32, most: u32) -> u32 {
    let asked = text.trim().parse::<i64>().ok().map(|limit| limit.clamp(1, i64::from(most)));
    asked.and_then(|limit| u32::try_from(limit).ok()).unwrap_or(default)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_bounded_and_anything_else_is_the_default() {
        for (text, limit) in [("", 20), ("abc", 20), ("0", 1), ("-3", 1), (" 7 ", 7), ("31", 30), ("1e3", 20)] {
            assert_eq!(read(text, 20, 30), limit, "{text:?}");
        }
    }
}
