//! Changing the root secret: at each of the three roll-outs, replicas of before and after serve one request together.

use http::Method;
use platform::{Role, Side};
use serde_json::json;
use testkit::{Person, World, WorldBuilder};

const OLD: &str = "the secret of the last years, which somebody may have seen";
const NEW: &str = "the secret of the years to come, made by openssl just now";

/// The settings of the release, roll-out by roll-out: current secret, and the one that is accepted besides.
const STEPS: [(&str, Option<&str>); 4] = [(OLD, None), (OLD, Some(NEW)), (NEW, Some(OLD)), (NEW, None)];

fn world((current, accepted): (&str, Option<&str>)) -> WorldBuilder {
    let world = World::builder().setting("DJANGO_SECRET_KEY", current).setting("SIDDES_THROTTLE_POST_CREATE", "off");
    accepted.into_iter().fold(world, |world, accepted| world.setting("SIDDES_SECRET_KEY_PREVIOUS", accepted))
}

/// Gives each of the two worlds the other's service of this role.
fn exchange(one: &World, other: &World, role: Role) {
    let (mine, yours) = (one.running.local.take(role).unwrap(), other.running.local.take(role).unwrap());
    one.running.local.insert(role, yours);
    other.running.local.insert(role, mine);
}

/// What makes every service call every other one on behalf of somebody, and of itself.
async fn use_everything(world: &World, ann: &Person, ben: &Person) {
    ann.places(ben, Side::Friends).await;
    let post = ann.posts(Side::Friends, "for friends").await;
    ben.reads(&post).await.expect(200);
    ann.blocks(ben).await;
    ben.reads(&post).await.expect(404);
    ann.unblocks(ben).await;
    world.auth().set_state(ben.id, platform::person::AccountState::Active, None, None).await.unwrap();
    world.anonymous().feed(Side::Public).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_roll_out_of_a_new_secret_refuses_a_request() {
    for (number, steps) in STEPS.windows(2).enumerate() {
        let before = world(steps[0]).build().await;
        let after = world(steps[1]).beside(&before).build().await;
        let [ann, ben] = before.people(["ann", "ben"]).await;
        for role in Role::SERVICES {
            exchange(&before, &after, role);
            use_everything(&before, &ann, &ben).await;
            let (ann, ben) = (ann.at(after.http.clone()), ben.at(after.http.clone()));
            use_everything(&after, &ann, &ben).await;
            let newcomer = format!("new_{number}_{role}");
            Person::sign_up(after.http.clone(), &newcomer).await.feed(Side::Friends).await;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_begun_before_a_roll_out_goes_on_after_it() {
    for steps in STEPS.windows(2) {
        let before = world(steps[0]).build().await;
        let after = world(steps[1]).beside(&before).build().await;
        let [ann] = before.people(["ann"]).await;
        for text in ["first", "second", "third"] {
            ann.posts(Side::Work, text).await;
        }
        let there = ann.at(after.http.clone());
        for (begins, goes_on) in [(&ann, &there), (&there, &ann)] {
            let page = begins.get("/api/feed?side=work&limit=1").await.expect(200).json();
            let cursor = page["nextCursor"].as_str().unwrap().to_owned();
            let next = goes_on.get(&format!("/api/feed?side=work&limit=1&cursor={cursor}")).await.expect(200);
            assert_eq!(next.contents(), ["second"], "{steps:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_outlives_every_change_of_secrets() {
    let first = world(STEPS[0]).build().await;
    let [ann] = first.people(["ann"]).await;
    for step in &STEPS[1..] {
        let next = world(*step).beside(&first).build().await;
        let ann = ann.at(next.http.clone());
        ann.call(Method::POST, "/api/post", Some(&json!({ "text": "still me" }))).await.expect(201);
    }
}
