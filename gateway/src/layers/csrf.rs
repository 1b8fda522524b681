//! Cross-site request forgery: a foreign origin changes nothing, signed in or not, on every path.

use axum::extract::Request;
use http::{
    HeaderMap, HeaderName, StatusCode,
    header::{ORIGIN, REFERER},
};
use platform::security::{Event, Kind};
use subtle::ConstantTimeEq;

use super::{client::Client, host, session::SignedIn, unsafe_api};
use crate::{
    cookies::{self, SessionTokens},
    error::Refused,
    router::{self, Session},
    shared::Shared,
};

const FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");
const TOKEN: HeaderName = HeaderName::from_static("x-csrftoken");

pub fn check(shared: &Shared, request: &Request) -> Result<(), Refused> {
    if !unsafe_api(request) {
        return Ok(());
    }
    let https = request.extensions().get::<Client>().is_some_and(|client| client.https);
    let own = host::of(request.headers()).map(|host| own_origin(https, host));
    let trusts = |origin: &str| {
        own.as_deref().is_some_and(|own| own.eq_ignore_ascii_case(origin))
            || shared.settings.csrf_trusted.contain(origin)
    };
    decide(request.headers(), trusts, rides_a_session(request)).map_err(|why| {
        let account = request.extensions().get::<SignedIn>().map(|signed_in| signed_in.viewer.person.id);
        let network = request.extensions().get::<Client>().map(|client| client.address.into());
        Event::new(Kind::CsrfRefused).account(account).from(network).detail(why).write();
        Refused::new(StatusCode::FORBIDDEN, "csrf_failed").with("detail", format!("CSRF Failed: {why}"))
    })
}

/// Where the session is not looked up before the handler, a cookie counts as one.
fn rides_a_session(request: &Request) -> bool {
    let route = router::find(request.uri().path(), request.method());
    let unknown = route.is_some_and(|found| found.route.session == Session::Handler);
    let cookie = request.extensions().get::<SessionTokens>().is_some_and(|cookies| cookies.present);
    request.extensions().get::<SignedIn>().is_some() || (unknown && cookie)
}

/// The rule: `Origin` decides, else `Sec-Fetch-Site`, else a foreign `Referer`; else a session needs the token.
fn decide(headers: &HeaderMap, trusts: impl Fn(&str) -> bool, signed_in: bool) -> Result<(), &'static str> {
    let text = |name: HeaderName| headers.get(name).map(|value| value.to_str().unwrap_or_default());
    if let Some(origin) = text(ORIGIN) {
        let trusted = headers.get_all(ORIGIN).iter().count() == 1 && trusts(origin);
        return trusted.then_some(()).ok_or("Origin checking failed - it does not match any trusted origin.");
    }
    if let Some(site) = text(FETCH_SITE) {
        return (site == "same-origin").then_some(()).ok_or("Origin checking failed - the request is cross-site.");
    }
    if let Some(referer) = text(REFERER)
        && !origin_of(referer).is_some_and(trusts)
    {
        return Err("Referer checking failed - it does not match any trusted origin.");
    }
    if !signed_in {
        return Ok(());
    }
    let token = text(TOKEN).filter(|token| !token.is_empty()).ok_or("CSRF token missing.")?;
    if !(16..=128).contains(&token.len()) {
        return Err("CSRF token has incorrect length.");
    }
    if !token.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-') {
        return Err("CSRF token has invalid characters.");
    }
    let sent = cookies::values(headers, cookies::CSRF);
    if sent.is_empty() {
        return Err("CSRF cookie not set.");
    }
    let equal = sent.iter().any(|cookie| bool::from(cookie.as_bytes().ct_eq(token.as_bytes())));
    equal.then_some(()).ok_or("CSRF token from the 'X-Csrftoken' HTTP header incorrect.")
}

/// Scheme and host of a URL.
fn origin_of(url: &str) -> Option<&str> {
    let start = url.find("://")? + 3;
    let end = url[start..].find(['/', '?', '#']).map_or(url.len(), |length| start + length);
    Some(&url[..end])
}

/// Browsers leave the scheme's own port out of an origin.
fn own_origin(https: bool, host: &str) -> String {
    let (scheme, port) = if https { ("https", ":443") } else { ("http", ":80") };
    format!("{scheme}://{}", host.strip_suffix(port).unwrap_or(host))
}

/// Origins beside our own that may write: exact, or `https://*.example.com` for all below a name.
#[derive(Clone, Debug, Default)]
pub struct TrustedOrigins(Vec<String>);

impl TrustedOrigins {
    /// `None` if an entry has no scheme, or more than scheme, host and port.
    pub fn parse(text: &str) -> Option<Self> {
        let entries = text.split(',').map(|entry| entry.trim().to_lowercase()).filter(|entry| !entry.is_empty());
        entries.map(|entry| is_origin(&entry).then_some(entry)).collect::<Option<_>>().map(Self)
    }

    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }

    pub fn contain(&self, origin: &str) -> bool {
        let origin = origin.to_lowercase();
        self.0.iter().any(|entry| match entry.split_once("*.") {
            Some((scheme, domain)) => origin
                .strip_prefix(scheme)
                .and_then(|host| host.strip_suffix(domain))
                .and_then(|below| below.strip_suffix('.'))
                .is_some_and(|below| !below.is_empty() && !below.contains([':', '/', '@'])),
            None => *entry == origin,
        })
    }
}

fn is_origin(entry: &str) -> bool {
    let host = entry.strip_prefix("https://").or_else(|| entry.strip_prefix("http://"));
    let plain = |host: &str| {
        !host.is_empty() && host.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-_:[]".contains(&byte))
    };
    host.is_some_and(|host| plain(host.strip_prefix("*.").unwrap_or(host)))
}

#[cfg(test)]
mod tests {
    use http::{HeaderValue, header::COOKIE};

    use super::*;

    const GOOD: &str = "0123456789abcdef0123456789abcdef";

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        let pair = |(name, value): &(&'static str, &'static str)| {
            (HeaderName::from_static(name), HeaderValue::from_static(value))
        };
        pairs.iter().map(pair).collect()
    }

    fn passes(pairs: &[(&'static str, &'static str)], signed_in: bool) -> bool {
        decide(&headers(pairs), |origin| origin == "https://app.test", signed_in).is_ok()
    }

    #[test]
    fn the_origin_decides_whatever_the_token() {
        for signed_in in [false, true] {
            assert!(passes(&[("origin", "https://app.test")], signed_in));
            for origin in ["https://evil.test", "null", "", "http://app.test", "https://app.test.evil.test"] {
                let tokens = [
                    ("origin", origin),
                    ("x-csrftoken", GOOD),
                    ("cookie", "csrftoken=0123456789abcdef0123456789abcdef"),
                ];
                assert!(!passes(&tokens, signed_in), "{origin}");
            }
        }
    }

    #[test]
    fn without_an_origin_the_fetch_metadata_decides() {
        for signed_in in [false, true] {
            assert!(passes(&[("sec-fetch-site", "same-origin")], signed_in));
            for site in ["cross-site", "same-site", "none"] {
                assert!(!passes(&[("sec-fetch-site", site)], signed_in), "{site}");
            }
            assert!(!passes(&[("referer", "https://evil.test/https://app.test/")], signed_in));
        }
        assert!(passes(&[("referer", "https://app.test/feed")], false));
        assert!(!passes(&[("referer", "https://app.test/feed")], true), "a good referer is no proof for a session");
    }

    #[test]
    fn a_session_needs_any_one_equal_cookie() {
        assert!(passes(&[], false));
        assert!(!passes(&[], true));
        assert!(!passes(&[("x-csrftoken", GOOD)], true));
        assert!(!passes(&[("x-csrftoken", "short"), ("cookie", "csrftoken=short")], true));
        assert!(!passes(&[("x-csrftoken", GOOD), ("cookie", "csrftoken=another-token-here")], true));
        let mut two = headers(&[("x-csrftoken", GOOD)]);
        two.append(
            COOKIE,
            HeaderValue::from_static("csrftoken=another-token-here; csrftoken=0123456789abcdef0123456789abcdef"),
        );
        assert!(decide(&two, |_| false, true).is_ok());
    }

    #[test]
    fn a_star_stands_for_what_is_below_a_name() {
        let trusted =
            TrustedOrigins::parse("https://app.test, https://*.sides.test, http://localhost:3000").expect("origins");
        for origin in [
            "https://app.test",
            "HTTPS://App.test",
            "https://a.sides.test",
            "https://a.b.sides.test",
            "http://localhost:3000",
        ] {
            assert!(trusted.contain(origin), "{origin}");
        }
        for origin in [
            "https://sides.test",
            "https://evilsides.test",
            "http://a.sides.test",
            "https://evil.test/x.sides.test",
            "null",
            "http://localhost:3001",
        ] {
            assert!(!trusted.contain(origin), "{origin}");
        }
        for text in ["app.test", "https://app.test/", "null", "ftp://app.test", "https://", "*"] {
            assert!(TrustedOrigins::parse(text).is_none(), "{text}");
        }
    }

    #[test]
    fn own_origins_have_no_standard_port() {
        assert_eq!(own_origin(true, "api.test:443"), "https://api.test");
        assert_eq!(own_origin(false, "api.test:8000"), "http://api.test:8000");
    }
}
