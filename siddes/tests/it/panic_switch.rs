//! Panic mode at run time: set by an operator, met by every gateway on one database.

use std::time::Duration;

use platform::Side;
use serde_json::json;
use testkit::{Answer, Http, Person, World};
use tokio::time::timeout;

use crate::processes::{database_url, siddes};

/// Waits until a gateway says so of panic mode, for the five seconds that it may take.
async fn panics(http: &Http, expected: bool) {
    let ready = || http.send(http::Method::GET, "/readyz", http::HeaderMap::new(), "");
    let told = async { while ready().await.json()["panic_mode"] != expected {} };
    timeout(Duration::from_secs(5), told).await.expect("every gateway within five seconds");
}

async fn posts(person: &Person, world: &World) -> Answer {
    person.at(world.http.clone()).post("/api/post", &json!({ "text": "x" })).await
}

#[tokio::test(flavor = "multi_thread")]
async fn it_reaches_every_gateway_and_one_that_was_started_in_it_stays() {
    let one = World::new().await;
    let other = World::builder().beside(&one).build().await;
    let forced = World::builder().beside(&one).setting("SIDDES_PANIC_MODE", "1").build().await;
    let [ann] = one.people(["ann"]).await;
    let db = one.running.databases.first().unwrap();
    let set = async |active| {
        svc_auth::runtime::set_panic_mode(db, active, "an operator", one.ambient.clock.now()).await.expect("set");
    };
    posts(&ann, &one).await.expect(201);
    posts(&ann, &forced).await.refused(503, "panic_mode");
    set(true).await;
    for world in [&one, &other] {
        panics(&world.http, true).await;
        posts(&ann, world).await.refused(503, "panic_mode");
        let there = ann.at(world.http.clone());
        there.post("/api/blocks", &json!({ "target": "@nobody_here" })).await.expect(200);
        there.feed(Side::Friends).await;
    }
    set(false).await;
    for world in [&one, &other] {
        panics(&world.http, false).await;
        posts(&ann, world).await.expect(201);
    }
    posts(&ann, &forced).await.refused(503, "panic_mode");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_operator_turns_it_on_and_off_and_the_others_see_who() {
    let world = World::new().await;
    let [ann] = world.people(["ann"]).await;
    let env = [("DATABASE_URL", database_url(&world.database)), ("USER", "kim".to_owned())];
    let env = env.map(|(name, value)| (name.to_owned(), value));
    let admin = |words: &[&str]| {
        let output = siddes(&[&["admin", "panic"], words].concat(), &env).output().expect("siddes");
        (output.status.success(), String::from_utf8(output.stdout).expect("text"))
    };
    assert_eq!(admin(&[]), (true, "panic mode is off: it never was on\n".to_owned()));
    let (done, said) = admin(&["on"]);
    assert!(done && said.starts_with("panic mode is on: set ") && said.ends_with(" by kim\n"), "{said}");
    panics(&world.http, true).await;
    posts(&ann, &world).await.refused(503, "panic_mode");
    let metrics = world.private.send(http::Method::GET, "/metrics", http::HeaderMap::new(), "").await;
    assert!(String::from_utf8_lossy(&metrics.bytes).lines().any(|line| line == "siddes_panic_mode 1"));
    let (done, said) = admin(&["off", "--by", "lee"]);
    assert!(done && said.starts_with("panic mode is off: set ") && said.ends_with(" by lee\n"), "{said}");
    panics(&world.http, false).await;
    posts(&ann, &world).await.expect(201);
    assert_eq!(admin(&[]).1, said);
    assert!(!admin(&["maybe"]).0);
    let nowhere = siddes(&["admin", "panic"], &[]).output().expect("siddes");
    assert!(!nowhere.status.success() && String::from_utf8_lossy(&nowhere.stderr).contains("DATABASE_URL"));
}
