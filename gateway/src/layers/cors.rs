//! Cross-origin calls from a developer's own page: for named origins, in development, and never in production.

use std::sync::Arc;

use axum::{
    extract::{Request, State},
    middleware::Next,
    response::Response,
};
use http::{
    HeaderMap, HeaderValue, Method,
    header::{
        ACCESS_CONTROL_ALLOW_CREDENTIALS, ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS,
        ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_EXPOSE_HEADERS, ORIGIN, VARY,
    },
};

use crate::shared::Shared;

pub async fn allow(State(shared): State<Arc<Shared>>, request: Request, next: Next) -> Response {
    // Settings of production hold no origin.
    let origin = request.headers().get(ORIGIN).cloned();
    let origin = origin.filter(|origin| origin.to_str().is_ok_and(|text| shared.settings.dev_cors.contain(text)));
    let preflight = *request.method() == Method::OPTIONS;
    let mut response = next.run(request).await;
    if let Some(origin) = origin {
        write(response.headers_mut(), origin, preflight);
    }
    response
}

fn write(headers: &mut HeaderMap, origin: HeaderValue, preflight: bool) {
    headers.append(VARY, HeaderValue::from_static("Origin"));
    headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin);
    headers.insert(ACCESS_CONTROL_ALLOW_CREDENTIALS, HeaderValue::from_static("true"));
    headers.insert(ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static("X-Request-ID, Retry-After"));
    if preflight {
        let methods = HeaderValue::from_static("GET, POST, PUT, PATCH, DELETE");
        headers.insert(ACCESS_CONTROL_ALLOW_METHODS, methods);
        let own = HeaderValue::from_static("Content-Type, X-CSRFToken, X-Request-ID, X-SD-Side");
        headers.insert(ACCESS_CONTROL_ALLOW_HEADERS, own);
    }
}
