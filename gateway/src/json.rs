//! The JSON door: what a body may be before any handler sees it, and how handlers take members out of it.

use std::collections::HashSet;

use bytes::Bytes;
use http::{HeaderMap, StatusCode, header::CONTENT_TYPE};
use serde_json::{Map, Value};

use crate::{error::Refused, query::truthy};

const MAX_DEPTH: usize = 64;
const MAX_DIGITS: usize = 400;

/// The object in a body; anything else that is JSON, and no body at all, is an empty one.
#[derive(Clone, Debug, Default)]
pub struct Json(Map<String, Value>);

impl Json {
    /// Members named in `own_code` may hold NUL, made U+FFFD here, since their service answers with a code of its own.
    ///
    /// # Errors
    /// 415 `unsupported_media_type`, 400 `invalid_json`, 400 `invalid_text`.
    pub fn parse(headers: &HeaderMap, body: &Bytes, own_code: &[&str]) -> Result<Self, Refused> {
        if body.is_empty() {
            return Ok(Self::default());
        }
        if !json_type(headers) {
            return Err(Refused::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "unsupported_media_type")
                .with("detail", "Unsupported media type in request."));
        }
        if body.trim_ascii().is_empty() {
            return Ok(Self::default());
        }
        let Value::Object(mut object) = read(body)? else { return Ok(Self::default()) };
        for name in own_code {
            if let Some(Value::String(text)) = object.get_mut(*name) {
                *text = text.replace('\0', "\u{fffd}");
            }
        }
        if object.iter().any(|(name, value)| name.contains('\0') || has_nul(value)) {
            return Err(invalid_text());
        }
        Ok(Self(object))
    }

    /// Strings are strings: any other type is absent.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.0.get(name)?.as_str()
    }

    /// The first of several names that holds a text that is not blank.
    pub fn first_text(&self, names: &[&str]) -> &str {
        names.iter().filter_map(|name| self.text(name)).find(|text| !text.trim().is_empty()).unwrap_or_default()
    }

    /// JSON `true`, and nothing else.
    pub fn is_true(&self, name: &str) -> bool {
        self.0.get(name) == Some(&Value::Bool(true))
    }

    /// `true`, or a word for it as text or number.
    pub fn is_truthy(&self, name: &str) -> bool {
        match self.0.get(name) {
            Some(Value::Bool(value)) => *value,
            Some(Value::String(text)) => truthy(text),
            Some(Value::Number(number)) => number.as_i64() == Some(1),
            _ => false,
        }
    }

    /// A choice among words: `None` if absent or null; what is no text is a word that nobody knows.
    pub fn word(&self, name: &str) -> Option<&str> {
        match self.0.get(name)? {
            Value::Null => None,
            Value::String(text) => Some(text),
            _ => Some("\u{fffd}"),
        }
    }

    /// A list of strings, or one string with commas: trimmed, without blanks and repetitions.
    pub fn texts(&self, names: &[&str]) -> Vec<String> {
        let items: Vec<&str> = match names.iter().find_map(|name| self.0.get(*name).filter(|value| !value.is_null())) {
            Some(Value::Array(items)) => items.iter().filter_map(Value::as_str).collect(),
            Some(Value::String(text)) => text.split(',').collect(),
            _ => Vec::new(),
        };
        let mut known = HashSet::new();
        let items = items.into_iter().map(str::trim).filter(|item| !item.is_empty());
        items.filter(|item| known.insert(*item)).map(str::to_owned).collect()
    }
}

/// `application/json`, `application/*+json`, any parameters. A body that does not say what it is is no JSON.
fn json_type(headers: &HeaderMap) -> bool {
    let text = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let essence = text.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let Some(subtype) = essence.strip_prefix("application/") else { return false };
    subtype == "json" || subtype.strip_suffix("+json").is_some_and(|name| !name.is_empty())
}

fn read(body: &[u8]) -> Result<Value, Refused> {
    let scan = Scan::of(body);
    if scan.too_deep {
        return Err(invalid_json("too deeply nested"));
    }
    if scan.too_long {
        return Err(invalid_json("number too long"));
    }
    match serde_json::from_slice(body) {
        Ok(value) => Ok(value),
        Err(error) => {
            // An unpaired surrogate is a wrong text in right JSON; with U+FFFD in its place the rest shows which.
            let mut repaired = body.to_vec();
            for at in &scan.lone_surrogates {
                repaired[*at..at + 6].copy_from_slice(b"\\ufffd");
            }
            let only_text = !scan.lone_surrogates.is_empty() && serde_json::from_slice::<Value>(&repaired).is_ok();
            let place = format!("line {} column {}", error.line(), error.column());
            Err(if only_text { invalid_text() } else { invalid_json(&place) })
        }
    }
}

fn invalid_json(place: &str) -> Refused {
    Refused::bad_request("invalid_json").with("detail", format!("JSON parse error - {place}"))
}

fn invalid_text() -> Refused {
    Refused::bad_request("invalid_text")
}

fn has_nul(value: &Value) -> bool {
    match value {
        Value::String(text) => text.contains('\0'),
        Value::Array(items) => items.iter().any(has_nul),
        Value::Object(members) => members.iter().any(|(name, value)| name.contains('\0') || has_nul(value)),
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}

/// What the parser does not tell: depth, length of numbers, places of unpaired surrogates.
#[derive(Debug, Default)]
struct Scan {
    too_deep: bool,
    too_long: bool,
    /// Offsets of their backslashes.
    lone_surrogates: Vec<usize>,
}

impl Scan {
    fn of(body: &[u8]) -> Self {
        let mut scan = Self::default();
        let (mut at, mut depth, mut digits, mut in_string) = (0, 0_usize, 0, false);
        while let Some(byte) = body.get(at) {
            match (in_string, byte) {
                (true, b'\\') => at += scan.escape(body, at) - 1,
                (_, b'"') => in_string = !in_string,
                (false, b'[' | b'{') => depth += 1,
                (false, b']' | b'}') => depth = depth.saturating_sub(1),
                _ => {}
            }
            digits = if !in_string && byte.is_ascii_digit() { digits + 1 } else { 0 };
            scan.too_long |= digits > MAX_DIGITS;
            scan.too_deep |= depth > MAX_DEPTH;
            at += 1;
        }
        scan
    }

    /// Looks at one escape sequence and returns its length.
    fn escape(&mut self, body: &[u8], at: usize) -> usize {
        match unit(body, at) {
            None => 2,
            Some(0xd800..0xdc00) if matches!(unit(body, at + 6), Some(0xdc00..0xe000)) => 12,
            Some(0xd800..0xe000) => {
                self.lone_surrogates.push(at);
                6
            }
            Some(_) => 6,
        }
    }
}

/// The UTF-16 unit of a `\uXXXX` at this place.
fn unit(body: &[u8], at: usize) -> Option<u32> {
    let digits = body.get(at..at + 6)?.strip_prefix(b"\\u")?;
    digits.iter().try_fold(0, |unit, digit| Some(unit * 16 + char::from(*digit).to_digit(16)?))
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;
    use proptest::prelude::*;

    use super::*;

    fn parse(body: &str) -> Result<Json, String> {
        let headers = HeaderMap::from_iter([(CONTENT_TYPE, HeaderValue::from_static("application/json"))]);
        let parsed = Json::parse(&headers, &Bytes::copy_from_slice(body.as_bytes()), &["target"]);
        parsed.map_err(|refused| refused.code.into_owned())
    }

    #[test]
    fn what_is_no_object_is_an_empty_one() {
        for body in ["", "  ", "null", "[1]", "\"text\"", "5", "{}"] {
            assert!(parse(body).expect(body).0.is_empty());
        }
    }

    #[test]
    fn what_is_no_json_is_refused() {
        let deep = "[".repeat(65) + &"]".repeat(65);
        let long = format!("{{\"n\":{}}}", "9".repeat(401));
        for body in
            ["{", "{\"a\":NaN}", "{\"a\":Infinity}", "{} x", "{'a':1}", "{\"a\":\"\\x\"}", "\u{feff}{}", &deep, &long]
        {
            assert_eq!(parse(body).err().as_deref(), Some("invalid_json"), "{body}");
        }
        assert!(parse(&("[".repeat(64) + &"]".repeat(64))).is_ok());
    }

    #[test]
    fn nul_and_unpaired_surrogates_are_no_text_anywhere() {
        for body in [
            r#"{"a":"x\u0000"}"#,
            r#"{"a\u0000":1}"#,
            r#"{"a":[{"b":"\u0000"}]}"#,
            r#"{"a":"\ud800"}"#,
            r#"{"a":"\udc00\ud800"}"#,
            r#"{"\ud800x":1}"#,
            r#"{"a":"\ud800\u0041"}"#,
        ] {
            assert_eq!(parse(body).err().as_deref(), Some("invalid_text"), "{body}");
        }
        assert_eq!(parse(r#"{"a":"\ud83d\ude00"}"#).expect("a pair").text("a"), Some("😀"));
        assert_eq!(parse(r#"{"a":"\\ud800"}"#).expect("a backslash").text("a"), Some("\\ud800"));
        assert_eq!(parse(r#"{"a":"\ud800""#).err().as_deref(), Some("invalid_json"));
        assert_eq!(parse(r#"{"target":"\u0000"}"#).expect("own code").text("target"), Some("\u{fffd}"));
    }

    #[test]
    fn types_are_strict_and_the_last_of_two_members_counts() {
        let json = parse(r#"{"a":5,"b":"true","c":true,"d":1,"e":"YES","f":"x","f":"y","g":null}"#).expect("json");
        assert_eq!(json.text("a"), None);
        assert!(!json.is_true("b") && json.is_true("c") && !json.is_true("d"));
        assert!(json.is_truthy("b") && json.is_truthy("c") && json.is_truthy("d") && json.is_truthy("e"));
        assert_eq!(json.text("f"), Some("y"));
        assert_eq!((json.word("g"), json.word("h")), (None, None));
        assert_eq!(json.word("a"), Some("\u{fffd}"));
    }

    #[test]
    fn lists_of_texts_come_in_two_forms() {
        let json = parse(r#"{"a":["x"," y ","x","",5],"b":"p, q,,p"}"#).expect("json");
        assert_eq!(json.texts(&["a"]), ["x", "y"]);
        assert_eq!(json.texts(&["missing", "b"]), ["p", "q"]);
    }

    #[test]
    fn only_json_is_read() {
        let with =
            |text: &'static str| json_type(&HeaderMap::from_iter([(CONTENT_TYPE, HeaderValue::from_static(text))]));
        for text in ["application/json", "Application/JSON; charset=latin1", "application/merge-patch+json"] {
            assert!(with(text), "{text}");
        }
        for text in
            ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "application/+json", "json", ""]
        {
            assert!(!with(text), "{text}");
        }
        assert!(!json_type(&HeaderMap::new()));
    }

    proptest! {
        #[test]
        fn no_body_stops_it(body in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _either_way = read(&body);
        }

        #[test]
        fn no_escape_stops_it(body in r#"\{"a":"(\\u[dD][89a-fA-F][0-9a-f]{2}|\\|"|x|\\u0000)*"\}?"#) {
            let _either_way = parse(&body);
        }
    }
}
