//! Query strings: the last value of a name counts, values with NUL do not, and nobody needs more than 100 pairs.

use std::collections::HashMap;

const MOST: usize = 100;

#[derive(Clone, Debug, Default)]
pub struct Query(HashMap<String, String>);

impl Query {
    pub fn parse(text: Option<&str>) -> Self {
        let pairs = text.unwrap_or_default().split('&').filter(|pair| !pair.is_empty()).take(MOST);
        let pairs = pairs.map(|pair| pair.split_once('=').unwrap_or((pair, "")));
        let decoded = pairs.map(|(name, value)| (decode(name), decode(value)));
        Self(decoded.filter(|(_, value)| !value.contains('\0')).collect())
    }

    /// "" if the name is missing.
    pub fn text(&self, name: &str) -> &str {
        self.0.get(name).map_or("", String::as_str)
    }

    pub fn pairs(&self) -> impl Iterator<Item = (&String, &String)> {
        self.0.iter()
    }
}

/// The contract's words for yes, any case.
pub fn truthy(text: &str) -> bool {
    ["1", "true", "yes", "y", "on"].contains(&text.trim().to_lowercase().as_str())
}

fn decode(text: &str) -> String {
    String::from_utf8_lossy(&percent_decode(&text.replace('+', " "))).into_owned()
}

/// `%41` is a byte; a `%` without two hex digits is itself.
pub fn percent_decode(text: &str) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, tail @ ..] = rest {
        let escaped = match tail {
            [high, low, ..] if *first == b'%' => hex(*high).zip(hex(*low)),
            _ => None,
        };
        bytes.push(escaped.map_or(*first, |(high, low)| high << 4 | low));
        rest = if escaped.is_some() { &tail[2..] } else { tail };
    }
    bytes
}

fn hex(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).and_then(|value| u8::try_from(value).ok())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_last_value_counts_and_nul_does_not() {
        let query = Query::parse(Some("side=public&side=work&tag=%23Tr%C3%A4il&set=a%00b&q=a+b&flag&bad=%zz"));
        for (name, value) in [("side", "work"), ("tag", "#Träil"), ("set", ""), ("q", "a b"), ("bad", "%zz")] {
            assert_eq!(query.text(name), value);
        }
        assert_eq!(query.0.get("flag").map(String::as_str), Some(""));
    }

    #[test]
    fn a_hundred_pairs_are_enough() {
        let text: Vec<String> = (0..200).map(|number| format!("n{number}=x")).collect();
        let query = Query::parse(Some(&text.join("&")));
        assert_eq!((query.text("n99"), query.text("n100")), ("x", ""));
    }

    proptest! {
        #[test]
        fn no_query_stops_it(text in ".*") {
            Query::parse(Some(&text));
        }
    }
}
