//! Whether a caller has an answer already: entity tags and times of change (RFC 9110, 13).

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use http::{
    HeaderMap, HeaderName, HeaderValue,
    header::{IF_MODIFIED_SINCE, IF_NONE_MATCH},
};
use sha2::{Digest, Sha256};
use time::{
    OffsetDateTime, PrimitiveDateTime, UtcOffset, format_description::BorrowedFormatItem, macros::format_description,
};

const HTTP_DATE: &[BorrowedFormatItem<'_>] =
    format_description!("[weekday repr:short], [day] [month repr:short] [year] [hour]:[minute]:[second] GMT");

/// What tells one answer from another.
pub struct Version {
    /// Strong: of every byte. With its quotation marks.
    pub tag: String,
    /// Whole seconds; `None` = there is nothing in it.
    changed: Option<OffsetDateTime>,
}

impl Version {
    /// `changed` is the time of the newest thing in it.
    pub fn of(body: &[u8], changed: Option<OffsetDateTime>) -> Self {
        let tag = format!("\"{}\"", URL_SAFE_NO_PAD.encode(Sha256::digest(body)));
        Self { tag, changed: changed.map(whole_seconds) }
    }

    /// The epoch where there is nothing.
    pub fn last_modified(&self) -> String {
        let at = self.changed.unwrap_or(OffsetDateTime::UNIX_EPOCH).to_offset(UtcOffset::UTC);
        at.format(HTTP_DATE).unwrap_or_default()
    }

    /// By its tag; only who names none is asked for a time, and of nothing no time tells whether it is the same.
    pub fn is_kept(&self, headers: &HeaderMap) -> bool {
        if headers.contains_key(IF_NONE_MATCH) {
            return headers.get_all(IF_NONE_MATCH).iter().any(|value| self.is_named_in(value));
        }
        let since = headers.get(IF_MODIFIED_SINCE).and_then(|value| value.to_str().ok()).and_then(parse);
        self.changed.zip(since).is_some_and(|(changed, since)| since >= changed)
    }

    /// `*`, or a list. Weak tags count here: whoever asks wants to know whether it means the same.
    fn is_named_in(&self, value: &HeaderValue) -> bool {
        let text = value.to_str().unwrap_or_default().trim();
        let mut tags = text.split(',').map(|tag| tag.trim().trim_start_matches("W/"));
        text == "*" || tags.any(|tag| tag == self.tag)
    }
}

/// A header, as far as the text can be one.
pub fn header(name: HeaderName, text: &str) -> Option<(HeaderName, HeaderValue)> {
    HeaderValue::from_str(text).ok().map(|value| (name, value))
}

fn whole_seconds(at: OffsetDateTime) -> OffsetDateTime {
    OffsetDateTime::from_unix_timestamp(at.unix_timestamp()).unwrap_or(OffsetDateTime::UNIX_EPOCH)
}

fn parse(text: &str) -> Option<OffsetDateTime> {
    PrimitiveDateTime::parse(text.trim(), HTTP_DATE).ok().map(PrimitiveDateTime::assume_utc)
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;

    fn asked(pairs: &[(HeaderName, &str)]) -> HeaderMap {
        pairs.iter().filter_map(|(name, text)| header(name.clone(), text)).collect()
    }

    #[test]
    fn a_tag_is_found_in_a_list_and_a_star_is_any() {
        let version = Version::of(b"body", None);
        let tag = version.tag.clone();
        for text in [tag.clone(), format!("W/{tag}"), format!("\"a\" , {tag}"), "*".to_owned()] {
            assert!(version.is_kept(&asked(&[(IF_NONE_MATCH, &text)])), "{text}");
        }
        for text in ["\"a\"", "", "x", tag.trim_matches('"')] {
            assert!(!version.is_kept(&asked(&[(IF_NONE_MATCH, text)])), "{text}");
        }
        assert!(version.is_kept(&asked(&[(IF_NONE_MATCH, "\"a\""), (IF_NONE_MATCH, &tag)])), "over two lines");
        assert_ne!(tag, Version::of(b"bode", None).tag);
    }

    #[test]
    fn a_time_counts_only_beside_no_tag_and_where_there_is_something() {
        let version = Version::of(b"body", Some(datetime!(2026-11-24 09:48:19.6 UTC)));
        assert_eq!(version.last_modified(), "Tue, 24 Nov 2026 09:48:19 GMT");
        for (since, kept) in [
            ("Tue, 24 Nov 2026 09:48:19 GMT", true),
            ("Wed, 25 Nov 2026 00:00:00 GMT", true),
            ("Tue, 24 Nov 2026 09:48:18 GMT", false),
            ("yesterday", false),
        ] {
            assert_eq!(version.is_kept(&asked(&[(IF_MODIFIED_SINCE, since)])), kept, "{since}");
        }
        let both = [(IF_NONE_MATCH, "\"a\""), (IF_MODIFIED_SINCE, "Wed, 25 Nov 2026 00:00:00 GMT")];
        assert!(!version.is_kept(&asked(&both)));
        let empty = Version::of(b"body", None);
        assert_eq!(empty.last_modified(), "Thu, 01 Jan 1970 00:00:00 GMT");
        assert!(!empty.is_kept(&asked(&both[1..])));
        assert!(!empty.is_kept(&HeaderMap::new()));
    }
}
