//! Which guard answers first: what would be refused by two is refused by the earlier.

use super::{FOREIGN, Gate, JSON, SAME_ORIGIN, SESSION};
use crate::testing::fakes::ann;

const BANNED: platform::person::AccountState = platform::person::AccountState::Banned;

#[tokio::test]
async fn nobody_meets_the_guards_in_their_order() {
    let gate = Gate::new(&[("SIDDES_THROTTLE_AUTH_LOGOUT_ANON", "0/min")]);
    let long = format!("/api/{}", "a".repeat(9_000));
    for (method, path, headers, body, status, code) in [
        ("POST", long.as_str(), &[FOREIGN][..], "{", 414, "uri_too_long"),
        ("POST", "/api/nowhere", &[FOREIGN], "{", 401, "restricted"),
        ("PUT", "/api/post", &[FOREIGN], "{", 401, "restricted"),
        ("POST", "/api/auth/nowhere", &[FOREIGN], "{", 404, "not_found"),
        ("PUT", "/api/auth/logout", &[FOREIGN], "{", 405, "method_not_allowed"),
        ("POST", "/api/auth/logout", &[FOREIGN], "{", 403, "csrf_failed"),
        ("POST", "/api/auth/logout", &[], "{", 429, "rate_limited"),
        ("POST", "/api/auth/login", &[FOREIGN, JSON], "{", 403, "csrf_failed"),
        ("POST", "/api/auth/login", &[("content-type", "text/plain")], "{", 415, "unsupported_media_type"),
        ("POST", "/api/auth/login", &[JSON], "{", 400, "invalid_json"),
        ("POST", "/api/auth/login", &[JSON], r#"{"password":"\u0000"}"#, 400, "invalid_text"),
        ("POST", "/api/auth/age/confirm", &[JSON], "{", 401, "restricted"),
        ("GET", "/nowhere", &[FOREIGN], "", 404, "not_found"),
        ("POST", "/healthz", &[FOREIGN], "", 405, "method_not_allowed"),
    ] {
        gate.call(method, path, headers, body.to_owned()).await.refused(status, code);
    }
}

#[tokio::test]
async fn somebody_meets_the_guards_in_their_order() {
    let gate = Gate::knowing(Some(ann()), &[("SIDDES_THROTTLE_POST_CREATE", "0/min")]);
    for (method, path, headers, body, status, code) in [
        ("POST", "/api/nowhere", &[SESSION, FOREIGN][..], "{", 404, "not_found"),
        ("PUT", "/api/post", &[SESSION, FOREIGN], "{", 405, "method_not_allowed"),
        ("POST", "/api/post", &[SESSION, FOREIGN], "{", 403, "csrf_failed"),
        ("POST", "/api/post", &[SESSION], "{", 403, "csrf_failed"),
        ("POST", "/api/post", &[SESSION, SAME_ORIGIN], "{", 429, "rate_limited"),
        ("POST", "/api/side", &[SESSION, SAME_ORIGIN], "{", 415, "unsupported_media_type"),
        ("POST", "/api/side", &[SESSION, SAME_ORIGIN, JSON], "{", 400, "invalid_json"),
    ] {
        gate.call(method, path, headers, body.to_owned()).await.refused(status, code);
    }
    let mut banned = ann();
    banned.state = BANNED;
    let gate = Gate::knowing(Some(banned), &[]);
    for (method, path) in [("POST", "/api/nowhere"), ("PUT", "/api/feed"), ("POST", "/api/post")] {
        gate.call(method, path, &[SESSION, FOREIGN], "{").await.refused(403, "account_restricted");
    }
}

#[tokio::test]
async fn the_head_before_the_scheme_before_the_body_before_the_host_before_panic_before_the_session() {
    let of = |vars: &[(&str, &str)]| {
        let all = [
            ("SIDDES_DATA_UPLOAD_MAX_MEMORY_SIZE", "16384"),
            ("SIDDES_PANIC_MODE", "1"),
            ("DJANGO_SECURE_SSL_REDIRECT", "1"),
            ("DJANGO_ALLOWED_HOSTS", "other.test"),
        ];
        // The last value of a name counts.
        Gate::new(&[&all, vars].concat())
    };
    let http = ("DJANGO_SECURE_SSL_REDIRECT", "0");
    let host = ("DJANGO_ALLOWED_HOSTS", "api.test");
    let calm = ("SIDDES_PANIC_MODE", "0");
    let big = "x".repeat(16_385);
    let ask = async |gate: Gate, path: &str, body: &str| gate.call("POST", path, &[SESSION], body.to_owned()).await;
    ask(of(&[]), &format!("/api/post?{}", "a".repeat(9_000)), &big).await.refused(414, "uri_too_long");
    ask(of(&[]), "/api/post", &big).await.refused(403, "https_required");
    ask(of(&[http]), "/api/post", &big).await.refused(413, "too_large");
    ask(of(&[http]), "/api/post", "").await.refused(400, "bad_host");
    ask(of(&[http, host]), "/api/post", "").await.refused(503, "panic_mode");
    ask(of(&[http, host, calm]), "/api/post", "").await.refused(503, "unavailable");
}

#[tokio::test]
async fn a_media_type_that_the_client_accepts_and_a_format_that_it_asks_for_change_nothing() {
    let gate = Gate::new(&[]);
    let plain = gate.get("/healthz").await;
    for (path, headers) in [("/healthz", &[("accept", "text/html")][..]), ("/healthz?format=xml", &[])] {
        assert_eq!(gate.call("GET", path, headers, "").await.bytes, plain.bytes);
    }
}
