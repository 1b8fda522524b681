//! Methods: HEAD is GET, OPTIONS says what there is, and everything else that a path does not take is 405.

use std::collections::BTreeSet;

use super::{Gate, SESSION};
use crate::router::routes;

fn example(template: &str) -> String {
    template.replace("{id}", "p_1").replace("{token}", "%40ann")
}

#[tokio::test]
async fn head_is_get_without_a_body_on_every_path() {
    let gate = Gate::new(&[]);
    for route in routes().iter().filter(|route| route.method == "GET") {
        let path = example(route.path);
        let (get, head) = (gate.get(&path).await, gate.call("HEAD", &path, &[], "").await);
        assert_eq!((head.status, head.bytes.len()), (get.status, 0), "{path}");
        // But for the id in an error, the head is the same.
        for name in ["content-type", "cache-control", "content-length", "retry-after"] {
            assert_eq!(
                head.header(name),
                if name == "content-length" { get.bytes.len().to_string() } else { get.header(name).to_owned() },
                "{path} {name}"
            );
        }
    }
}

#[tokio::test]
async fn head_counts_as_get_and_options_not_at_all() {
    let gate = Gate::new(&[("SIDDES_THROTTLE_AUTH_ME_ANON", "2/min")]);
    for _ in 0..5 {
        assert_eq!(gate.call("OPTIONS", "/api/auth/me", &[], "").await.status, 204);
    }
    assert_eq!(gate.call("HEAD", "/api/auth/me", &[], "").await.status, 200);
    assert_eq!(gate.get("/api/auth/me").await.status, 200);
    let told = gate.call("HEAD", "/api/auth/me", &[], "").await;
    assert_eq!((told.status.as_u16(), told.header("retry-after"), told.bytes.len()), (429, "60", 0));
    let body = gate.get("/api/auth/me").await.refused(429, "rate_limited");
    assert_eq!(body["scope"], "auth_me");
    assert!(body["retry_after_ms"].as_u64() > Some(59_000));
}

#[tokio::test]
async fn options_is_204_with_what_a_path_takes() {
    let gate = Gate::new(&[]);
    for path in routes().iter().map(|route| route.path).collect::<BTreeSet<_>>() {
        let told = gate.call("OPTIONS", &example(path), &[], "").await;
        let allowed: BTreeSet<&str> = told.header("allow").split(", ").collect();
        let mut expected = BTreeSet::from(["OPTIONS"]);
        for route in routes().iter().filter(|route| route.path == path) {
            expected.insert(route.method.as_str());
            if route.method == "GET" {
                expected.insert("HEAD");
            }
        }
        assert_eq!((told.status.as_u16(), told.bytes.len(), allowed), (204, 0, expected), "{path}");
    }
    gate.call("OPTIONS", "/api/nowhere", &[], "").await.refused(404, "not_found");
    gate.call("OPTIONS", "*", &[], "").await.refused(404, "not_found");
}

#[tokio::test]
async fn every_other_method_is_405_and_says_what_is_allowed() {
    let gate = Gate::new(&[]);
    for method in ["POST", "PUT", "PATCH", "DELETE", "TRACE", "PROPFIND", "get", "X"] {
        let told = gate.call(method, "/healthz", &[], "").await;
        assert_eq!(told.refused(405, "method_not_allowed")["detail"], format!("Method \"{method}\" not allowed."));
        assert_eq!(told.header("allow"), "GET, HEAD, OPTIONS");
    }
    gate.call("CONNECT", "evil.test:443", &[], "").await.refused(405, "method_not_allowed");
    for method in ["TRACE", "BREW"] {
        gate.call(method, "/api/auth/login", &[], "").await.refused(405, "method_not_allowed");
    }
}

#[tokio::test]
async fn no_header_makes_another_method_of_it() {
    let gate = Gate::new(&[]);
    for name in ["x-http-method-override", "x-method-override", "x-http-method"] {
        assert_eq!(gate.call("GET", "/api/auth/me", &[(name, "DELETE")], "").await.status, 200);
        gate.call("POST", "/api/auth/me", &[(name, "GET")], "").await.refused(405, "method_not_allowed");
    }
}

#[tokio::test]
async fn paths_are_exact_and_what_was_never_ours_is_404() {
    let gate = Gate::new(&[]);
    for path in [
        "/",
        "/api",
        "/api/",
        "/api/feed/",
        "/api//feed",
        "//api/feed",
        "/API/feed",
        "/api/Feed",
        "/api/post/",
        "/api/post/a%2Fb",
        "/api/post/a%00",
        "/api/post/a/b",
        "/admin/",
        "/admin/login",
        "/static/x.css",
        "/api/version",
        "/api/diag",
        "/api/_diag",
        "/api/%66eed",
        "/metrics",
    ] {
        let told = gate.get(path).await;
        told.refused(404, "not_found");
        assert_eq!(told.header("content-type"), "application/json", "{path}");
    }
}

#[tokio::test]
async fn a_cookie_and_no_auth_is_unavailable_and_never_signed_out() {
    let gate = Gate::new(&[]);
    for (method, path) in
        [("GET", "/api/feed"), ("GET", "/api/auth/me"), ("POST", "/api/post"), ("GET", "/api/nowhere")]
    {
        let told = gate.call(method, path, &[SESSION], "").await;
        told.refused(503, "unavailable");
        assert_eq!((told.header("retry-after"), told.header("set-cookie")), ("1", ""), "{path}");
    }
}
