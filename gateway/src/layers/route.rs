//! Unknown paths and methods end here; OPTIONS is answered with what a path takes.

use axum::{body::Body, extract::Request, response::Response};
use http::{HeaderValue, Method, StatusCode, header::ALLOW};

use super::Ended;
use crate::{error::Refused, router};

pub fn check(request: &Request) -> Result<(), Ended> {
    let (path, method) = (request.uri().path(), request.method());
    if *method != Method::CONNECT && router::find(path, method).is_some() {
        return Ok(());
    }
    let methods = router::methods(path);
    if methods.is_empty() && *method != Method::CONNECT {
        return Err(Refused::not_found().into());
    }
    if *method == Method::OPTIONS {
        let mut response = Response::new(Body::empty());
        *response.status_mut() = StatusCode::NO_CONTENT;
        response.headers_mut().insert(ALLOW, allow(&methods));
        return Err(response.into());
    }
    Err(Refused::method_not_allowed(method.as_str(), allow(&methods)).into())
}

fn allow(methods: &[&str]) -> HeaderValue {
    HeaderValue::try_from(methods.join(", ")).unwrap_or(HeaderValue::from_static(""))
}
