//! Plain http is sent to https where that loses nothing, and refused where a redirect would turn a POST into a GET.

use axum::{body::Body, extract::Request, response::Response};
use http::{HeaderValue, Method, StatusCode, header::LOCATION};

use super::{Ended, client::Client, host, probe};
use crate::{error::Refused, shared::Shared};

pub fn check(shared: &Shared, request: &Request) -> Result<(), Ended> {
    let https = request.extensions().get::<Client>().is_some_and(|client| client.https);
    if https || !shared.settings.ssl_redirect || probe(request) {
        return Ok(());
    }
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return Err(Refused::new(StatusCode::FORBIDDEN, "https_required").into());
    }
    let host = host::of(request.headers()).filter(|host| shared.settings.hosts.allow(host));
    let path = request.uri().path_and_query().map_or("/", |path| path.as_str());
    let location = host.and_then(|host| HeaderValue::try_from(format!("https://{host}{path}")).ok());
    let Some(location) = location else { return Err(host::refused().into()) };
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::MOVED_PERMANENTLY;
    response.headers_mut().insert(LOCATION, location);
    Err(response.into())
}
