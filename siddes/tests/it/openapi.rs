//! The OpenAPI document against what is really answered. Whatever a test calls is checked against it (`testkit::Http`);
//! here every call succeeds once, so that none is left unchecked.

use std::collections::BTreeSet;

use http::Method;
use platform::Side;
use serde_json::{Value, json};
use testkit::World;

#[tokio::test(flavor = "multi_thread")]
async fn every_call_of_the_document_succeeds_with_what_it_says() {
    let world = World::new().await;
    let [ann, ben] = world.people(["ann", "ben"]).await;
    ben.places(&ann, Side::Friends).await;
    let post = ann.posts(Side::Public, "to be read, then deleted").await;
    world.ready().await;

    let nothing = Value::Null;
    let (one, person) = (format!("/api/post/{post}"), json!({ "target": "@ben" }));
    let calls = [
        ("GET", "/healthz", "/healthz", &nothing),
        ("GET", "/readyz", "/readyz", &nothing),
        ("GET", "/api/health", "/api/health", &nothing),
        ("GET", "/api/openapi.json", "/api/openapi.json", &nothing),
        ("GET", "/api/docs", "/api/docs", &nothing),
        ("GET", "/api/auth/csrf", "/api/auth/csrf", &nothing),
        ("GET", "/api/auth/me", "/api/auth/me", &nothing),
        ("POST", "/api/auth/age/confirm", "/api/auth/age/confirm", &json!({ "confirmed": true })),
        ("POST", "/api/auth/username/set", "/api/auth/username/set", &json!({ "username": "anna" })),
        ("POST", "/api/auth/onboarding/complete", "/api/auth/onboarding/complete", &json!({})),
        ("POST", "/api/auth/region", "/api/auth/region", &json!({ "region": "KE" })),
        ("GET", "/api/auth/region", "/api/auth/region", &nothing),
        ("POST", "/api/side", "/api/side", &json!({ "username": "ben", "side": "work", "confirm": true })),
        ("GET", "/api/siders", "/api/siders", &nothing),
        ("GET", "/api/followers", "/api/followers", &nothing),
        ("POST", "/api/post", "/api/post", &json!({ "text": "see #this", "urgent": true, "publicChannel": "tech" })),
        ("GET", "/api/post/{id}", one.as_str(), &nothing),
        ("GET", "/api/feed", "/api/feed?side=public&limit=1", &nothing),
        ("DELETE", "/api/post/{id}", one.as_str(), &nothing),
        ("POST", "/api/mutes", "/api/mutes", &person),
        ("GET", "/api/mutes", "/api/mutes", &nothing),
        ("DELETE", "/api/mutes/{token}", "/api/mutes/%40ben", &nothing),
        ("POST", "/api/blocks", "/api/blocks", &person),
        ("GET", "/api/blocks", "/api/blocks", &nothing),
        ("DELETE", "/api/blocks/{token}", "/api/blocks/%40ben", &nothing),
        ("POST", "/api/auth/logout", "/api/auth/logout", &nothing),
        ("POST", "/api/auth/login", "/api/auth/login", &json!({ "identifier": "anna", "password": PASSWORD })),
        ("POST", "/api/auth/signup", "/api/auth/signup", &sign_up()),
    ];
    let mut left = documented();
    for (method, template, path, body) in calls {
        let body = Some(body).filter(|body| !body.is_null());
        let answer = ann.call(method.parse::<Method>().unwrap(), path, body).await;
        assert!(answer.status.is_success(), "{method} {path}: {} {}", answer.status, answer.json());
        left.remove(&(method.to_lowercase(), template.to_owned()));
    }
    assert!(left.is_empty(), "calls of the document that never succeed in a test: {left:?}");
}

const PASSWORD: &str = "blue-otter-canoe-42";

fn sign_up() -> Value {
    json!({ "email": "new@example.test", "username": "newcomer", "password": PASSWORD, "ageConfirmed": true })
}

fn documented() -> BTreeSet<(String, String)> {
    let paths = gateway::document()["paths"].as_object().unwrap();
    let of_path = |(path, methods): (&String, &Value)| {
        let methods = methods.as_object().unwrap().keys();
        methods.map(|method| (method.clone(), path.clone())).collect::<Vec<_>>()
    };
    paths.iter().flat_map(of_path).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_document_is_served_as_it_is() {
    let world = World::new().await;
    let answer = world.anonymous().get("/api/openapi.json").await.expect(200);
    assert_eq!(&answer.json(), gateway::document());
    assert_eq!(answer.headers["cache-control"], "private, no-store");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_form_of_an_answer_is_in_the_document() {
    let world = World::new().await;
    let [ann, ben] = world.people(["ann", "ben"]).await;
    ann.posts(Side::Friends, "see https://example.test").await;
    // Nobody, no pages, marks instead of posts, a placement taken away, a handle without anybody behind it.
    world.anonymous().get("/api/auth/me").await.expect(200);
    world.anonymous().get("/api/feed?side=friends").await.expect(200);
    ann.get("/api/feed?side=friends&lite=1").await.expect(200);
    ann.places(&ben, Side::Friends).await;
    ann.unplaces(&ben).await;
    ann.post("/api/blocks", &json!({ "target": "@nobody_yet" })).await.expect(200);
    ann.get("/api/blocks").await.expect(200);
    ann.post("/api/auth/region", &json!({})).await.expect(200);
}
