//! Leaving and deleting circles, and what a block ends.

use platform::Side;
use serde_json::{Value, json};
use testkit::World;

use crate::circles::{is_unknown, make, read};

#[tokio::test(flavor = "multi_thread")]
async fn a_member_leaves_at_once_and_for_good() {
    let world = World::new().await;
    let [owner, ben, cara] = world.people(["holder", "ben", "cara"]).await;
    let id = make(&owner, Side::Friends, &[&ben, &cara]).await;
    let leave = format!("/api/circles/{id}/leave");
    let left = cara.post(&leave, &json!({})).await.expect(200).json();
    assert_eq!(
        left,
        json!({
            "ok": true, "restricted": false, "viewer": cara.id.to_string(), "role": "me", "item": null, "left": true,
        })
    );
    let again = cara.post(&leave, &json!({})).await;
    is_unknown(&again, &cara.post("/api/circles/set_1_00000000/leave", &json!({})).await, "left already");
    assert_eq!(read(&owner, &id).await.json()["item"]["members"], json!(["@ben"]));
    let refused = owner.post(&leave, &json!({})).await;
    refused.refused(400, "owner_cannot_leave");
    assert_eq!(refused.json()["restricted"], json!(false));
    let event = owner.get(&format!("/api/circles/{id}/events")).await.json()["items"][0].take();
    assert_eq!(
        (&event["kind"], &event["by"], &event["data"]),
        (
            &json!("members_updated"),
            &json!("@cara"),
            &json!({ "from": ["@ben", "@cara"], "to": ["@ben"], "via": "leave" })
        )
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deleted_circle_is_an_unknown_one_and_leaves_nothing_but_its_posts() {
    let world = World::new().await;
    let [owner, ben, _invited] = world.people(["holder", "ben", "invited"]).await;
    let id = make(&owner, Side::Friends, &[&ben]).await;
    let body = json!({ "add": ["@invited"] });
    owner.post(&format!("/api/circles/{id}/members"), &body).await.expect(200);
    owner.post(&format!("/api/circles/{id}/invite-links"), &json!({})).await.expect(200);
    let post = json!({ "text": "in walks", "setId": id });
    let post = ben.post("/api/post", &post).await.expect(201).json()["post"]["id"].as_str().unwrap().to_owned();
    let path = format!("/api/circles/{id}");
    let deleted = owner.delete(&path).await.expect(200).json();
    let viewer = owner.id.to_string();
    let expected: Value = json!({
        "ok": true, "restricted": false, "viewer": viewer, "role": "me", "deleted": true, "id": id,
    });
    assert_eq!(deleted, expected);
    is_unknown(&owner.delete(&path).await, &owner.delete("/api/circles/set_1_00000000").await, "deleted again");
    read(&ben, &id).await.refused(404, "not_found");
    for (what, left) in [
        ("select count(*) from social.circle where id not like 'seed%'", 0),
        ("select count(*) from social.circle_member", 0),
        ("select count(*) from social.circle_event where circle not like 'seed%'", 0),
        ("select count(*) from social.invite_link", 0),
        ("select count(*) from social.invite where status = 'pending'", 0),
        ("select count(*) from social.invite where status = 'revoked' and label = 'Walks'", 1),
    ] {
        assert_eq!(world.count(what).await, left, "{what}");
    }
    let kept = ben.reads(&post).await.expect(200).json()["post"].take();
    assert_eq!((&kept["setId"], kept.get("setLabel")), (&json!(id), None));
    owner.reads(&post).await.refused(404, "not_found");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_block_ends_memberships_both_ways_in_every_side_and_is_not_named() {
    let world = World::new().await;
    let [ann, ben, cara] = world.people(["ann", "ben", "cara"]).await;
    let mut circles = Vec::new();
    for side in Side::ALL {
        ann.unplaces(&ben).await;
        circles.push((&ann, make(&ann, side, &[&ben, &cara]).await));
        ann.unplaces(&cara).await;
    }
    let theirs = make(&ben, Side::Friends, &[&ann]).await;
    let third = make(&cara, Side::Friends, &[&ann, &ben]).await;
    let joined = "select count(*) from social.circle c join social.circle_member m on m.circle = c.id
                  join social.person o on o.id = c.owner join social.person x on x.id = m.account
                  where (o.username, x.username) in (('ann', 'ben'), ('ben', 'ann'))";
    assert_eq!(world.count(joined).await, 3, "pruning took out the others");
    ben.blocks(&ann).await;
    assert_eq!(world.count(joined).await, 0);
    let (_, public) = &circles[0];
    read(&ben, public).await.refused(404, "not_found");
    read(&ann, &theirs).await.refused(404, "not_found");
    let event = ann.get(&format!("/api/circles/{public}/events")).await.json()["items"][0].take();
    assert_eq!(
        (&event["by"], &event["data"]),
        (&json!("@ann"), &json!({ "from": ["@unknown", "@cara"], "to": ["@cara"], "via": "removed" }))
    );
    // In a third person's circle both stay, and do not see each other; the owner sees both.
    assert_eq!(read(&ann, &third).await.json()["item"]["members"], json!(["@ann"]));
    assert_eq!(read(&ben, &third).await.json()["item"]["members"], json!(["@ben"]));
    assert_eq!(read(&cara, &third).await.json()["item"]["members"], json!(["@ann", "@ben"]));
    // Unblocking brings nobody back.
    ben.unblocks(&ann).await;
    assert_eq!(world.count(joined).await, 0);
    read(&ben, public).await.refused(404, "not_found");
}
