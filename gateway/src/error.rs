//! The one writer of errors: every refusal of every layer and service becomes the contract's JSON here.

use std::{borrow::Cow, time::Duration};

use axum::{
    body::Body,
    response::{IntoResponse, Response},
};
use http::{
    HeaderValue, StatusCode,
    header::{ALLOW, CONTENT_TYPE, RETRY_AFTER},
};
use platform::{Kind, Refusal, call, error::refusal};
use serde_json::{Map, Value};
use tonic::{Code, Status};

/// An answer that is no success: status, code, and the members beside it. Never the text of an internal error.
#[derive(Clone, Debug)]
pub struct Refused {
    pub status: StatusCode,
    pub code: Cow<'static, str>,
    /// Apart, so that an answer that is no refusal stays small.
    more: Box<More>,
}

#[derive(Clone, Debug, Default)]
struct More {
    fields: Map<String, Value>,
    retry_after: Option<u64>,
    allow: Option<HeaderValue>,
    guard: bool,
    overload: bool,
}

/// What an error answer is about, left in the response for the access log, metrics and traces.
#[derive(Clone, Debug)]
pub struct ErrorCode {
    pub code: Cow<'static, str>,
    /// Of a limit.
    pub scope: Option<String>,
    /// There were too many requests at once.
    pub overload: bool,
}

impl Refused {
    pub fn new(status: StatusCode, code: impl Into<Cow<'static, str>>) -> Self {
        Self { status, code: code.into(), more: Box::default() }
    }

    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.more.fields.insert(name.to_owned(), value.into());
        self
    }

    /// Guards also tell the request's id under its old name, `request_id`.
    #[must_use]
    pub fn guard(mut self) -> Self {
        self.more.guard = true;
        self
    }

    /// Whole seconds, at least 1.
    #[must_use]
    pub fn retry_after(mut self, wait: Duration) -> Self {
        let whole = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
        self.more.retry_after = Some(whole.max(1));
        self
    }

    pub fn bad_request(code: &'static str) -> Self {
        Self::new(StatusCode::BAD_REQUEST, code)
    }

    pub fn not_found() -> Self {
        Self::new(StatusCode::NOT_FOUND, "not_found")
    }

    /// Signed out where a session is needed.
    pub fn restricted() -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "restricted")
    }

    pub fn method_not_allowed(method: &str, allow: HeaderValue) -> Self {
        let detail = format!("Method \"{method}\" not allowed.");
        let mut refused = Self::new(StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed").with("detail", detail);
        refused.more.allow = Some(allow);
        refused
    }

    pub fn unavailable() -> Self {
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "unavailable").retry_after(Duration::from_secs(1))
    }

    /// As [`Refused::unavailable`], for the one request too many.
    pub fn overload() -> Self {
        let mut refused = Self::unavailable();
        refused.more.overload = true;
        refused
    }

    pub fn server_error() -> Self {
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "server_error")
    }
}

impl From<Refusal> for Refused {
    fn from(refusal: Refusal) -> Self {
        let status = match refusal.kind {
            Kind::BadRequest => StatusCode::BAD_REQUEST,
            Kind::Unauthenticated => StatusCode::UNAUTHORIZED,
            Kind::Forbidden => StatusCode::FORBIDDEN,
            Kind::NotFound => StatusCode::NOT_FOUND,
            Kind::Conflict => StatusCode::CONFLICT,
            Kind::TooMany => StatusCode::TOO_MANY_REQUESTS,
            Kind::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        };
        let wait = refusal.fields.get("retry_after_ms").and_then(Value::as_u64).map(Duration::from_millis);
        let wait = wait.or((refusal.kind == Kind::Unavailable).then_some(Duration::from_secs(1)));
        let mut refused = Self::new(status, refusal.code);
        refused.more.guard = refused.code == "account_restricted";
        refused.more.fields = refusal.fields;
        match wait {
            Some(wait) => refused.retry_after(wait),
            None => refused,
        }
    }
}

impl From<Status> for Refused {
    fn from(status: Status) -> Self {
        if let Some(refusal) = refusal(&status) {
            return refusal.into();
        }
        match status.code() {
            Code::Unavailable | Code::DeadlineExceeded | Code::Cancelled | Code::ResourceExhausted => {
                tracing::warn!(code = ?status.code(), "a service is out of reach");
                Self::unavailable()
            }
            code => {
                tracing::error!(?code, "a service failed");
                Self::server_error()
            }
        }
    }
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        let scope = limit_scope(&self.code, &self.more.fields);
        let mut body = Map::new();
        body.insert("ok".to_owned(), false.into());
        body.insert("error".to_owned(), self.code.clone().into_owned().into());
        body.extend(self.more.fields);
        if let Some(call) = call::current() {
            body.insert("requestId".to_owned(), call.request_id.as_ref().into());
            if self.more.guard {
                body.insert("request_id".to_owned(), call.request_id.as_ref().into());
            }
        }
        let mut response = Response::new(Body::from(Value::Object(body).to_string()));
        *response.status_mut() = self.status;
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        if let Some(seconds) = self.more.retry_after {
            headers.insert(RETRY_AFTER, seconds.into());
        }
        if let Some(allow) = self.more.allow {
            headers.insert(ALLOW, allow);
        }
        response.extensions_mut().insert(ErrorCode { code: self.code, scope, overload: self.more.overload });
        response
    }
}

/// The throttle's scope, or the action of a quota.
fn limit_scope(code: &str, fields: &Map<String, Value>) -> Option<String> {
    let name = match code {
        "rate_limited" => "scope",
        "quota_exceeded" => "action",
        _ => return None,
    };
    fields.get(name)?.as_str().map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_services_own_words_stay_inside() {
        let refused = Refused::from(Status::internal("password=hunter2"));
        assert_eq!((refused.status.as_u16(), refused.code.as_ref()), (500, "server_error"));
        let refused = Refused::from(Status::unavailable("10.0.0.3 refused"));
        assert_eq!((refused.status.as_u16(), refused.code.as_ref()), (503, "unavailable"));
    }

    #[test]
    fn a_refusal_keeps_its_code_and_fields() {
        let refusal = Refusal::new(Kind::BadRequest, "too_long").with("max", 800);
        let refused = Refused::from(Status::from(refusal));
        assert_eq!((refused.status.as_u16(), refused.code.as_ref()), (400, "too_long"));
        assert_eq!(refused.more.fields["max"], 800);
    }

    #[test]
    fn waiting_is_rounded_up_to_whole_seconds() {
        for (millis, seconds) in [(0, 1), (250, 1), (1_000, 1), (1_001, 2), (59_000, 59)] {
            let refused = Refused::unavailable().retry_after(Duration::from_millis(millis));
            assert_eq!(refused.more.retry_after, Some(seconds));
        }
    }
}
