//! The headers of every answer, whichever layer made it: private and never stored, but for the public prefixes.

use axum::{body::Body, extract::Request, response::Response};
use http::{
    HeaderMap, HeaderName, HeaderValue, Method,
    header::{
        CACHE_CONTROL, CONTENT_LENGTH, CONTENT_SECURITY_POLICY, EXPIRES, PRAGMA, REFERRER_POLICY, SET_COOKIE,
        STRICT_TRANSPORT_SECURITY, VARY, X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
    },
};
use http_body::Body as _;

use super::client::Client;
use crate::shared::Shared;

/// Headers that an answer has, so that their map grows once.
const ABOUT: usize = 16;

const OPENER_POLICY: HeaderName = HeaderName::from_static("cross-origin-opener-policy");
const ROBOTS: HeaderName = HeaderName::from_static("x-robots-tag");

/// What the headers of an answer depend on.
pub struct Asked {
    caching: Caching,
    head: bool,
    https: bool,
}

impl Asked {
    pub fn by(shared: &Shared, request: &Request) -> Self {
        let path = request.uri().path();
        let caching = if shared.settings.public_prefixes.covers(path) {
            Caching::Public
        } else if path == "/api" || path.starts_with("/api/") {
            Caching::Private
        } else {
            Caching::Elsewhere
        };
        Self {
            caching,
            head: *request.method() == Method::HEAD,
            https: request.extensions().get::<Client>().is_some_and(|client| client.https),
        }
    }

    pub fn dress(&self, shared: &Shared, mut response: Response) -> Response {
        let headers = response.headers_mut();
        headers.reserve(ABOUT);
        self.caching.write(headers);
        let mut put = |name: HeaderName, value: &'static str| headers.insert(name, HeaderValue::from_static(value));
        put(X_CONTENT_TYPE_OPTIONS, "nosniff");
        put(OPENER_POLICY, "same-origin");
        put(X_FRAME_OPTIONS, "DENY");
        put(ROBOTS, "noindex");
        // A page has one of its own; nothing else is ever rendered.
        let policy = HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'");
        headers.entry(CONTENT_SECURITY_POLICY).or_insert(policy);
        // What names a token in its path says less than that.
        headers.entry(REFERRER_POLICY).or_insert(HeaderValue::from_static("same-origin"));
        let age = shared.settings.hsts_seconds;
        if self.https && age > 0 {
            let value = format!("max-age={age}; includeSubDomains; preload");
            headers.extend(HeaderValue::try_from(value).ok().map(|value| (STRICT_TRANSPORT_SECURITY, value)));
        }
        if self.head { without_body(response) } else { response }
    }
}

enum Caching {
    Private,
    Public,
    Elsewhere,
}

impl Caching {
    fn write(&self, headers: &mut HeaderMap) {
        match self {
            Self::Private => {
                headers.insert(CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
                headers.insert(PRAGMA, HeaderValue::from_static("no-cache"));
                headers.insert(EXPIRES, HeaderValue::from_static("0"));
                headers.insert(VARY, HeaderValue::from_static("Cookie, Authorization"));
            }
            Self::Public => {
                // A cookie in an answer that anybody may be given would be everybody's.
                headers.remove(SET_COOKIE);
                headers.remove(VARY);
                headers.entry(CACHE_CONTROL).or_insert(HeaderValue::from_static("public, max-age=0, must-revalidate"));
            }
            Self::Elsewhere => {
                headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
                headers.remove(VARY);
            }
        }
    }
}

/// The answer to HEAD: the length that GET has, and no byte of it.
fn without_body(response: Response) -> Response {
    let (mut parts, body) = response.into_parts();
    if let Some(length) = body.size_hint().exact() {
        parts.headers.insert(CONTENT_LENGTH, length.into());
    }
    Response::from_parts(parts, Body::empty())
}
