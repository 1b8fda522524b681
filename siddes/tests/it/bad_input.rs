//! Bad input at every door: the contract's code, nothing stored, never a 500.

use http::{HeaderMap, HeaderValue, Method};
use serde_json::json;
use testkit::World;

/// Every write of the API, with a body it would take.
const WRITES: [(&str, &str); 8] = [
    ("/api/auth/login", r#"{"identifier":"ann","password":"wrong-password-1"}"#),
    ("/api/auth/age/confirm", r#"{"confirmed":true}"#),
    ("/api/auth/onboarding/complete", "{}"),
    ("/api/auth/region", r#"{"region":"KE"}"#),
    ("/api/side", r#"{"username":"ben","side":"friends"}"#),
    ("/api/post", r#"{"text":"x"}"#),
    ("/api/blocks", r#"{"target":"@nobody_here"}"#),
    ("/api/mutes", r#"{"target":"@nobody_here"}"#),
];

#[tokio::test(flavor = "multi_thread")]
async fn every_door_reads_json_the_same_way() {
    let world = World::new().await;
    let [ann, _ben] = world.people(["ann", "ben"]).await;
    let deep = format!("{{\"a\":{}1{}}}", "[".repeat(100_000), "]".repeat(100_000));
    let huge = format!("{{\"text\":\"{}\"}}", "x".repeat(2 << 20));
    for (path, good) in WRITES {
        for (body, status, error) in [
            ("{\"a\":".to_owned(), 400, "invalid_json"),
            ("{\"a\":NaN}".to_owned(), 400, "invalid_json"),
            ("{} {}".to_owned(), 400, "invalid_json"),
            (deep.clone(), 400, "invalid_json"),
            (r#"{"whatever":"a\u0000b"}"#.to_owned(), 400, "invalid_text"),
            (r#"{"text":"\ud800"}"#.to_owned(), 400, "invalid_text"),
            (huge.clone(), 413, "too_large"),
        ] {
            let answer = ann.send(Method::POST, path, body).await;
            let what = format!("{path} {status}");
            assert_eq!((answer.status.as_u16(), answer.error().as_str()), (status, error), "{what}");
            assert!(answer.json()["requestId"].is_string(), "{what}");
        }
        let mut headers = ann.headers();
        headers.insert("content-type", HeaderValue::from_static("application/x-www-form-urlencoded"));
        let form = world.http.send(Method::POST, path, headers, "text=form").await;
        form.refused(415, "unsupported_media_type");
        let invalid_utf8 = ann.send(Method::POST, path, vec![b'{', b'"', 0xff, b'"', b':', b'1', b'}']).await;
        invalid_utf8.refused(400, "invalid_json");
        for body in ["", "null", "[1]", "\"text\"", r#"{"text":{},"side":[],"username":1,"target":{},"region":[]}"#] {
            let answer = ann.send(Method::POST, path, body).await;
            assert!(answer.status.as_u16() < 500, "{path} {body}: {}", answer.status);
        }
        assert!(ann.send(Method::POST, path, good).await.status.as_u16() < 500, "{path}");
    }
    assert_eq!(world.count("select count(*) from social.post where body <> 'x'").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn paths_queries_and_methods_that_are_wrong() {
    let world = World::new().await;
    let [ann] = world.people(["ann"]).await;
    for path in ["/api/nope", "/api/auth/me/", "/api//feed", "/API/feed", "/api/post/", "/admin/", "/static/x", "/"] {
        ann.get(path).await.refused(404, "not_found");
    }
    for id in ["a%00b", "p_1%2F2", "%FF", "..", "r_1_a", &"p".repeat(300)] {
        let answer = ann.reads(id).await;
        assert_eq!(answer.status, 404, "{id}");
    }
    for query in
        ["format=xml", "side=%00", "limit=abc", "limit=-5", "limit=999999999999999999999", "tag=%00", "topic=%F0%9F"]
    {
        ann.get(&format!("/api/feed?{query}")).await.expect(200);
    }
    let many = "a&".repeat(1_200);
    ann.get(&format!("/api/feed?{many}")).await.expect(200);
    ann.get(&format!("/api/feed?x={}", "y".repeat(9_000))).await.refused(414, "uri_too_long");
    let wrong = ann.delete("/api/auth/me").await;
    wrong.refused(405, "method_not_allowed");
    assert_eq!(wrong.json()["detail"], "Method \"DELETE\" not allowed.");
    assert!(wrong.headers["allow"].to_str().unwrap().contains("GET"));
    let options = ann.call(Method::OPTIONS, "/api/post", None).await.expect(204);
    assert!(options.bytes.is_empty() && options.headers["allow"].to_str().unwrap().contains("POST"));
    let head = ann.call(Method::HEAD, "/api/auth/me", None).await.expect(200);
    assert!(head.bytes.is_empty());
    for token in ["a%2Fb", "%20", "%00", "@@x"] {
        ann.delete(&format!("/api/blocks/{token}")).await.refused(400, "invalid_target");
    }
    world.anonymous().post("/api/nope", &json!({})).await.refused(401, "restricted");
    ann.post("/api/nope", &json!({})).await.refused(404, "not_found");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_foreign_origin_changes_nothing_signed_in_or_not() {
    let world = World::new().await;
    let [ann] = world.people(["ann"]).await;
    let anonymous = world.anonymous();
    for person in [&ann, &anonymous] {
        for (name, value) in [
            ("origin", "https://evil.example"),
            ("origin", "null"),
            ("sec-fetch-site", "cross-site"),
            ("referer", "https://evil.example/x"),
        ] {
            let mut headers = person.headers();
            headers.insert(name, HeaderValue::from_static(value));
            let body = r#"{"identifier":"ann","password":"blue-otter-canoe-42"}"#;
            let answer = world.http.send(Method::POST, "/api/auth/login", headers, body).await;
            answer.refused(403, "csrf_failed");
            assert!(answer.json()["detail"].as_str().unwrap().starts_with("CSRF Failed: "));
            assert!(!String::from_utf8_lossy(&answer.bytes).contains("evil"));
        }
    }
    let mut without_token = ann.headers();
    without_token.remove("x-csrftoken");
    let answer = world.http.send(Method::POST, "/api/post", without_token, r#"{"text":"x"}"#).await;
    answer.refused(403, "csrf_failed");
    let mut trusted = ann.headers();
    trusted.remove("x-csrftoken");
    trusted.insert("origin", HeaderValue::from_static("http://localhost:3000"));
    world.http.send(Method::POST, "/api/post", trusted, r#"{"text":"x"}"#).await.expect(201);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_answer_has_its_headers_and_one_request_id() {
    let world = World::new().await;
    let [ann] = world.people(["ann"]).await;
    for answer in [
        ann.get("/api/feed").await,
        ann.get("/api/nope").await,
        ann.send(Method::POST, "/api/post", "{").await,
        world.anonymous().post("/api/post", &json!({})).await,
        ann.get(&format!("/api/feed?x={}", "y".repeat(9_000))).await,
    ] {
        for (name, value) in [
            ("cache-control", "private, no-store"),
            ("pragma", "no-cache"),
            ("expires", "0"),
            ("vary", "Cookie, Authorization"),
            ("x-content-type-options", "nosniff"),
            ("referrer-policy", "same-origin"),
            ("cross-origin-opener-policy", "same-origin"),
            ("x-frame-options", "DENY"),
            ("content-security-policy", "default-src 'none'; frame-ancestors 'none'"),
            ("x-robots-tag", "noindex"),
            ("content-type", "application/json"),
        ] {
            assert_eq!(answer.headers.get(name).and_then(|value| value.to_str().ok()), Some(value), "{name}");
        }
        let id = answer.headers["x-request-id"].to_str().unwrap().to_owned();
        if answer.status.as_u16() >= 400 {
            assert_eq!(answer.json()["requestId"], id.as_str());
        }
    }
    for (sent, kept) in [("abc-DEF_1.2", true), ("<script>", false), (&"x".repeat(65), false)] {
        let headers = HeaderMap::from_iter([("x-request-id".parse().unwrap(), HeaderValue::from_str(sent).unwrap())]);
        let answer = world.http.send(Method::GET, "/healthz", headers, "").await.expect(200);
        assert_eq!(answer.headers["x-request-id"] == sent, kept, "{sent}");
    }
}
