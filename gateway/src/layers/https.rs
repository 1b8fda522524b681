//! Plain http is sent to https where that loses nothing, and refused where a redirect would turn a POST into a GET.

use std::sync::Arc;

use axum::{
    body::Body,
    extract::{Request, State},
    middleware::Next,
    response::{IntoResponse, Response},
};
use http::{HeaderValue, Method, StatusCode, header::LOCATION};

use super::{client::Client, host, probe};
use crate::{error::Refused, shared::Shared};

pub async fn check(State(shared): State<Arc<Shared>>, request: Request, next: Next) -> Response {
    let https = request.extensions().get::<Client>().is_some_and(|client| client.https);
    if https || !shared.settings.ssl_redirect || probe(&request) {
        return next.run(request).await;
    }
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return Refused::new(StatusCode::FORBIDDEN, "https_required").into_response();
    }
    let host = host::of(request.headers()).filter(|host| shared.settings.hosts.allow(host));
    let path = request.uri().path_and_query().map_or("/", |path| path.as_str());
    let location = host.and_then(|host| HeaderValue::try_from(format!("https://{host}{path}")).ok());
    let Some(location) = location else { return host::refused() };
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::MOVED_PERMANENTLY;
    response.headers_mut().insert(LOCATION, location);
    response
}
