//! What a handler answers: one type under one status, so that the document can say both.

use std::marker::PhantomData;

use axum::{body::Body, response::Response};
use http::{
    HeaderMap, HeaderValue, StatusCode,
    header::{CONTENT_TYPE, SET_COOKIE},
};
use serde::Serialize;

use crate::error::Refused;

/// A `T` under `STATUS`, or what refuses it. `OTHER` is a second status that the same `T` may have; 0 = none.
pub type Answer<T, const STATUS: u16 = 200, const OTHER: u16 = 0> = Result<Told<T, STATUS, OTHER>, Refused>;

/// A `T`, written.
pub struct Told<T, const STATUS: u16 = 200, const OTHER: u16 = 0> {
    response: Response,
    what: PhantomData<fn() -> T>,
}

impl<T, const STATUS: u16, const OTHER: u16> Told<T, STATUS, OTHER> {
    /// The bytes of a `T`.
    pub fn written(content_type: &'static str, bytes: impl Into<Body>) -> Self {
        let mut response = Response::new(bytes.into());
        *response.status_mut() = StatusCode::from_u16(STATUS).unwrap_or_default();
        response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
        Self { response, what: PhantomData }
    }

    /// The same body under the second status.
    #[must_use]
    pub fn otherwise(mut self) -> Self {
        *self.response.status_mut() = StatusCode::from_u16(OTHER).unwrap_or_default();
        self
    }

    /// No body under the second status: the caller has it.
    #[must_use]
    pub fn unchanged(mut self) -> Self {
        *self.response.body_mut() = Body::empty();
        self.response.headers_mut().remove(CONTENT_TYPE);
        self.otherwise()
    }

    pub fn headers(&mut self) -> &mut HeaderMap {
        self.response.headers_mut()
    }

    pub fn into_response(self) -> Response {
        self.response
    }
}

/// The answer, as JSON.
pub fn ok<T: Serialize, const STATUS: u16, const OTHER: u16>(body: &T) -> Answer<T, STATUS, OTHER> {
    let bytes = serde_json::to_vec(body).map_err(|_| Refused::server_error())?;
    Ok(Told::written("application/json", bytes))
}

/// Adds a cookie to an answer.
pub fn with_cookie<T>(answer: Answer<T>, cookie: Option<HeaderValue>) -> Answer<T> {
    let mut told = answer?;
    told.headers().extend(cookie.map(|line| (SET_COOKIE, line)));
    Ok(told)
}
