//! The headers of every answer, whichever layer made it.

use axum::body::Body;
use platform::Role;

use super::{FOREIGN, Gate, HTTPS, JSON, SESSION, Told};
use crate::testing::fakes::{ann, auth};

/// An answer below `/api/` of every layer that can make one, with its status.
async fn one_of_every_layer() -> Vec<(u16, Told)> {
    let open = Gate::new(&[
        ("SIDDES_THROTTLE_FEED_ANON", "0/min"),
        ("DJANGO_ALLOWED_HOSTS", "api.test"),
        ("SIDDES_DATA_UPLOAD_MAX_MEMORY_SIZE", "16384"),
    ]);
    let strict = Gate::new(&[("DJANGO_SECURE_SSL_REDIRECT", "1"), ("DJANGO_ALLOWED_HOSTS", "api.test")]);
    let panicking = Gate::new(&[("SIDDES_PANIC_MODE", "1")]);
    let mut banned = ann();
    banned.state = platform::person::AccountState::Banned;
    let banned = Gate::knowing(Some(banned), &[]);
    let crowded = Gate::new(&[]);
    crowded.shared.in_flight.close();
    let broken = Gate::before(&[(Role::Auth, auth(Some(ann())))], &[]);
    let long = format!("/api/{}", "a".repeat(9_000));
    let big = "x".repeat(16_385);
    vec![
        (414, open.get(&long).await),
        (431, open.call("GET", "/api/feed", &[("x-big", &"a".repeat(40_000))], "").await),
        (301, strict.get("/api/feed").await),
        (403, strict.call("POST", "/api/post", &[], "").await),
        (413, open.call("POST", "/api/post", &[], big).await),
        (503, crowded.get("/api/feed").await),
        (400, open.call("GET", "/api/feed", &[("host", "other.test")], "").await),
        (503, panicking.call("POST", "/api/post", &[], "").await),
        (503, open.call("GET", "/api/feed", &[SESSION], "").await),
        (403, banned.call("POST", "/api/post", &[SESSION], "").await),
        (401, open.call("POST", "/api/post", &[], "").await),
        (404, open.get("/api/nowhere").await),
        (405, open.call("PUT", "/api/auth/login", &[], "").await),
        (204, open.call("OPTIONS", "/api/feed", &[], "").await),
        (403, open.call("POST", "/api/auth/login", &[FOREIGN], "").await),
        (429, open.get("/api/feed").await),
        (415, open.call("POST", "/api/auth/login", &[], "{}").await),
        (400, open.call("POST", "/api/auth/login", &[JSON], "{").await),
        (200, open.get("/api/auth/me").await),
        // No such rpc behind it: a bug, as far as the gateway can know.
        (500, broken.call("GET", "/api/auth/me", &[SESSION], "").await),
    ]
}

/// Of every answer, below `/api/` or not.
const EVERYWHERE: [(&str, &str); 7] = [
    ("x-content-type-options", "nosniff"),
    ("referrer-policy", "same-origin"),
    ("cross-origin-opener-policy", "same-origin"),
    ("x-frame-options", "DENY"),
    ("content-security-policy", "default-src 'none'; frame-ancestors 'none'"),
    ("x-robots-tag", "noindex"),
    ("strict-transport-security", ""),
];

#[track_caller]
fn carries(told: &Told, headers: &[(&str, &str)], what: &str) {
    for (name, value) in EVERYWHERE.iter().chain(headers) {
        assert_eq!(told.header(name), *value, "{what} {name}");
        assert!(told.headers.get_all(*name).iter().count() <= 1, "{what} {name}");
    }
    assert_eq!(told.headers.get_all("x-request-id").iter().count(), 1, "{what}");
}

#[tokio::test]
async fn every_layer_s_answer_below_api_is_private_and_carries_all_of_them() {
    for (status, told) in one_of_every_layer().await {
        assert_eq!(told.status, status, "{told:?}");
        let private = [
            ("cache-control", "private, no-store"),
            ("pragma", "no-cache"),
            ("expires", "0"),
            ("vary", "Cookie, Authorization"),
            ("access-control-allow-origin", ""),
            ("content-encoding", ""),
            ("content-type", if [204, 301].contains(&status) { "" } else { "application/json" }),
        ];
        carries(&told, &private, &status.to_string());
        assert_eq!(
            told.header("allow").is_empty(),
            ![204, 405].contains(&status),
            "{status}: Allow says what there is"
        );
        let waits = [429, 503].contains(&status);
        assert_eq!(told.header("retry-after").is_empty(), !waits, "{status}: Retry-After");
        if status >= 400 {
            let code = serde_json::from_slice::<serde_json::Value>(&told.bytes).expect("JSON")["error"].clone();
            told.refused(status, code.as_str().expect("a code"));
        }
    }
}

#[tokio::test]
async fn public_prefixes_are_whole_segments_and_never_carry_a_cookie() {
    let gate = Gate::new(&[]);
    let public = [
        ("cache-control", "public, max-age=0, must-revalidate"),
        ("pragma", ""),
        ("expires", ""),
        ("vary", ""),
        ("set-cookie", ""),
    ];
    let private = [("cache-control", "private, no-store"), ("vary", "Cookie, Authorization")];
    let junk = ("cookie", "siddes_session=junk");
    for path in ["/api/health", "/api/slate", "/api/slate/ann"] {
        carries(&gate.call("GET", path, &[junk], "").await, &public, path);
    }
    for path in ["/api/healthfoo", "/api/slates", "/api"] {
        carries(&gate.get(path).await, &private, path);
    }
}

#[tokio::test]
async fn elsewhere_nothing_is_kept_and_nothing_varies() {
    let gate = Gate::new(&[]);
    let elsewhere = [("cache-control", "no-store"), ("pragma", ""), ("vary", "")];
    for path in ["/healthz", "/readyz", "/", "/admin/", "/apis"] {
        carries(&gate.get(path).await, &elsewhere, path);
    }
}

#[tokio::test]
async fn only_over_https_is_the_browser_told_to_stay_there() {
    let year = "max-age=31536000; includeSubDomains; preload";
    let hsts = async |gate: Gate, headers: &[(&str, &str)]| {
        let told = gate.call("GET", "/api/nowhere", headers, Body::empty()).await;
        told.header("strict-transport-security").to_owned()
    };
    assert_eq!(hsts(Gate::new(&[]), &[HTTPS]).await, year);
    assert_eq!(hsts(Gate::new(&[("DJANGO_HSTS_SECONDS", "60")]), &[HTTPS]).await, year.replace("31536000", "60"));
    for (gate, headers) in [
        (Gate::new(&[]), &[][..]),
        (Gate::new(&[("DJANGO_HSTS_SECONDS", "0")]), &[HTTPS]),
        (Gate::new(&[]).asked_from_outside(), &[HTTPS]),
    ] {
        assert_eq!(hsts(gate, headers).await, "");
    }
}

#[tokio::test]
async fn pages_of_named_origins_may_call_in_development_and_never_in_production() {
    let page = ("origin", "http://localhost:5173");
    let named = ("SIDDES_DEV_CORS_ORIGINS", "http://localhost:5173");
    let gate = Gate::new(&[named]);
    let told = gate.call("GET", "/api/auth/me", &[page], "").await;
    assert_eq!(told.header("access-control-allow-origin"), page.1);
    assert_eq!(told.header("access-control-allow-credentials"), "true");
    let vary: Vec<_> = told.headers.get_all("vary").iter().collect();
    assert_eq!(vary, ["Cookie, Authorization", "Origin"]);
    let asked = ("access-control-request-method", "POST");
    let preflight = gate.call("OPTIONS", "/api/post", &[page, asked], "").await;
    assert_eq!(preflight.status, 204);
    assert!(preflight.header("access-control-allow-methods").contains("POST"));
    assert!(preflight.header("access-control-allow-headers").contains("X-CSRFToken"));

    let production = Gate::new(&[
        ("SIDDES_ENV", "production"),
        ("DJANGO_ALLOWED_HOSTS", "api.test"),
        ("DJANGO_SECURE_SSL_REDIRECT", "0"),
        named,
    ]);
    for (gate, origin) in [(&gate, "http://localhost:5174"), (&gate, "null"), (&production, page.1)] {
        for (method, path) in [("GET", "/api/auth/me"), ("OPTIONS", "/api/post")] {
            let told = gate.call(method, path, &[("origin", origin), asked], "").await;
            let cors = told.headers.keys().filter(|name| name.as_str().starts_with("access-control-"));
            assert_eq!(cors.count(), 0, "{origin} {:?}", told.headers);
        }
    }
}
