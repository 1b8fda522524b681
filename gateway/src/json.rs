//! The JSON door: what a body may be before any handler sees it.

use bytes::Bytes;
use http::{HeaderMap, StatusCode, header::CONTENT_TYPE};
use serde_json::{Map, Value};

use crate::error::Refused;

const MAX_DEPTH: usize = 64;
const MAX_DIGITS: usize = 400;
/// Parsed, a value takes many times the bytes that it is written in; no request needs so many.
const MAX_VALUES: usize = 10_000;

/// The object in a body; anything else that is JSON, and no body at all, is an empty one. Its members may still hold
/// NUL: whether that is a text is said by the type of the field that takes it.
///
/// # Errors
/// 415 `unsupported_media_type`, 400 `invalid_json`, 400 `invalid_text`.
pub fn object(headers: &HeaderMap, body: &Bytes) -> Result<Map<String, Value>, Refused> {
    if body.is_empty() {
        return Ok(Map::new());
    }
    if !json_type(headers) {
        return Err(Refused::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "unsupported_media_type")
            .with("detail", "Unsupported media type in request."));
    }
    if body.trim_ascii().is_empty() {
        return Ok(Map::new());
    }
    let Value::Object(object) = read(body)? else { return Ok(Map::new()) };
    if object.keys().any(|name| name.contains('\0')) {
        return Err(invalid_text());
    }
    Ok(object)
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
    if scan.values > MAX_VALUES {
        return Err(invalid_json("too many values"));
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

pub fn invalid_text() -> Refused {
    Refused::bad_request("invalid_text")
}

pub fn has_nul(value: &Value) -> bool {
    match value {
        Value::String(text) => text.contains('\0'),
        Value::Array(items) => items.iter().any(has_nul),
        Value::Object(members) => members.iter().any(|(name, value)| name.contains('\0') || has_nul(value)),
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}

/// What the parser does not tell, or not in time: depth, length of numbers, how many values, places of unpaired
/// surrogates.
#[derive(Debug, Default)]
struct Scan {
    too_deep: bool,
    too_long: bool,
    /// No fewer than there are: one for each bracket and comma.
    values: usize,
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
                (false, b'[' | b'{') => (depth, scan.values) = (depth + 1, scan.values + 1),
                (false, b',') => scan.values += 1,
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

    fn parse(body: &str) -> Result<Map<String, Value>, String> {
        let headers = HeaderMap::from_iter([(CONTENT_TYPE, HeaderValue::from_static("application/json"))]);
        let parsed = object(&headers, &Bytes::copy_from_slice(body.as_bytes()));
        parsed.map_err(|refused| refused.code.into_owned())
    }

    #[test]
    fn what_is_no_object_is_an_empty_one() {
        for body in ["", "  ", "null", "[1]", "\"text\"", "5", "{}"] {
            assert!(parse(body).expect(body).is_empty());
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
    fn values_are_counted_wherever_they_stand() {
        let array = |values: usize| format!("{{\"a\":[{}0]}}", "0,".repeat(values - 3));
        let members = |values: usize| format!("{{{}\"a\":0}}", "\"a\":0,".repeat(values - 2));
        let nested = |values: usize| format!("[{}[]]", "[],".repeat(values / 2 - 1));
        for body in [array, members, nested] as [fn(usize) -> String; 3] {
            assert!(parse(&body(MAX_VALUES)).is_ok());
            assert_eq!(parse(&body(MAX_VALUES + 2)).err().as_deref(), Some("invalid_json"));
        }
        assert!(parse(&format!("{{\"a\":\"{}\"}}", "[,{".repeat(MAX_VALUES))).is_ok(), "a text is one value");
    }

    #[test]
    fn unpaired_surrogates_are_no_text_anywhere() {
        for body in [
            r#"{"a\u0000":1}"#,
            r#"{"a":"\ud800"}"#,
            r#"{"a":"\udc00\ud800"}"#,
            r#"{"\ud800x":1}"#,
            r#"{"a":"\ud800\u0041"}"#,
        ] {
            assert_eq!(parse(body).err().as_deref(), Some("invalid_text"), "{body}");
        }
        assert_eq!(parse(r#"{"a":"\ud83d\ude00"}"#).expect("a pair")["a"], "😀");
        assert_eq!(parse(r#"{"a":"\\ud800"}"#).expect("a backslash")["a"], "\\ud800");
        assert_eq!(parse(r#"{"a":"\ud800""#).err().as_deref(), Some("invalid_json"));
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
