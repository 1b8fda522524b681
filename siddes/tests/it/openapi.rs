//! The OpenAPI document against what is really answered. Whatever a test calls is checked against it (`testkit::Http`);
//! here every call succeeds once, so that none is left unchecked.

use std::collections::BTreeSet;

use http::Method;
use platform::Side;
use serde_json::{Value, json};
use testkit::{Person, World};

#[tokio::test(flavor = "multi_thread")]
async fn every_call_of_the_document_succeeds_with_what_it_says() {
    let world = World::new().await;
    let [ann, ben] = world.people(["ann", "ben"]).await;
    ben.places(&ann, Side::Friends).await;
    let post = ann.posts(Side::Public, "to be read, then deleted").await;
    let asks = json!({ "username": "ann", "side": "close", "message": "please" });
    let request = ben.post("/api/access-requests", &asks).await.expect(200).json()["id"].as_str().unwrap().to_owned();
    let asked = format!("/api/access-requests/{request}/respond");
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
        ("POST", "/api/follow", "/api/follow", &json!({ "username": "ben", "follow": true })),
        ("GET", "/api/public-followers/{token}", "/api/public-followers/ben", &nothing),
        ("GET", "/api/public-following/{token}", "/api/public-following/ben", &nothing),
        ("POST", "/api/access-requests", "/api/access-requests", &json!({ "username": "ben", "side": "work" })),
        ("GET", "/api/access-requests", "/api/access-requests", &nothing),
        ("POST", "/api/access-requests/{id}/respond", asked.as_str(), &json!({ "action": "accept" })),
        ("GET", "/api/prism", "/api/prism", &nothing),
        ("PATCH", "/api/prism", "/api/prism", &json!({ "side": "work", "anthem": { "title": "a", "artist": "b" } })),
        ("GET", "/api/profile/{token}", "/api/profile/ben?side=friends", &nothing),
        ("GET", "/api/users/{token}", "/api/users/ben", &nothing),
        ("GET", "/api/users/{token}/posts", "/api/users/ben/posts", &nothing),
        ("GET", "/api/search/users", "/api/search/users?q=be", &nothing),
        ("GET", "/api/search/posts", "/api/search/posts?q=read", &nothing),
        ("GET", "/api/slate", "/api/slate?target=ben", &nothing),
        ("POST", "/api/post", "/api/post", &json!({ "text": "see #this", "urgent": true, "publicChannel": "tech" })),
        ("GET", "/api/post/{id}", one.as_str(), &nothing),
        ("GET", "/api/feed", "/api/feed?side=public&limit=1", &nothing),
        ("DELETE", "/api/post/{id}", one.as_str(), &nothing),
        ("POST", "/api/mutes", "/api/mutes", &person),
        ("GET", "/api/notifications", "/api/notifications?side=work", &nothing),
        ("POST", "/api/notifications/mark-read", "/api/notifications/mark-read", &json!({ "ids": ["n_1"] })),
        ("POST", "/api/notifications/mark-all-read", "/api/notifications/mark-all-read", &nothing),
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
    // Nobody signs in by phone: this one says so and nothing else.
    left.remove(&("post".to_owned(), "/api/auth/phone/confirm".to_owned()));
    call_circles(&ann, &ben, &mut left).await;
    call_invites(&ann, &ben, &mut left).await;
    crate::leaving_calls::call(&mut left).await;
    crate::mail_calls::call(&mut left).await;
    crate::oidc_calls::call(&mut left).await;
    call_replies(&ann, &ben, &mut left).await;
    call_echoes(&ann, &ben, &mut left).await;
    for (method, template, path, body) in calls {
        let body = Some(body).filter(|body| !body.is_null());
        let answer = ann.call(method.parse::<Method>().unwrap(), path, body).await;
        assert!(answer.status.is_success(), "{method} {path}: {} {}", answer.status, answer.json());
        left.remove(&(method.to_lowercase(), template.to_owned()));
    }
    assert!(left.is_empty(), "calls of the document that never succeed in a test: {left:?}");
}

/// Circles under both of their names.
async fn call_circles(ann: &Person, ben: &Person, left: &mut BTreeSet<(String, String)>) {
    for base in ["/api/circles", "/api/sets"] {
        let mut ids = Vec::new();
        for owner in [ann, ben] {
            let body = json!({ "label": "Walks", "side": "friends", "members": ["@ann"] });
            let made = owner.post(base, &body).await.expect(200).json();
            ids.push(made["item"]["id"].as_str().unwrap().to_owned());
        }
        left.remove(&("post".to_owned(), base.to_owned()));
        for (method, tail, id, body) in [
            (Method::GET, "", &ids[0], Value::Null),
            (Method::GET, "/{id}", &ids[0], Value::Null),
            (Method::PATCH, "/{id}", &ids[0], json!({ "label": "Hikes", "side": "work" })),
            (Method::POST, "/{id}/members", &ids[0], json!({ "add": ["@ben", "@nobody_yet"] })),
            (Method::GET, "/{id}/events", &ids[0], Value::Null),
            (Method::POST, "/{id}/leave", &ids[1], Value::Null),
            (Method::DELETE, "/{id}", &ids[0], Value::Null),
        ] {
            let template = format!("{base}{tail}");
            let path = template.replace("{id}", id);
            let body = Some(&body).filter(|body| !body.is_null());
            let answer = ann.call(method.clone(), &path, body).await;
            assert!(answer.status.is_success(), "{method} {path}: {} {}", answer.status, answer.json());
            left.remove(&(method.as_str().to_lowercase(), template));
        }
    }
}

/// The ways into a circle.
async fn call_invites(ann: &Person, ben: &Person, left: &mut BTreeSet<(String, String)>) {
    let made = ann.post("/api/circles", &json!({ "label": "Asked" })).await.expect(200).json();
    let circle = made["item"]["id"].as_str().unwrap();
    let asked = ann.post("/api/invites", &json!({ "setId": circle, "to": "@ben" })).await.expect(200).json();
    let invite = asked["item"]["id"].as_str().unwrap();
    let mut calls = vec![
        (ann, Method::GET, "/api/invites", "/api/invites".to_owned(), Value::Null),
        (ben, Method::GET, "/api/invites/{id}", format!("/api/invites/{invite}"), Value::Null),
        (ben, Method::PATCH, "/api/invites/{id}", format!("/api/invites/{invite}"), json!({ "action": "accept" })),
    ];
    for (links, revoke) in [
        ("/api/circles/{id}/invite-links", "/api/circles/{id}/invite-links/{token}/revoke"),
        ("/api/sets/{id}/invite-links", "/api/sets/{id}/invite-links/{token}/revoke"),
    ] {
        let path = links.replace("{id}", circle);
        let link = ann.post(&path, &json!({ "maxUses": 2 })).await.expect(200).json();
        let token = link["item"]["token"].as_str().unwrap();
        calls.extend([
            (ann, Method::GET, links, path, Value::Null),
            (ben, Method::GET, "/api/invite-links/{token}", format!("/api/invite-links/{token}"), Value::Null),
            (
                ben,
                Method::POST,
                "/api/invite-links/{token}/accept",
                format!("/api/invite-links/{token}/accept"),
                json!({}),
            ),
            (ann, Method::POST, revoke, revoke.replace("{id}", circle).replace("{token}", token), json!({})),
        ]);
        left.remove(&("post".to_owned(), links.to_owned()));
    }
    left.remove(&("post".to_owned(), "/api/invites".to_owned()));
    for (person, method, template, path, body) in calls {
        let body = Some(&body).filter(|body| !body.is_null());
        let answer = person.call(method.clone(), &path, body).await;
        assert!(answer.status.is_success(), "{method} {path}: {} {}", answer.status, answer.json());
        left.remove(&(method.as_str().to_lowercase(), template.to_owned()));
    }
}

/// A post passed on, and other words for it.
async fn call_echoes(ann: &Person, ben: &Person, left: &mut BTreeSet<(String, String)>) {
    let post = ben.posts(Side::Public, "to be passed on").await;
    let (one, echo) = (format!("/api/post/{post}"), format!("/api/post/{post}/echo"));
    ben.call(Method::PATCH, &one, Some(&json!({ "text": "in other words" }))).await.expect(200);
    ann.post(&echo, &json!({ "side": "public" })).await.expect(200);
    ann.delete(&format!("{echo}?side=public")).await.expect(200);
    ann.post(&format!("{one}/quote"), &json!({ "text": "look", "side": "friends" })).await.expect(201);
    for (method, template) in [
        ("patch", "/api/post/{id}"),
        ("post", "/api/post/{id}/echo"),
        ("delete", "/api/post/{id}/echo"),
        ("post", "/api/post/{id}/quote"),
    ] {
        left.remove(&(method.to_owned(), template.to_owned()));
    }
}

/// What is done with a post of somebody else.
async fn call_replies(ann: &Person, ben: &Person, left: &mut BTreeSet<(String, String)>) {
    let post = ben.posts(Side::Public, "to be answered").await;
    let path = |tail: &str| format!("/api/post/{post}/{tail}");
    let first = ann.post(&path("reply"), &json!({ "text": "yes", "client_key": "k" })).await.expect(201).json();
    ann.post(&path("reply"), &json!({ "text": "and", "parentId": first["reply"]["id"] })).await.expect(201);
    for tree in ["", "?tree=1"] {
        ann.get(&path(&format!("replies{tree}"))).await.expect(200);
    }
    ann.post(&path("like"), &json!({})).await.expect(200);
    ann.delete(&path("like")).await.expect(200);
    ann.post("/api/hidden-posts", &json!({ "postId": post })).await.expect(200);
    ann.get("/api/hidden-posts").await.expect(200);
    for (method, template) in [
        ("post", "/api/post/{id}/reply"),
        ("get", "/api/post/{id}/replies"),
        ("post", "/api/post/{id}/like"),
        ("delete", "/api/post/{id}/like"),
        ("post", "/api/hidden-posts"),
        ("get", "/api/hidden-posts"),
    ] {
        left.remove(&(method.to_owned(), template.to_owned()));
    }
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
    for path in [
        "/api/circles",
        "/api/circles/set_1_00000000",
        "/api/circles/set_1_00000000/events",
        "/api/circles/set_1_00000000/invite-links",
        "/api/invites",
        "/api/invites/inv_1_00000000",
        "/api/invite-links/il_00000000",
        "/api/search/posts?q=to",
        "/api/search/users?q=be",
        "/api/users/ben/posts",
        "/api/notifications",
    ] {
        world.anonymous().get(path).await.expect(200);
    }
    let several = json!({ "inputs": [{ "label": "One" }, { "label": "Two", "members": ["@nobody_yet"] }] });
    ann.post("/api/circles", &several).await.expect(200);
}
