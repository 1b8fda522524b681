//! The trace of a request: begun here, or where a proxy that we trust began it.

use axum::{extract::Request, response::Response};
use platform::{
    grpc::header::{TRACE_PARENT, text},
    telemetry::traces::{self, Parent, Span, SpanKind},
};

use super::client::Client;
use crate::{error::ErrorCode, router};

/// The span of a request; none for a probe, nor while tracing is off.
pub fn begin(request: &Request) -> Option<Span> {
    if !request.uri().path().starts_with("/api/") {
        return None;
    }
    let name = || router::template(request.uri().path()).into();
    let mut span = traces::begin(name, SpanKind::Server, parent(request))?;
    span.set("http.request.method", router::method_name(request.method()));
    Some(span)
}

pub fn end(mut span: Span, response: &Response) {
    span.set("http.response.status_code", i64::from(response.status().as_u16()));
    let code = response.extensions().get::<ErrorCode>().map(|error| error.code.clone());
    if response.status().is_server_error() {
        span.fail(code.unwrap_or_default());
    } else if let Some(code) = code {
        span.set("error.type", code);
    }
}

/// What a stranger says of a trace is no reason to add to it, nor to keep it.
fn parent(request: &Request) -> Option<Parent> {
    let trusted = request.extensions().get::<Client>().is_some_and(|client| client.proxied);
    if trusted { text(request.headers(), TRACE_PARENT).and_then(Parent::parse) } else { None }
}
