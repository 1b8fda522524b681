//! Where somebody is signed in: only the live ones, only his own, and what he ends is ended at once.

use http::Method;
use platform::Role;
use serde_json::{Value, json};
use testkit::{Answer, PASSWORD, Person, World};
use time::Duration;

use crate::mail::{is_in, log_in};

async fn list(person: &Person) -> Vec<Value> {
    let answer = person.get("/api/auth/sessions").await.expect(200);
    // Who is asking, and the list: one each.
    assert!(answer.statements() <= 2, "{}", answer.statements());
    answer.json()["sessions"].as_array().expect("a list").clone()
}

fn own(sessions: &[Value]) -> i64 {
    sessions.iter().find(|session| session["current"] == true).expect("the own one")["id"].as_i64().expect("an id")
}

async fn revoke(person: &Person, id: impl Into<Value>) -> Answer {
    person.post("/api/auth/sessions/revoke", &json!({ "id": id.into() })).await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_list_has_the_live_ones_the_last_used_first_and_no_token() {
    let world = World::new().await;
    let [ann, ben] = world.people(["ann", "ben"]).await;
    world.ambient.clock.advance(Duration::minutes(5));
    let elsewhere = log_in(&world, "ann", PASSWORD).await.0;
    let told = list(&ann).await;
    assert_eq!(told.len(), 2);
    let seen: Vec<&str> = told.iter().filter_map(|session| session["lastSeenAt"].as_str()).collect();
    assert!(seen.len() == 2 && seen.is_sorted_by(|one, next| one >= next), "{seen:?}");
    for session in &told {
        assert_eq!((&session["revokedAt"], &session["ip"]), (&Value::Null, &json!("")));
        assert_eq!(session["userAgent"], "Web browser");
    }
    assert_ne!(own(&told), own(&list(&elsewhere).await));
    let text = json!(told).to_string();
    assert!(!text.contains(&ann.cookie("siddes_session").unwrap()), "{text}");
    assert_eq!(list(&ben).await.len(), 1);
    // Unused for two weeks, one is over and listed no more.
    let sql = "update auth.session set last_seen_at = last_seen_at - interval '15 days' where id = $1";
    sqlx::query(sql).bind(own(&told)).execute(&mut world.database.connect().await).await.unwrap();
    let told = list(&elsewhere).await;
    assert_eq!((told.len(), own(&told)), (1, told[0]["id"].as_i64().unwrap()));
    world.anonymous().get("/api/auth/sessions").await.refused(401, "restricted");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_browser_that_comes_by_itself_is_told_by_its_agent_and_the_address_that_a_proxy_saw() {
    let world = World::new().await;
    let [ann] = world.people(["ann"]).await;
    let mut headers = ann.headers();
    headers.insert("user-agent", "Mozilla/5.0".parse().unwrap());
    headers.insert("x-forwarded-for", "6.6.6.6, 203.0.113.77".parse().unwrap());
    headers.remove("cookie");
    let body = json!({ "identifier": "ann", "password": PASSWORD }).to_string();
    world.http.send(Method::POST, "/api/auth/login", headers, body).await.expect(200);
    let told = list(&ann).await;
    let other = told.iter().find(|session| session["current"] == false).expect("the other one");
    assert_eq!((&other["userAgent"], &other["ip"]), (&json!("Mozilla/5.0"), &json!("203.0.113.77")));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_foreign_session_and_an_unknown_one_are_one_answer_at_one_price() {
    let world = World::new().await;
    let [ann, ben] = world.people(["ann", "ben"]).await;
    let foreign = revoke(&ben, own(&list(&ann).await)).await;
    let unknown = revoke(&ben, 999_999).await;
    foreign.refused(404, "not_found");
    assert_eq!(foreign.body_without_ids(), unknown.body_without_ids());
    assert_eq!(foreign.headers_without_ids(), unknown.headers_without_ids());
    assert_eq!(foreign.statements(), unknown.statements());
    assert!(is_in(&ann).await);
    for no_id in [json!(true), json!("x"), json!(0), json!(-3), json!("9223372036854775808"), json!(1.5), Value::Null] {
        revoke(&ben, no_id).await.refused(400, "invalid_id");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_ended_is_out_on_its_next_request_and_ending_it_again_is_no_error() {
    let world = World::builder().setting("SIDDES_THROTTLE_AUTH_SESSIONS_REVOKE", "off").build().await;
    let [ann] = world.people(["ann"]).await;
    let elsewhere = log_in(&world, "ann", PASSWORD).await.0;
    let id = own(&list(&elsewhere).await);
    let answers = futures::future::join_all((0..8).map(|_| revoke(&ann, id.to_string()))).await;
    for answer in answers {
        assert_eq!(answer.expect(200).json(), json!({ "ok": true, "revoked": true }));
    }
    assert!(!is_in(&elsewhere).await);
    assert_eq!(list(&ann).await.len(), 1);
    assert_eq!(world.count("select count(*) from auth.security_event where kind = 'session_ended'").await, 1);
    // The own one, and the cookie with it.
    let last = revoke(&ann, own(&list(&ann).await)).await.expect(200);
    assert_eq!(last.json(), json!({ "ok": true, "revoked": true, "loggedOut": true }));
    assert!(last.headers["set-cookie"].to_str().unwrap().contains("Max-Age=0"));
    assert!(!is_in(&ann).await);
    // Remembered for 30 days after it would have been over.
    world.ambient.clock.advance(Duration::days(119));
    world.run_scheduled(Role::Auth, "auth.session.forget").await;
    assert_eq!(world.count("select count(*) from auth.ended_session").await, 2);
    world.ambient.clock.advance(Duration::days(2));
    world.run_scheduled(Role::Auth, "auth.session.forget").await;
    assert_eq!(world.count("select count(*) from auth.ended_session").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn all_others_are_ended_or_all_and_the_number_is_that_of_the_living() {
    let world = World::new().await;
    let [ann, ben] = world.people(["ann", "ben"]).await;
    let mut others = Vec::new();
    for _ in 0..3 {
        others.push(log_in(&world, "ann", PASSWORD).await.0);
    }
    let end = async |body: Value| ann.post("/api/auth/sessions/logout_all", &body).await.expect(200).json();
    let told =
        |revoked: i64, out: bool| json!({ "ok": true, "revoked": revoked, "scannedDeleted": 0, "loggedOut": out });
    assert_eq!(end(json!({ "includeCurrent": false })).await, told(3, false));
    for other in &others {
        assert!(!is_in(other).await);
    }
    assert!(is_in(&ann).await && is_in(&ben).await);
    assert_eq!(end(json!({ "includeCurrent": "true" })).await, told(0, false), "only JSON's true");
    log_in(&world, "ann", PASSWORD).await.1.expect(200);
    assert_eq!(end(json!({ "includeCurrent": true })).await, told(2, true));
    assert!(!is_in(&ann).await && is_in(&ben).await);
}
