//! Security events: what happened to an account can be looked up for 90 days, and tells no more of anybody than it must.

use http::{HeaderMap, Method};
use platform::{Role, person::AccountState};
use serde_json::json;
use sqlx::Row;
use testkit::{Answer, PASSWORD, Person, World};
use time::Duration;

/// A browser that talks to the gateway itself, from an address of the outside.
async fn sign_in(world: &World, name: &str, password: &str) -> Answer {
    let mut headers = HeaderMap::new();
    headers.insert("content-type", "application/json".parse().unwrap());
    headers.insert("user-agent", "Mozilla/5.0".parse().unwrap());
    headers.insert("x-forwarded-for", "203.0.113.77".parse().unwrap());
    let body = json!({ "identifier": name, "password": password }).to_string();
    world.http.send(Method::POST, "/api/auth/login", headers, body).await
}

/// Kind, network and request of each event of an account, in their order.
async fn events(world: &World, of: &Person) -> Vec<(String, Option<String>, Option<String>)> {
    let sql = "select kind, network::text, request_id from auth.security_event where account = $1 order by at, id";
    let rows = sqlx::query(sql).bind(of.id.0).fetch_all(&mut world.database.connect().await).await.unwrap();
    rows.iter().map(|row| (row.get(0), row.get(1), row.get(2))).collect()
}

async fn kinds(world: &World, of: &Person) -> Vec<String> {
    events(world, of).await.into_iter().map(|(kind, ..)| kind).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sign_in_is_remembered_with_its_network_and_request_and_never_with_its_address() {
    let world = World::new().await;
    let [ann] = world.people(["ann"]).await;
    let answer = sign_in(&world, "ann", PASSWORD).await.expect(200);
    let request = answer.headers["x-request-id"].to_str().unwrap().to_owned();
    let events = events(&world, &ann).await;
    let [(first, nowhere, _), (second, network, by)] = events.as_slice() else { panic!("{events:?}") };
    // She signed up through the web client's server, whose address is not hers.
    assert_eq!((first.as_str(), nowhere), ("signin", &None));
    assert_eq!((second.as_str(), network.as_deref(), by), ("signin", Some("203.0.113.0/24"), &Some(request)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failed_sign_in_is_remembered_behind_the_answer_which_costs_the_same_for_nobody() {
    let world = World::new().await;
    let [ann] = world.people(["ann"]).await;
    let wrong = sign_in(&world, "ann", "not her password").await;
    wrong.refused(401, "invalid_credentials");
    let nobody = sign_in(&world, "nobody_at_all", "not her password").await;
    nobody.refused(401, "invalid_credentials");
    assert_eq!((wrong.statements(), wrong.body_without_ids()), (nobody.statements(), nobody.body_without_ids()));
    world.database.until("select count(*) from auth.security_event where kind = 'signin_failed'", 1).await;
    let events = events(&world, &ann).await;
    assert_eq!(events.last().unwrap().1.as_deref(), Some("203.0.113.0/24"));
    let request = wrong.headers["x-request-id"].to_str().unwrap();
    assert_eq!(events.last().unwrap().2.as_deref(), Some(request));
}

#[tokio::test(flavor = "multi_thread")]
async fn sessions_that_end_and_states_that_change_are_remembered_with_the_change() {
    let world = World::new().await;
    let [ann, ben] = world.people(["ann", "ben"]).await;
    ann.post("/api/auth/login", &json!({ "identifier": "ann", "password": PASSWORD })).await.expect(200);
    // The session of her sign-up was in the same browser: the new one took its place.
    let mut seen = kinds(&world, &ann).await;
    seen.sort();
    assert_eq!(seen, ["session_ended", "signin", "signin"]);
    ann.post("/api/auth/logout", &json!({})).await.expect(200);
    ann.post("/api/auth/logout", &json!({})).await.expect(200);
    assert_eq!(kinds(&world, &ann).await.iter().filter(|kind| *kind == "session_ended").count(), 2);

    for state in [AccountState::Suspended, AccountState::Suspended, AccountState::Active, AccountState::Deactivated] {
        world.auth().set_state(ben.id, state, None, None).await.unwrap();
    }
    assert_eq!(kinds(&world, &ben).await, ["signin", "moderated", "moderated", "deactivated"], "no change, no event");
    ben.post("/api/auth/login", &json!({ "identifier": "ben", "password": PASSWORD })).await.expect(200);
    let mut seen = kinds(&world, &ben).await.split_off(4);
    seen.sort();
    assert_eq!(seen, ["reactivated", "signin"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_network_is_forgotten_after_thirty_days_and_the_event_after_ninety() {
    let world = World::new().await;
    let [ann] = world.people(["ann"]).await;
    sign_in(&world, "ann", PASSWORD).await.expect(200);
    let left = async |after: i64| {
        world.ambient.clock.advance(Duration::days(after));
        world.run_scheduled(Role::Auth, "auth.security_event.purge").await;
        let events = events(&world, &ann).await;
        (events.len(), events.iter().filter(|(_, network, _)| network.is_some()).count())
    };
    assert_eq!(left(29).await, (2, 1));
    assert_eq!(left(2).await, (2, 0));
    assert_eq!(left(58).await, (2, 0));
    assert_eq!(left(2).await, (0, 0));
}
