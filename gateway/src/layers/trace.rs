//! The trace of a request: begun here, or where a proxy that we trust began it.

use std::sync::Arc;

use axum::{
    extract::{Request, State},
    middleware::Next,
    response::Response,
};
use platform::{
    call,
    grpc::header::{TRACE_PARENT, text},
    telemetry::traces::{self, Parent, SpanKind},
};

use super::client::Client;
use crate::{error::ErrorCode, router, shared::Shared};

pub async fn follow(State(_): State<Arc<Shared>>, request: Request, next: Next) -> Response {
    // Probes are not traced.
    if !request.uri().path().starts_with("/api/") {
        return next.run(request).await;
    }
    let name = || router::template(request.uri().path()).into();
    let (Some(mut span), Some(call)) = (traces::begin(name, SpanKind::Server, parent(&request)), call::current())
    else {
        return next.run(request).await;
    };
    span.set("http.request.method", router::method_name(request.method()));
    let response = call.traced(Some(span.place())).scope(next.run(request)).await;
    span.set("http.response.status_code", i64::from(response.status().as_u16()));
    let code = response.extensions().get::<ErrorCode>().map(|error| error.code.clone());
    if response.status().is_server_error() {
        span.fail(code.unwrap_or_default());
    } else if let Some(code) = code {
        span.set("error.type", code);
    }
    response
}

/// What a stranger says of a trace is no reason to add to it, nor to keep it.
fn parent(request: &Request) -> Option<Parent> {
    let trusted = request.extensions().get::<Client>().is_some_and(|client| client.proxied);
    if trusted { text(request.headers(), TRACE_PARENT).and_then(Parent::parse) } else { None }
}
