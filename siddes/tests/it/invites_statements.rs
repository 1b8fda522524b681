//! What invites and links cost, in SQL statements of all services together, whatever the length of a list.

use platform::Side;
use serde_json::json;
use testkit::World;

use crate::{
    circles::{make, patch},
    invite_links::{link, preview, revoke},
    invite_links_accept::accept,
    invites::{answer, invite, invited},
};

#[tokio::test(flavor = "multi_thread")]
async fn every_call_keeps_its_budget() {
    let world = World::builder().setting("SIDDES_QUOTA_INVITES_CREATE_PER_DAY", "50").build().await;
    let [owner, ann, ben, cara] = world.people(["holder", "ann", "ben", "cara"]).await;
    owner.places(&cara, Side::Friends).await;
    let circle = make(&owner, Side::Friends, &[]).await;
    let made = invite(&owner, &circle, "@ann").await.expect(200);
    let id = made.json()["item"]["id"].as_str().unwrap().to_owned();
    let of_ben = invited(&owner, &circle, &ben).await;
    let token = link(&owner, &circle, &json!({})).await;
    let links = format!("/api/circles/{circle}/invite-links");
    for (what, answer, most) in [
        ("create", made, 10),
        ("repeat", invite(&owner, &circle, "@ann").await, 10),
        ("list", owner.get("/api/invites").await, 4),
        ("one", ann.get(&format!("/api/invites/{id}")).await, 2),
        ("accept", answer(&ann, &id, "accept").await, 10),
        ("accept again", answer(&ann, &id, "accept").await, 10),
        ("reject", answer(&ben, &of_ben, "reject").await, 10),
        ("links", owner.get(&links).await, 2),
        ("make a link", owner.post(&links, &json!({})).await, 10),
        ("preview", ann.get(&format!("/api/invite-links/{token}")).await, 2),
        ("join", accept(&cara, &token).await, 10),
        ("join again", accept(&cara, &token).await, 10),
        ("revoke", revoke(&owner, &circle, &token).await, 2),
        ("move", patch(&owner, &circle, &json!({ "side": "work", "members": ["@ben", "@cara"] })).await, 10),
        ("preview of a revoked one", preview(&world.anonymous(), &token).await, 1),
    ] {
        let cost = answer.expect(200).statements();
        assert!(cost <= most, "{what}: {cost} statements, {most} allowed");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_long_list_costs_what_a_short_one_does() {
    let world = World::new().await;
    let [owner, ann] = world.people(["holder", "ann"]).await;
    let circle = make(&owner, Side::Friends, &[]).await;
    invited(&owner, &circle, &ann).await;
    let short = owner.get("/api/invites").await.expect(200).statements();
    let sql = "insert into social.invite (id, circle, inviter, invitee, label, side, status, created_at, updated_at)
               select 'inv_x_' || n, 'set_x_' || n, $1, $2, 'x', 'work', 'rejected', now(), now()
               from generate_series(1, 150) n";
    sqlx::query(sql).bind(owner.id.0).bind(ann.id.0).execute(&mut world.database.connect().await).await.unwrap();
    let long = owner.get("/api/invites").await.expect(200);
    assert_eq!(long.json()["items"].as_array().unwrap().len(), 151);
    assert_eq!(long.statements(), short);
}
