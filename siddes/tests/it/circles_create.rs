//! Making circles: what is stored, what is refused, all or none, and once for a client key.

use futures::future::join_all;
use platform::Side;
use serde_json::{Value, json};
use testkit::{Answer, Person, World, WorldBuilder};

use crate::circles::make;

const CIRCLES: &str = "select count(*) from social.circle where id not like 'seed%'";

fn unhurried() -> WorldBuilder {
    World::builder().setting("SIDDES_THROTTLE_CIRCLES_WRITE", "off")
}

async fn create(owner: &Person, body: &Value) -> Answer {
    owner.post("/api/circles", body).await
}

fn item(answer: &Answer) -> Value {
    answer.json()["item"].clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_said_is_made_up_for() {
    let world = World::new().await;
    let [owner] = world.people(["holder"]).await;
    for body in [json!({}), json!({ "side": ["x"], "label": { "a": 1 }, "members": "@ben", "color": 7 })] {
        let item = item(&create(&owner, &body).await.expect(200));
        assert_eq!(
            (&item["label"], &item["side"], &item["color"], &item["members"]),
            (&json!("Untitled"), &json!("friends"), &json!("emerald"), &json!([])),
            "{body}"
        );
    }
    for (side, color) in [("public", "blue"), ("friends", "emerald"), ("close", "rose"), (" Work ", "slate")] {
        let item = item(&create(&owner, &json!({ "side": side, "color": "zzz" })).await.expect(200));
        assert_eq!(item["color"], color, "{side}");
    }
    let long = format!("  {}", "é".repeat(80));
    let item_ = item(&create(&owner, &json!({ "label": long, "color": " Orange" })).await.expect(200));
    assert_eq!((&item_["label"], &item_["color"]), (&json!("é".repeat(64)), &json!("orange")));
    for label in ["Família ❤️ #1?", "B_team", "b_team"] {
        let made = item(&create(&owner, &json!({ "label": label, "side": "close" })).await.expect(200));
        assert!(made["id"].as_str().unwrap().starts_with("set_") && made["label"] == json!(label), "{made}");
    }
    // Not an object: as if there were nothing.
    assert_eq!(item(&create(&owner, &json!(["x"])).await.expect(200))["label"], "Untitled");
}

#[tokio::test(flavor = "multi_thread")]
async fn refusals_come_in_the_contracts_order_and_make_nothing() {
    let world = unhurried().build().await;
    let [owner] = world.people(["holder"]).await;
    let names: Vec<String> = (0..201).map(|number| format!("@nobody_{number}")).collect();
    let refused = create(&owner, &json!({ "side": "zzz", "members": names })).await;
    refused.refused(400, "invalid_side");
    assert_eq!(refused.json()["restricted"], json!(false));
    let refused = create(&owner, &json!({ "members": names })).await;
    refused.refused(400, "too_many_members");
    assert_eq!(refused.json()["max"], 200);
    create(&owner, &json!({ "client_key": "k".repeat(129) })).await.refused(400, "invalid_client_key");
    for inputs in [json!([]), json!(["junk", 5]), json!((0..21).map(|_| json!({})).collect::<Vec<_>>())] {
        let refused = create(&owner, &json!({ "inputs": inputs })).await;
        refused.refused(400, "too_many_inputs");
        assert_eq!(refused.json()["max"], 20);
    }
    create(&owner, &json!({ "label": "a\0b" })).await.refused(400, "invalid_text");
    assert_eq!(world.count(CIRCLES).await, 0);
    // 200 names, each written twice, are 200.
    let twice: Vec<String> = names[..200].iter().flat_map(|name| [name.clone(), name.to_uppercase()]).collect();
    let made = create(&owner, &json!({ "members": twice })).await.expect(200).json();
    assert_eq!(made["skipped"].as_array().unwrap().len(), 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn several_are_made_together_or_not_at_all() {
    let world = unhurried().build().await;
    let [owner, dan] = world.people(["holder", "dan"]).await;
    owner.places(&dan, Side::Work).await;
    let one = json!({ "label": "One", "side": "work", "members": ["@dan"], "color": "slate" });
    let two = json!({ "label": "Two", "side": "close" });
    let body = json!({ "label": "ignored", "inputs": [one, two, "junk"] });
    let made = create(&owner, &body).await.expect(200).json();
    assert!(made.get("item").is_none());
    let told = |item: &Value| json!([item["label"], item["side"], item["members"]]);
    let items: Vec<Value> = made["items"].as_array().unwrap().iter().map(told).collect();
    assert_eq!(json!(items), json!([["One", "work", ["@dan"]], ["Two", "close", []]]));
    let before = world.count(CIRCLES).await;
    create(&owner, &json!({ "inputs": [one, { "side": "zzz" }] })).await.refused(400, "invalid_side");
    assert_eq!(world.count(CIRCLES).await, before);
}

#[tokio::test(flavor = "multi_thread")]
async fn two_hundred_are_enough_whoever_makes_them_at_once() {
    let world = unhurried().build().await;
    let [owner] = world.people(["holder"]).await;
    world.jobs_done().await;
    let many = json!({ "inputs": (0..20).map(|_| json!({})).collect::<Vec<_>>() });
    for _ in 0..9 {
        create(&owner, &many).await.expect(200);
    }
    // 184 with the four of the start: sixteen fit, twenty do not.
    let refused = create(&owner, &many).await;
    refused.refused(409, "circle_limit");
    assert_eq!(refused.json()["max"], 200);
    let answers = join_all((0..20).map(|_| async { create(&owner, &json!({})).await })).await;
    let made = answers.iter().filter(|answer| answer.status == 200).count();
    assert_eq!((made, world.count("select count(*) from social.circle").await), (16, 200));
}

#[tokio::test(flavor = "multi_thread")]
async fn one_key_is_one_circle_and_every_answer_is_the_same() {
    let world = unhurried().build().await;
    let [owner, other, ben] = world.people(["holder", "other", "ben"]).await;
    owner.places(&ben, Side::Friends).await;
    let body = json!({ "label": "Once", "members": ["@ben"], "client_key": "k" });
    let answers = join_all((0..12).map(|_| create(&owner, &body))).await;
    let first = item(&answers[0]);
    assert_eq!(first["members"], json!(["@ben"]));
    for answer in answers {
        assert_eq!(item(&answer.expect(200)), first);
    }
    // Whatever it says now.
    let again = create(&owner, &json!({ "side": "zzz", "clientKey": "k" })).await.expect(200);
    assert_eq!(item(&again), first);
    assert_eq!(world.count(CIRCLES).await, 1);
    assert_eq!(world.count("select count(*) from social.circle_event where circle not like 'seed%'").await, 1);
    assert_ne!(item(&create(&other, &json!({ "client_key": "k" })).await.expect(200))["id"], first["id"]);

    // Of several, only those are made whose key is new; two under one key are one.
    let body = json!({ "inputs": [
        { "client_key": "k" }, { "label": "New", "client_key": "n" }, { "label": "Newer", "client_key": "n" },
    ] });
    let made = create(&owner, &body).await.expect(200).json()["items"].take();
    assert_eq!((&made[0], &made[1]["label"], &made[1]), (&first, &json!("New"), &made[2]));
    assert_eq!(world.count(CIRCLES).await, 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_repeat_tells_nothing_of_a_circle_that_is_deleted_and_a_key_makes_one_kind_of_thing() {
    let world = World::new().await;
    let [owner] = world.people(["holder"]).await;
    let body = json!({ "label": "Gone soon", "side": "close", "client_key": "k" });
    let id = item(&create(&owner, &body).await.expect(200))["id"].as_str().unwrap().to_owned();
    owner.delete(&format!("/api/circles/{id}")).await.expect(200);
    let replay = item(&create(&owner, &body).await.expect(200));
    assert_eq!((&replay["id"], &replay["label"], &replay["side"]), (&json!(id), &json!(""), &json!("close")));
    assert_eq!(world.count(CIRCLES).await, 0);
    owner.post("/api/post", &json!({ "text": "x", "client_key": "k" })).await.refused(400, "invalid_client_key");
    owner.post("/api/post", &json!({ "text": "x", "client_key": "p" })).await.expect(201);
    create(&owner, &json!({ "client_key": "p" })).await.refused(400, "invalid_client_key");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_creation_that_fails_leaves_its_key_free() {
    let world = World::builder().chaos().build().await;
    let [owner, member] = world.people(["holder", "member"]).await;
    make(&owner, Side::Friends, &[&member]).await;
    let held = world.ambient.pauses.hold("social.circle.create.before_commit");
    let body = json!({ "label": "Once", "members": ["@member"], "client_key": "k" });
    let doomed = tokio::spawn({
        let (owner, body) = (owner.clone(), body.clone());
        async move { create(&owner, &body).await }
    });
    held.reached().await;
    let chaos = world.chaos.as_ref().unwrap();
    chaos.refuse().await;
    held.release();
    doomed.await.unwrap().refused(503, "unavailable");
    chaos.set(testkit::chaos::Mode::Pass);
    assert_eq!(world.count(CIRCLES).await, 1);
    assert_eq!(item(&create(&owner, &body).await.expect(200))["label"], "Once");
    assert_eq!(world.count("select count(*) from social.circle_member").await, 2);
}
