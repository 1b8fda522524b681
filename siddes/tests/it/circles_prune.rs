//! What a change of a placement does to circles: nobody stays where he is no longer shown the Side.

use platform::Side;
use serde_json::{Value, json};
use testkit::{Person, World, WorldBuilder};

use crate::circles::{make, patch, read};

fn unhurried() -> WorldBuilder {
    World::builder().setting("SIDDES_THROTTLE_CIRCLES_WRITE", "off").setting("SIDDES_THROTTLE_SIDE_WRITE", "off")
}

/// The Sides of the owner's circles that somebody belongs to.
async fn belongs_to(person: &Person) -> Vec<String> {
    let items = person.get("/api/circles").await.expect(200).json()["items"].take();
    let joined = |item: &&Value| item["isOwner"] == json!(false);
    let mut sides: Vec<String> =
        items.as_array().unwrap().iter().filter(joined).map(|item| item["side"].as_str().unwrap().to_owned()).collect();
    sides.sort();
    sides
}

/// Puts somebody into one circle of each Side, as if he had accepted an invite to each.
async fn into_all(world: &World, owner: &Person, member: &Person) {
    let sql = "insert into social.circle_member (circle, account, via, joined_at)
               select id, $2, 'invite', now() from social.circle where owner = $1 and id not like 'seed%'
               on conflict do nothing";
    sqlx::query(sql).bind(owner.id.0).bind(member.id.0).execute(&mut world.database.connect().await).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn every_change_keeps_exactly_what_the_new_placement_opens() {
    let world = unhurried().build().await;
    let [owner, member] = world.people(["holder", "member"]).await;
    for side in Side::ALL {
        make(&owner, side, &[]).await;
    }
    let kept = |to: &str| -> &[&str] {
        match to {
            "friends" => &["friends", "public"],
            "close" => &["close", "friends", "public"],
            "work" => &["public", "work"],
            _ => &["public"],
        }
    };
    for from in ["public", "friends", "close", "work"] {
        for to in ["public", "friends", "close", "work"] {
            owner.side(&member, "friends").await.expect(200);
            owner.side(&member, from).await.expect(200);
            into_all(&world, &owner, &member).await;
            let answer = owner.side(&member, to).await;
            if answer.status != 200 {
                answer.refused(400, "friends_required");
                continue;
            }
            // Only a real change prunes: whoever joined by his own act stays.
            let expected: Vec<&str> =
                if from == to { vec!["close", "friends", "public", "work"] } else { kept(to).to_vec() };
            assert_eq!(belongs_to(&member).await, expected, "{from} to {to}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn pruning_is_told_to_the_circle_and_its_reason_to_the_owner() {
    let world = World::new().await;
    let [owner, ben, cara] = world.people(["holder", "ben", "cara"]).await;
    let id = make(&owner, Side::Friends, &[&ben, &cara]).await;
    let before = read(&owner, &id).await.json()["item"]["updatedAt"].as_i64().unwrap();
    world.ambient.clock.advance(time::Duration::seconds(5));
    owner.side(&ben, "work").await.expect(200);
    read(&ben, &id).await.refused(404, "not_found");
    assert!(read(&owner, &id).await.json()["item"]["updatedAt"].as_i64().unwrap() > before);
    let event = |answer: testkit::Answer| answer.expect(200).json()["items"][0].take();
    let told = event(owner.get(&format!("/api/circles/{id}/events")).await);
    let mut data = json!({ "from": ["@ben", "@cara"], "to": ["@cara"], "via": "side_prune" });
    let to_members = event(cara.get(&format!("/api/circles/{id}/events")).await);
    assert_eq!((&to_members["by"], &to_members["data"]), (&json!("@holder"), &data));
    data["member"] = json!("@ben");
    data["allowed"] = json!(["work"]);
    assert_eq!(told["data"], data);
    // Shown the Side again, he is not back; but the owner may take him in.
    owner.side(&ben, "friends").await.expect(200);
    read(&ben, &id).await.refused(404, "not_found");
    patch(&owner, &id, &json!({ "members": ["@ben", "@cara"] })).await.expect(200);
    read(&ben, &id).await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_accepted_request_prunes_like_a_placement() {
    let world = World::new().await;
    let [owner, ben] = world.people(["holder", "ben"]).await;
    let id = make(&owner, Side::Friends, &[&ben]).await;
    let asked = ben.post("/api/access-requests", &json!({ "username": "holder", "side": "work" })).await.expect(200);
    let request = asked.json()["id"].as_str().unwrap().to_owned();
    owner.post(&format!("/api/access-requests/{request}/respond"), &json!({ "action": "accept" })).await.expect(200);
    read(&ben, &id).await.refused(404, "not_found");
}

#[tokio::test(flavor = "multi_thread")]
async fn unfollowing_and_unplacing_leave_circles_of_the_public_side_alone() {
    let world = World::new().await;
    let [owner, fan] = world.people(["holder", "fan"]).await;
    fan.post("/api/follow", &json!({ "username": "holder", "follow": true })).await.expect(200);
    let made = owner.post("/api/circles", &json!({ "side": "public", "members": ["@fan"] })).await.expect(200).json();
    let id = made["item"]["id"].as_str().unwrap();
    owner.side(&fan, "friends").await.expect(200);
    owner.side(&fan, "public").await.expect(200);
    fan.post("/api/follow", &json!({ "username": "holder", "follow": false })).await.expect(200);
    read(&fan, id).await.expect(200);
}
