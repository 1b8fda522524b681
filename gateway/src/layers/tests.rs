//! The stack as a whole, before services that are not there: which guard answers first, and what every answer carries.

use std::sync::Arc;

use axum::{body::Body, extract::Request, response::Response};
use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use http_body_util::BodyExt;
use serde_json::Value;
use tower::ServiceExt;

use crate::{shared::Shared, testing};

struct Gate(axum::Router);

struct Told {
    status: StatusCode,
    headers: HeaderMap,
    bytes: Bytes,
}

impl Gate {
    fn new(vars: &[(&str, &str)]) -> Self {
        Self(super::stack(&Arc::new(Shared::new(testing::deps(vars)))))
    }

    async fn call(&self, method: &str, path: &str, headers: &[(&str, &str)], body: impl Into<Body>) -> Told {
        let mut request = Request::builder().method(method).uri(path).header("host", "api.test");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let response: Response =
            self.0.clone().oneshot(request.body(body.into()).expect("a request")).await.expect("an answer");
        let (parts, body) = response.into_parts();
        Told { status: parts.status, headers: parts.headers, bytes: body.collect().await.expect("a body").to_bytes() }
    }
}

impl Told {
    #[track_caller]
    fn refused(&self, status: u16, code: &str) -> Value {
        let body: Value = serde_json::from_slice(&self.bytes).expect("JSON");
        assert_eq!((self.status.as_u16(), body["error"].as_str()), (status, Some(code)), "{body}");
        assert_eq!(body["ok"], false);
        assert_eq!(body["requestId"], self.header("x-request-id"), "{body}");
        body
    }

    fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }
}

const JSON: (&str, &str) = ("content-type", "application/json");
const SESSION: (&str, &str) = ("cookie", "siddes_session=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA");

#[tokio::test]
async fn guards_answer_in_the_contracts_order() {
    let gate = Gate::new(&[]);
    let foreign = ("origin", "https://evil.test");
    let long = format!("/api/{}", "a".repeat(9_000));
    gate.call("GET", &long, &[], "").await.refused(414, "uri_too_long");
    gate.call("GET", "/api/feed", &[("x-big", &"a".repeat(40_000))], "").await.refused(431, "headers_too_large");
    gate.call("GET", "/nowhere", &[], "").await.refused(404, "not_found");
    gate.call("GET", "/api/feed/", &[], "").await.refused(404, "not_found");
    gate.call("POST", "/api/nowhere", &[foreign], "").await.refused(401, "restricted");
    gate.call("POST", "/api/auth/nowhere", &[foreign], "").await.refused(404, "not_found");
    gate.call("PUT", "/api/auth/login", &[foreign], "").await.refused(405, "method_not_allowed");
    gate.call("POST", "/api/auth/login", &[foreign, JSON], "{").await.refused(403, "csrf_failed");
    gate.call("POST", "/api/auth/login", &[JSON], "{").await.refused(400, "invalid_json");
    gate.call("POST", "/api/auth/login", &[("content-type", "text/plain")], "{}")
        .await
        .refused(415, "unsupported_media_type");
    gate.call("POST", "/api/auth/login", &[JSON], r#"{"password":"\u0000"}"#).await.refused(400, "invalid_text");
    gate.call("POST", "/api/auth/age/confirm", &[], "").await.refused(401, "restricted");
    gate.call("TRACE", "/healthz", &[], "").await.refused(405, "method_not_allowed");
}

#[tokio::test]
async fn guards_keep_the_old_name_of_the_request_id() {
    let body =
        Gate::new(&[]).call("POST", "/api/post", &[("x-request-id", "abc.1")], "").await.refused(401, "restricted");
    assert_eq!((&body["request_id"], &body["restricted"]), (&Value::from("abc.1"), &Value::from(true)));
}

#[tokio::test]
async fn every_answer_carries_the_headers() {
    let gate = Gate::new(&[]);
    for (method, path) in
        [("GET", "/api/auth/me"), ("POST", "/api/post"), ("GET", "/api/nowhere"), ("OPTIONS", "/api/feed")]
    {
        let told = gate.call(method, path, &[], "").await;
        for (name, value) in [
            ("cache-control", "private, no-store"),
            ("vary", "Cookie, Authorization"),
            ("x-frame-options", "DENY"),
            ("x-content-type-options", "nosniff"),
            ("x-robots-tag", "noindex"),
        ] {
            assert_eq!(told.header(name), value, "{path} {name}");
        }
        assert_eq!(told.header("x-request-id").len(), 16);
    }
    let told = gate.call("GET", "/api/health", &[SESSION], "").await;
    assert_eq!(told.header("cache-control"), "public, max-age=0, must-revalidate");
    assert_eq!((told.header("vary"), told.header("set-cookie")), ("", ""));
    assert_eq!(gate.call("GET", "/healthz", &[], "").await.header("cache-control"), "no-store");
}

#[tokio::test]
async fn head_is_get_without_a_body_and_options_says_what_there_is() {
    let gate = Gate::new(&[]);
    let (get, head) = (gate.call("GET", "/healthz", &[], "").await, gate.call("HEAD", "/healthz", &[], "").await);
    assert_eq!((head.status, head.bytes.len()), (StatusCode::OK, 0));
    assert_eq!(head.header("content-length"), get.bytes.len().to_string());
    let options = gate.call("OPTIONS", "/api/post/p_1", &[], "").await;
    assert_eq!((options.status, options.header("allow")), (StatusCode::NO_CONTENT, "GET, HEAD, DELETE, OPTIONS"));
}

#[tokio::test]
async fn a_cookie_and_no_auth_is_unavailable_and_never_signed_out() {
    let gate = Gate::new(&[]);
    for (method, path) in [("GET", "/api/feed"), ("GET", "/api/auth/me"), ("POST", "/api/post")] {
        let told = gate.call(method, path, &[SESSION], "").await;
        told.refused(503, "unavailable");
        assert_eq!(told.header("retry-after"), "1");
    }
    let told = gate.call("GET", "/api/auth/me", &[("cookie", "siddes_session=junk")], "").await;
    assert_eq!(told.status, StatusCode::OK);
    assert!(told.header("set-cookie").starts_with("siddes_session=; Path=/; Max-Age=0"), "{:?}", told.headers);
}

#[tokio::test]
async fn panic_mode_stops_writes_but_not_those_that_protect() {
    let gate = Gate::new(&[("SIDDES_PANIC_MODE", "1")]);
    for path in ["/api/post", "/api/auth/signup", "/api/auth/username/set", "/api/blocksfoo"] {
        gate.call("POST", path, &[JSON], "{}").await.refused(503, "panic_mode");
    }
    gate.call("POST", "/api/blocks", &[JSON], "{}").await.refused(401, "restricted");
    assert_eq!(gate.call("GET", "/api/auth/me", &[], "").await.status, StatusCode::OK);
}

#[tokio::test]
async fn bodies_over_the_cap_are_refused() {
    let gate = Gate::new(&[("SIDDES_DATA_UPLOAD_MAX_MEMORY_SIZE", "16384")]);
    let (fits, big) = ("x".repeat(16_384), "x".repeat(16_385));
    let post = |body: String| gate.call("POST", "/api/auth/login", &[JSON], body);
    post(fits).await.refused(400, "invalid_json");
    assert_eq!(post(big).await.refused(413, "too_large")["max"], 16_384);
}

#[tokio::test]
async fn limits_are_exact_and_say_when_to_come_back() {
    let gate = Gate::new(&[("SIDDES_THROTTLE_AUTH_ME_ANON", "2/min")]);
    for _ in 0..2 {
        assert_eq!(gate.call("GET", "/api/auth/me", &[], "").await.status, StatusCode::OK);
    }
    let told = gate.call("HEAD", "/api/auth/me", &[], "").await;
    assert_eq!((told.status, told.header("retry-after")), (StatusCode::TOO_MANY_REQUESTS, "60"));
    let body = gate.call("GET", "/api/auth/me", &[], "").await.refused(429, "rate_limited");
    assert_eq!(body["scope"], "auth_me");
    assert!(body["retry_after_ms"].as_u64() > Some(59_000));
}

#[tokio::test]
async fn hosts_and_schemes_are_checked_but_for_probes() {
    let gate = Gate::new(&[("DJANGO_ALLOWED_HOSTS", "api.test"), ("DJANGO_SECURE_SSL_REDIRECT", "1")]);
    let moved = gate.call("GET", "/api/feed?side=work", &[], "").await;
    assert_eq!(
        (moved.status, moved.header("location")),
        (StatusCode::MOVED_PERMANENTLY, "https://api.test/api/feed?side=work")
    );
    gate.call("POST", "/api/post", &[], "").await.refused(403, "https_required");
    assert_eq!(gate.call("GET", "/healthz", &[], "").await.status, StatusCode::OK);
    let gate = Gate::new(&[("DJANGO_ALLOWED_HOSTS", "other.test")]);
    gate.call("GET", "/api/auth/me", &[], "").await.refused(400, "bad_host");
    assert_eq!(gate.call("GET", "/readyz", &[], "").await.status, StatusCode::SERVICE_UNAVAILABLE);
}
