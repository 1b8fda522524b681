//! Cross-origin calls from a developer's own page: for named origins, in development, and never in production.

use axum::extract::Request;
use http::{
    HeaderMap, HeaderValue, Method,
    header::{
        ACCESS_CONTROL_ALLOW_CREDENTIALS, ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS,
        ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_EXPOSE_HEADERS, ORIGIN, VARY,
    },
};

use crate::shared::Shared;

/// A page of a named origin that asks.
pub struct Page {
    origin: HeaderValue,
    preflight: bool,
}

impl Page {
    /// Settings of production hold no origin.
    pub fn of(shared: &Shared, request: &Request) -> Option<Self> {
        let origin = request.headers().get(ORIGIN)?;
        let named = origin.to_str().is_ok_and(|text| shared.settings.dev_cors.contain(text));
        named.then(|| Self { origin: origin.clone(), preflight: *request.method() == Method::OPTIONS })
    }

    pub fn allow(self, headers: &mut HeaderMap) {
        headers.append(VARY, HeaderValue::from_static("Origin"));
        headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, self.origin);
        headers.insert(ACCESS_CONTROL_ALLOW_CREDENTIALS, HeaderValue::from_static("true"));
        headers.insert(ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static("X-Request-ID, Retry-After"));
        if self.preflight {
            let methods = HeaderValue::from_static("GET, POST, PUT, PATCH, DELETE");
            headers.insert(ACCESS_CONTROL_ALLOW_METHODS, methods);
            let own = HeaderValue::from_static("Content-Type, X-CSRFToken, X-Request-ID, X-SD-Side");
            headers.insert(ACCESS_CONTROL_ALLOW_HEADERS, own);
        }
    }
}
