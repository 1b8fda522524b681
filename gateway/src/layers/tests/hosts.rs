//! Scheme and host: what a client says of them counts only where that is safe.

use super::{Gate, HTTPS};

fn strict() -> Gate {
    Gate::new(&[("DJANGO_ALLOWED_HOSTS", "api.test,.sides.test"), ("DJANGO_SECURE_SSL_REDIRECT", "1")])
}

#[tokio::test]
async fn what_can_be_repeated_is_sent_to_https_and_what_cannot_is_refused() {
    for method in ["GET", "HEAD"] {
        let moved = strict().call(method, "/api/feed?side=work", &[], "").await;
        assert_eq!((moved.status.as_u16(), moved.header("location")), (301, "https://api.test/api/feed?side=work"));
        assert_eq!((moved.bytes.len(), moved.header("x-request-id").len()), (0, 16));
    }
    for method in ["POST", "PUT", "PATCH", "DELETE", "OPTIONS"] {
        strict().call(method, "/api/post", &[], "").await.refused(403, "https_required");
    }
    let passes = strict().call("GET", "/api/nowhere", &[HTTPS], "").await;
    passes.refused(404, "not_found");
}

#[tokio::test]
async fn only_a_proxy_of_ours_says_that_it_was_https() {
    for (proto, https) in
        [("https", true), ("https, http", true), ("http, https", false), ("HTTPS", false), ("on", false)]
    {
        let told = strict().call("GET", "/api/nowhere", &[("x-forwarded-proto", proto)], "").await;
        assert_eq!(told.status == 404, https, "{proto}");
    }
    assert_eq!(strict().asked_from_outside().call("GET", "/api/nowhere", &[HTTPS], "").await.status, 301);
}

#[tokio::test]
async fn nobody_is_sent_to_a_host_that_is_not_ours() {
    for host in ["evil.test", "api.test.evil.test", "api.test@evil.test", "api.test/x", ""] {
        let told = strict().call("GET", "/api/feed", &[("host", host)], "").await;
        told.refused(400, "bad_host");
    }
    let told = strict().call("GET", "/api/feed", &[("x-forwarded-host", "evil.test")], "").await;
    assert_eq!(told.header("location"), "https://api.test/api/feed");
    let told = strict().call("GET", "//evil.test/x", &[], "").await;
    assert_eq!(told.header("location"), "https://api.test//evil.test/x");
}

#[tokio::test]
async fn a_host_is_a_name_without_case_port_and_dot() {
    for (host, ours) in [
        ("api.test", true),
        ("API.Test", true),
        ("api.test:8000", true),
        ("api.test.", true),
        ("sides.test", true),
        ("a.b.sides.test", true),
        ("other.test", false),
        ("evilsides.test", false),
        ("api.test..", false),
        ("[::1]", false),
        ("127.0.0.1", false),
    ] {
        let told = strict().call("GET", "/api/nowhere", &[HTTPS, ("host", host)], "").await;
        assert_eq!(told.status == 404, ours, "{host}");
    }
    let two = strict().call("GET", "/api/nowhere", &[HTTPS, ("host", "api.test"), ("host", "api.test")], "").await;
    two.refused(400, "bad_host");
    let forwarded = [HTTPS, ("host", "evil.test"), ("x-forwarded-host", "api.test")];
    strict().call("GET", "/api/nowhere", &forwarded, "").await.refused(400, "bad_host");
}

#[tokio::test]
async fn probes_come_by_address_and_in_plain() {
    for path in ["/healthz", "/readyz"] {
        let told = strict().call("GET", path, &[("host", "10.0.0.7:8000")], "").await;
        assert!([200, 503].contains(&told.status.as_u16()), "{path}");
        assert_eq!(told.header("content-type"), "application/json");
    }
}
