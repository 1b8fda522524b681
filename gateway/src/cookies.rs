//! The two cookies: the session's, which only we read, and the CSRF token's, which scripts read.

use std::fmt::Write;

use http::{HeaderMap, HeaderValue, header::COOKIE};
use time::{Duration, OffsetDateTime, format_description::BorrowedFormatItem, macros::format_description};

use crate::{layers::client::Client, settings::Settings};

pub const CSRF: &str = "csrftoken";

const CSRF_SECONDS: i64 = 31_449_600;
/// More values of one name than this are not looked at.
const MOST: usize = 4;

/// All values of a cookie, in the order sent; at most 4.
pub fn values<'a>(headers: &'a HeaderMap, name: &str) -> Vec<&'a str> {
    // Pair by pair: what another cookie holds, even bytes that are no text, must not hide this one.
    let pairs = headers.get_all(COOKIE).iter().flat_map(|line| line.as_bytes().split(|byte| *byte == b';'));
    let pairs = pairs.filter_map(|pair| str::from_utf8(pair).ok()).filter_map(|pair| pair.split_once('='));
    pairs.filter(|(key, _)| key.trim() == name).map(|(_, value)| value.trim()).take(MOST).collect()
}

/// Session cookies of a request, as far as they can be sessions at all.
#[derive(Clone, Debug, Default)]
pub struct SessionTokens {
    pub tokens: Vec<String>,
    /// Something of that name was sent, be it a token or not.
    pub present: bool,
}

impl SessionTokens {
    pub fn of(headers: &HeaderMap, settings: &Settings) -> Self {
        let values = values(headers, &settings.cookies.session_name);
        let token = |value: &&str| {
            value.len() == 43 && value.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
        };
        Self { present: !values.is_empty(), tokens: values.into_iter().filter(token).map(str::to_owned).collect() }
    }
}

/// Makes `Set-Cookie` lines for one request: `Secure` in production, and wherever the browser came by https.
pub struct Jar<'a> {
    pub settings: &'a Settings,
    pub client: Client,
    pub now: OffsetDateTime,
}

impl Jar<'_> {
    pub fn session(&self, token: &str, max_age_seconds: i64) -> Option<HeaderValue> {
        let cookies = &self.settings.cookies;
        self.line(
            &cookies.session_name,
            token,
            max_age_seconds,
            &format!("; HttpOnly; SameSite={}", cookies.session_same_site),
        )
    }

    /// Ends the browser's copy: the attributes of [`Jar::session`], no value, no age.
    pub fn no_session(&self) -> Option<HeaderValue> {
        self.session("", 0)
    }

    pub fn csrf(&self, token: &str) -> Option<HeaderValue> {
        self.line(CSRF, token, CSRF_SECONDS, &format!("; SameSite={}", self.settings.cookies.csrf_same_site))
    }

    fn line(&self, name: &str, value: &str, max_age: i64, rest: &str) -> Option<HeaderValue> {
        let expires = if max_age == 0 { OffsetDateTime::UNIX_EPOCH } else { self.now + Duration::seconds(max_age) };
        let mut line = format!("{name}={value}; Path=/; Max-Age={max_age}; Expires={}{rest}", http_date(expires));
        if self.settings.production() || self.client.https {
            line.push_str("; Secure");
        }
        if let Some(domain) = &self.settings.cookies.domain {
            let _never_fails = write!(line, "; Domain={domain}");
        }
        HeaderValue::try_from(line).ok()
    }
}

const HTTP_DATE: &[BorrowedFormatItem<'_>] =
    format_description!("[weekday repr:short], [day] [month repr:short] [year] [hour]:[minute]:[second] GMT");

fn http_date(at: OffsetDateTime) -> String {
    at.format(HTTP_DATE).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_value_of_a_name_is_seen_up_to_four() {
        let mut headers = HeaderMap::new();
        headers.append(COOKIE, HeaderValue::from_static("a=1; csrftoken=x; csrftoken = y"));
        headers.append(COOKIE, HeaderValue::from_static("xcsrftoken=no; csrftoken=z;csrftoken=;csrftoken=5"));
        assert_eq!(values(&headers, "csrftoken"), ["x", "y", "z", ""]);
    }
}
