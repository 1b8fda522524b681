//! Editing, moving, deleting and leaving circles.

use platform::{Side, person::AccountState};
use serde_json::{Value, json};
use testkit::{Person, World};

use crate::circles::{make, patch, read};

/// Kind and data of what happened to a circle, newest first.
async fn events(person: &Person, id: &str) -> Vec<Value> {
    let items = person.get(&format!("/api/circles/{id}/events")).await.expect(200).json()["items"].take();
    items.as_array().unwrap().iter().map(|event| json!([event["kind"], event["data"]])).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_edit_changes_what_it_names_and_tells_it_in_order() {
    let world = World::new().await;
    let [owner, ben, cara] = world.people(["holder", "ben", "cara"]).await;
    let id = make(&owner, Side::Friends, &[&ben]).await;
    owner.places(&cara, Side::Friends).await;
    let body = json!({ "label": "  Hikes ", "side": "PUBLIC", "color": "Slate", "members": ["@cara"] });
    let item = patch(&owner, &id, &body).await.expect(200).json()["item"].take();
    assert_eq!(
        json!([item["label"], item["side"], item["color"], item["members"]]),
        json!(["Hikes", "public", "slate", ["@ben", "@cara"]]),
        "beside other members of the body, a list only adds"
    );
    assert_eq!(read(&owner, &id).await.json()["item"], item);
    assert_eq!(
        events(&owner, &id).await[..4],
        [
            json!(["recolored", { "from": "emerald", "to": "slate" }]),
            json!(["moved_side", { "from": "friends", "to": "public" }]),
            json!(["members_updated", { "from": ["@ben"], "to": ["@ben", "@cara"] }]),
            json!(["renamed", { "from": "Walks", "to": "Hikes" }]),
        ]
    );
    let alone = patch(&owner, &id, &json!({ "members": ["@cara"] })).await.expect(200).json();
    assert_eq!(alone["item"]["members"], json!(["@cara"]), "alone it is the whole list");
    read(&ben, &id).await.refused(404, "not_found");
    let beside = patch(&owner, &id, &json!({ "label": " ", "members": [] })).await.expect(200).json();
    assert_eq!(beside["item"]["members"], json!(["@cara"]));
    assert_eq!(patch(&owner, &id, &json!({ "members": [] })).await.expect(200).json()["item"]["members"], json!([]));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_changes_nothing_leaves_no_trace() {
    let world = World::new().await;
    let [owner, ben] = world.people(["holder", "ben"]).await;
    let id = make(&owner, Side::Friends, &[&ben]).await;
    let before = read(&owner, &id).await.json()["item"].take();
    for body in [
        json!({}),
        json!({ "label": "   " }),
        json!({ "label": "Walks", "side": "friends", "color": "emerald", "members": ["@ben"] }),
        json!({ "label": 5, "side": {}, "color": [], "members": "@nobody" }),
        json!({ "label": null, "side": null, "color": null, "members": null }),
        json!({ "members": ["@Ben", "ben"] }),
        json!({ "unknown": 1 }),
    ] {
        assert_eq!(patch(&owner, &id, &body).await.expect(200).json()["item"], before, "{body}");
    }
    assert_eq!(read(&owner, &id).await.json()["item"], before);
    assert_eq!(events(&owner, &id).await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn refusals_of_an_edit_come_in_order_and_to_the_owner_only() {
    let world = World::new().await;
    let [owner, other] = world.people(["holder", "other"]).await;
    let id = make(&owner, Side::Friends, &[]).await;
    let names: Vec<String> = (0..201).map(|number| format!("@nobody_{number}")).collect();
    let mut body = json!({ "side": "nope", "color": "zzz", "members": names });
    patch(&other, &id, &body).await.refused(404, "not_found");
    patch(&owner, "set_1_00000000", &body).await.refused(404, "not_found");
    patch(&owner, &id, &body).await.refused(400, "invalid_side");
    body["side"] = json!("close");
    patch(&owner, &id, &body).await.refused(400, "invalid_color");
    body["color"] = json!("rose");
    let refused = patch(&owner, &id, &body).await;
    refused.refused(400, "too_many_members");
    assert_eq!((&refused.json()["max"], &refused.json()["restricted"]), (&json!(200), &json!(false)));
    assert_eq!(read(&owner, &id).await.json()["item"]["side"], "friends");
}

#[tokio::test(flavor = "multi_thread")]
async fn gone_members_are_not_shown_and_not_thrown_out_by_being_left_out() {
    let world = World::new().await;
    let [owner, ben, gone] = world.people(["holder", "ben", "gone"]).await;
    let id = make(&owner, Side::Friends, &[&ben, &gone]).await;
    world.auth().set_state(gone.id, AccountState::Banned, None, None).await.expect("banned");
    assert_eq!(read(&ben, &id).await.json()["item"]["members"], json!(["@ben"]));
    read(&gone, &id).await.refused(404, "not_found");
    let item = patch(&owner, &id, &json!({ "members": ["@ben"] })).await.expect(200).json()["item"].take();
    assert_eq!(item["members"], json!(["@ben"]));
    world.auth().set_state(gone.id, AccountState::Active, None, None).await.expect("back");
    assert_eq!(read(&gone, &id).await.expect(200).json()["item"]["members"], json!(["@ben", "@gone"]));
    // By name he goes, gone or not.
    let path = format!("/api/circles/{id}/members");
    owner.post(&path, &json!({ "remove": ["@gone"] })).await.expect(200);
    read(&gone, &id).await.refused(404, "not_found");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_gone_owners_circle_is_gone_for_everybody_else() {
    let world = World::new().await;
    let [owner, ben] = world.people(["holder", "ben"]).await;
    let id = make(&owner, Side::Friends, &[&ben]).await;
    world.auth().set_state(owner.id, AccountState::Banned, None, None).await.expect("banned");
    read(&ben, &id).await.refused(404, "not_found");
    assert!(ben.get(&format!("/api/circles/{id}/events")).await.status == 404);
    ben.post(&format!("/api/circles/{id}/leave"), &json!({})).await.refused(404, "not_found");
    read(&owner, &id).await.expect(200);
    world.auth().set_state(owner.id, AccountState::Active, None, None).await.expect("back");
    read(&ben, &id).await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_move_carries_nobody_to_a_side_that_he_is_not_shown() {
    let world = World::new().await;
    let [owner, friend, close, invited] = world.people(["holder", "friend", "close_one", "invited"]).await;
    owner.places(&close, Side::Close).await;
    let id = make(&owner, Side::Friends, &[&friend]).await;
    let body = json!({ "add": ["@close_one", "@invited"] });
    owner.post(&format!("/api/circles/{id}/members"), &body).await.expect(200);
    let item = patch(&owner, &id, &json!({ "side": "close" })).await.expect(200).json()["item"].take();
    assert_eq!(
        (&item["members"], &item["side"], &item["color"]),
        (&json!(["@close_one"]), &json!("close"), &json!("emerald"))
    );
    read(&friend, &id).await.refused(404, "not_found");
    assert_eq!(
        events(&owner, &id).await[..2],
        [
            json!(["moved_side", { "from": "friends", "to": "close" }]),
            json!(["members_updated", {
                "from": ["@friend", "@close_one"], "to": ["@close_one"], "via": "side_move",
            }]),
        ]
    );
    assert_eq!(world.count("select count(*) from social.invite where status = 'pending'").await, 0);
    assert_eq!(world.count("select count(*) from social.circle_departure where how = 'removed'").await, 1);
    // Back it brings nobody back; to the public Side everybody stays.
    let item = patch(&owner, &id, &json!({ "side": "friends" })).await.expect(200).json()["item"].take();
    assert_eq!(item["members"], json!(["@close_one"]));
    let item = patch(&owner, &id, &json!({ "side": "public" })).await.expect(200).json()["item"].take();
    assert_eq!(item["members"], json!(["@close_one"]));
    read(&invited, &id).await.refused(404, "not_found");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_restricted_may_only_take_away() {
    let world = World::new().await;
    let [owner, ben, cara] = world.people(["holder", "ben", "cara"]).await;
    let id = make(&owner, Side::Friends, &[&ben, &cara]).await;
    let other = make(&owner, Side::Work, &[]).await;
    let foreign = make(&ben, Side::Friends, &[&owner]).await;
    world.auth().set_state(owner.id, AccountState::Suspended, None, Some("spam")).await.expect("suspended");
    for body in
        [json!({ "label": "x" }), json!({ "side": "work" }), json!({ "members": ["@ben", "@cara", "@nobody_new"] })]
    {
        let refused = patch(&owner, &id, &body).await;
        // A list that adds nobody is no growth.
        if body.get("members").is_some() {
            refused.expect(200)
        } else {
            refused.expect(403)
        };
    }
    owner.post("/api/circles", &json!({})).await.refused(403, "account_restricted");
    let path = format!("/api/circles/{id}/members");
    patch(&owner, &id, &json!({ "members": ["@ben"] })).await.expect(200);
    owner.post(&path, &json!({ "add": ["@cara"] })).await.refused(403, "account_restricted");
    owner.post(&path, &json!({ "remove": ["@ben"] })).await.expect(200);
    assert_eq!(read(&owner, &id).await.json()["item"]["members"], json!([]));
    owner.post(&format!("/api/circles/{foreign}/leave"), &json!({})).await.expect(200);
    owner.delete(&format!("/api/circles/{other}")).await.expect(200);
    owner.delete("/api/circles/zz").await.refused(404, "not_found");
}
