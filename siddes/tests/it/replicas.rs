//! Two gateways, or two whole systems, on one database: what one of them is told holds on the other's next request.

use platform::{Side, person::AccountState};
use serde_json::json;
use testkit::World;

const PASSWORD: &str = "blue-otter-canoe-42";

async fn two() -> (World, World) {
    let one = World::new().await;
    let other = World::builder().beside(&one).build().await;
    (one, other)
}

#[tokio::test(flavor = "multi_thread")]
async fn signing_out_of_one_ends_the_session_on_the_other() {
    let (one, other) = two().await;
    let [ann] = one.people(["ann"]).await;
    let there = ann.at(other.http.clone());
    assert_eq!(there.get("/api/auth/me").await.json()["authenticated"], true);
    let token = ann.cookie("siddes_session").unwrap();
    ann.post("/api/auth/logout", &json!({})).await.expect(200);
    ann.set_cookie("siddes_session", &token);
    there.post("/api/post", &json!({ "text": "x" })).await.refused(401, "restricted");
    ann.set_cookie("siddes_session", &token);
    let me = there.get("/api/auth/me").await;
    assert_eq!(me.json()["authenticated"], false);
    assert!(me.headers["set-cookie"].to_str().unwrap().contains("Max-Age=0"));
}

#[tokio::test(flavor = "multi_thread")]
async fn signing_in_on_one_ends_what_the_browser_presented_and_nothing_else() {
    let (one, other) = two().await;
    let [ann] = one.people(["ann"]).await;
    let before = ann.cookie("siddes_session").unwrap();
    let elsewhere = other.anonymous();
    elsewhere.post("/api/auth/login", &json!({ "identifier": "ann", "password": PASSWORD })).await.expect(200);
    ann.post("/api/auth/login", &json!({ "identifier": "ann", "password": PASSWORD })).await.expect(200);
    let thief = other.anonymous();
    thief.set_cookie("siddes_session", &before);
    assert_eq!(thief.get("/api/auth/me").await.json()["authenticated"], false);
    for live in [ann.at(other.http.clone()), elsewhere] {
        assert_eq!(live.get("/api/auth/me").await.json()["authenticated"], true);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_state_that_is_set_on_one_is_met_on_the_other() {
    let (one, other) = two().await;
    let [ann, ben] = one.people(["ann", "ben"]).await;
    ben.places(&ann, Side::Friends).await;
    let post = ben.posts(Side::Friends, "for friends").await;
    let there = ann.at(other.http.clone());
    let set = async |state| one.auth().set_state(ann.id, state, None, Some("spam")).await.expect("set");
    let writes = async || there.post("/api/post", &json!({ "text": "x" })).await;
    writes().await.expect(201);
    there.reads(&post).await.expect(200);
    for state in [AccountState::ReadOnly, AccountState::Suspended, AccountState::Banned] {
        set(state).await;
        let refused = writes().await;
        refused.refused(403, "account_restricted");
        assert_eq!(refused.json()["state"], state.as_str());
        // Who is banned reads on, as a stranger.
        there.reads(&post).await.expect(if state == AccountState::Banned { 404 } else { 200 });
        set(AccountState::Active).await;
        writes().await.expect(201);
        there.reads(&post).await.expect(200);
    }
    for state in [AccountState::Deactivated, AccountState::Deleting, AccountState::Deleted] {
        set(state).await;
        assert_eq!(there.get("/api/auth/me").await.json()["authenticated"], false, "{}", state.as_str());
        let token = ann.cookie("siddes_session");
        assert_eq!(token, None, "a dead cookie is taken out of the browser");
        if state == AccountState::Deactivated {
            ann.post("/api/auth/login", &json!({ "identifier": "ann", "password": PASSWORD })).await.expect(200);
            writes().await.expect(201);
        }
    }
}
