//! Unknown paths and methods end here; OPTIONS is answered with what a path takes.

use std::sync::Arc;

use axum::{
    body::Body,
    extract::{Request, State},
    middleware::Next,
    response::{IntoResponse, Response},
};
use http::{HeaderValue, Method, StatusCode, header::ALLOW};

use crate::{error::Refused, router, shared::Shared};

pub async fn check(State(_): State<Arc<Shared>>, request: Request, next: Next) -> Response {
    let methods = router::methods(request.uri().path());
    if *request.method() == Method::CONNECT {
        return Refused::method_not_allowed("CONNECT", allow(&methods)).into_response();
    }
    if methods.is_empty() {
        return Refused::not_found().into_response();
    }
    if *request.method() == Method::OPTIONS {
        let mut response = Response::new(Body::empty());
        *response.status_mut() = StatusCode::NO_CONTENT;
        response.headers_mut().insert(ALLOW, allow(&methods));
        return response;
    }
    if router::find(request.uri().path(), request.method()).is_none() {
        return Refused::method_not_allowed(request.method().as_str(), allow(&methods)).into_response();
    }
    next.run(request).await
}

fn allow(methods: &[&str]) -> HeaderValue {
    HeaderValue::try_from(methods.join(", ")).unwrap_or(HeaderValue::from_static(""))
}
