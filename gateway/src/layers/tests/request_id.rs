//! One `X-Request-ID` on every answer, equal to that of the body; the client's own only if it is a plain one.

use axum::Router;
use http::HeaderMap;
use platform::Role;
use tokio::sync::mpsc::unbounded_channel;

use super::{FOREIGN, Gate, JSON};

#[tokio::test]
async fn a_plain_id_is_kept_and_any_other_replaced() {
    let gate = Gate::new(&[]);
    let longest = "x".repeat(64);
    for id in ["a", "abc-DEF_1.2", "8f3a", &longest] {
        assert_eq!(gate.call("GET", "/healthz", &[("x-request-id", id)], "").await.header("x-request-id"), id);
    }
    let too_long = "x".repeat(65);
    for id in ["", " ", "a b", "<script>", "a/b", "caf\u{e9}", "\"", &too_long] {
        let told = gate.call("GET", "/api/nowhere", &[("x-request-id", id)], "").await;
        let own = told.header("x-request-id");
        assert!(own.len() == 16 && own.bytes().all(|byte| b"0123456789abcdef".contains(&byte)), "{id}: {own}");
        told.refused(404, "not_found");
    }
}

#[tokio::test]
async fn two_ids_of_a_client_become_one() {
    let told =
        Gate::new(&[]).call("GET", "/api/nowhere", &[("x-request-id", "first"), ("x-request-id", "second")], "").await;
    assert_eq!(told.refused(404, "not_found")["requestId"], "first");
}

#[tokio::test]
async fn guards_keep_the_old_name_beside_the_new() {
    let gate = Gate::new(&[("SIDDES_PANIC_MODE", "1"), ("SIDDES_PANIC_WRITE_ALLOWLIST", "/api/blocks,/api/auth")]);
    for (path, status, code) in [("/api/post", 503, "panic_mode"), ("/api/blocks", 401, "restricted")] {
        let body = gate.call("POST", path, &[("x-request-id", "abc.1")], "").await.refused(status, code);
        assert_eq!(body["request_id"], "abc.1", "{path}");
    }
    // Others never had the old name.
    let body = gate.call("POST", "/api/auth/login", &[FOREIGN, JSON], "{}").await.refused(403, "csrf_failed");
    assert!(body.get("request_id").is_none());
}

#[tokio::test]
async fn the_services_are_told_it() {
    let (tell, mut heard) = unbounded_channel();
    let social = Router::new().fallback(move |headers: HeaderMap| {
        tell.send(headers["x-request-id"].clone()).expect("a listener");
        async { "no gRPC" }
    });
    let gate = Gate::before(&[(Role::Social, social)], &[]);
    gate.call("GET", "/api/feed", &[("x-request-id", "abc.1")], "").await;
    assert_eq!(heard.recv().await.expect("a call"), "abc.1");
}
