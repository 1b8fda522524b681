//! Joining by a link: one use for one new member, and nobody comes in whom the owner took out or a block keeps away.

use platform::{Side, person::AccountState};
use serde_json::{Value, json};
use testkit::{Answer, Person, World};
use time::Duration;

use crate::{
    circles::{is_unknown, make, patch, read},
    invite_links::{link, links, revoke},
    invites::{fill, invited, told},
};

const UNKNOWN: &str = "il_00000000000000000000000000000000";

pub async fn accept(person: &Person, token: &str) -> Answer {
    person.post(&format!("/api/invite-links/{token}/accept"), &json!({})).await
}

/// Uses that the owner's first link has spent.
async fn uses(owner: &Person, circle: &str) -> Value {
    links(owner, circle).await[0]["uses"].clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn refusals_come_in_the_contracts_order() {
    let world = World::builder().setting("SIDDES_THROTTLE_INVITES_LINKS_ACCEPT", "off").build().await;
    let [owner, ben, first] = world.people(["holder", "ben", "first"]).await;
    let circle = make(&owner, Side::Close, &[]).await;
    for token in [UNKNOWN, "junk", "il_%00"] {
        accept(&ben, token).await.refused(404, "not_found");
    }
    let revoked = link(&owner, &circle, &json!({ "maxUses": 1 })).await;
    let expired = link(&owner, &circle, &json!({ "maxUses": 1, "expiresDays": 1 })).await;
    let used = link(&owner, &circle, &json!({ "maxUses": 1 })).await;
    let active = link(&owner, &circle, &json!({ "expiresDays": 0 })).await;
    owner.places(&first, Side::Friends).await;
    accept(&first, &used).await.expect(200);
    revoke(&owner, &circle, &revoked).await.expect(200);
    world.ambient.clock.advance(Duration::days(1));
    // State comes before whether he may join at all.
    accept(&ben, &revoked).await.refused(404, "revoked");
    accept(&ben, &expired).await.refused(404, "expired");
    accept(&ben, &used).await.refused(404, "used_up");
    fill(&world, &circle, 200).await;
    accept(&ben, &active).await.refused(409, "friends_required");
    owner.places(&ben, Side::Work).await;
    accept(&ben, &active).await.refused(409, "friends_required");
    owner.places(&ben, Side::Friends).await;
    accept(&ben, &active).await.refused(409, "circle_full");
    sqlx::query("delete from social.circle_member where account > 1000000")
        .execute(&mut world.database.connect().await)
        .await
        .unwrap();
    for sql in [
        "insert into social.circle (id, owner, side, label, color, created_at, updated_at)
         select 'set_x_' || n, 1000000, 'work', 'x', 'blue', now(), now() from generate_series(1, 500) n where $1 > 0",
        "insert into social.circle_member (circle, account, via, joined_at)
         select 'set_x_' || n, $1, 'add', now() from generate_series(1, 500) n",
    ] {
        sqlx::query(sql).bind(ben.id.0).execute(&mut world.database.connect().await).await.unwrap();
    }
    accept(&ben, &active).await.refused(409, "membership_limit");
    let spent = links(&owner, &circle).await.into_iter().map(|link| link["uses"].as_i64().unwrap()).sum::<i64>();
    assert_eq!(spent, 1, "no refusal spends a use");
    sqlx::query("delete from social.circle_member where circle like 'set_x%'")
        .execute(&mut world.database.connect().await)
        .await
        .unwrap();
    accept(&ben, &active).await.expect(200);
    accept(&world.anonymous(), &active).await.refused(401, "restricted");
    world.auth().set_state(first.id, AccountState::ReadOnly, None, None).await.expect("read only");
    accept(&first, &active).await.refused(403, "account_restricted");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stranger_joins_and_only_a_new_member_spends_a_use() {
    let world = World::new().await;
    let [owner, ben] = world.people(["holder", "ben"]).await;
    let circle = make(&owner, Side::Friends, &[]).await;
    let token = link(&owner, &circle, &json!({})).await;
    let joined = accept(&ben, &token).await.expect(200).json();
    assert_eq!(
        joined,
        json!({
            "ok": true, "restricted": false, "viewer": ben.id.to_string(), "role": "me", "joined": true,
            "setId": circle, "setLabel": "Walks", "side": "friends",
        })
    );
    assert_eq!(read(&ben, &circle).await.expect(200).json()["item"]["members"], json!(["@ben"]));
    let events = owner.get(&format!("/api/circles/{circle}/events")).await.expect(200).json();
    let event = &events["items"][0];
    assert_eq!((&event["by"], &event["data"]["via"]), (&json!("@ben"), &json!("invite_link")));
    assert_eq!(uses(&owner, &circle).await, 1);
    // A member already, and the owner himself.
    assert_eq!(accept(&ben, &token).await.expect(200).json(), joined);
    assert_eq!(accept(&owner, &token).await.expect(200).json()["joined"], true);
    revoke(&owner, &circle, &token).await.expect(200);
    accept(&ben, &token).await.expect(200);
    accept(&owner, &token).await.expect(200);
    assert_eq!(uses(&owner, &circle).await, 1);
    assert_eq!(read(&owner, &circle).await.json()["item"]["members"], json!(["@ben"]));
}

#[tokio::test(flavor = "multi_thread")]
async fn who_left_comes_back_by_a_link_and_who_was_removed_does_not() {
    let world = World::new().await;
    let [owner, leaver, removed] = world.people(["holder", "leaver", "removed"]).await;
    let circle = make(&owner, Side::Friends, &[]).await;
    let token = link(&owner, &circle, &json!({})).await;
    for person in [&leaver, &removed] {
        accept(person, &token).await.expect(200);
    }
    leaver.post(&format!("/api/circles/{circle}/leave"), &json!({})).await.expect(200);
    owner.post(&format!("/api/circles/{circle}/members"), &json!({ "remove": ["@removed"] })).await.expect(200);
    is_unknown(&accept(&removed, &token).await, &accept(&removed, UNKNOWN).await, "removed");
    accept(&leaver, &token).await.expect(200);
    assert_eq!(read(&owner, &circle).await.json()["item"]["members"], json!(["@leaver"]));
    // Asked back, he comes; and then a link is no matter.
    let id = invited(&owner, &circle, &removed).await;
    crate::invites::answer(&removed, &id, "accept").await.expect(200);
    accept(&removed, &token).await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_that_leads_nowhere_for_somebody_is_an_unknown_one_to_him() {
    let world = World::new().await;
    let [owner, blocker, blocked, ben, gone] = world.people(["holder", "blocker", "blocked", "ben", "gone"]).await;
    let circle = make(&owner, Side::Friends, &[]).await;
    let token = link(&owner, &circle, &json!({})).await;
    blocker.blocks(&owner).await;
    owner.blocks(&blocked).await;
    let of_gone = link(&gone, &make(&gone, Side::Friends, &[]).await, &json!({})).await;
    world.auth().set_state(gone.id, AccountState::Banned, None, None).await.expect("gone");
    let moving = make(&owner, Side::Friends, &[]).await;
    let moved = link(&owner, &moving, &json!({})).await;
    patch(&owner, &moving, &json!({ "side": "work" })).await.expect(200);
    let dying = make(&owner, Side::Friends, &[]).await;
    let dead = link(&owner, &dying, &json!({})).await;
    owner.delete(&format!("/api/circles/{dying}")).await.expect(200);
    for (person, token, what) in [
        (&blocker, &token, "he has blocked the owner"),
        (&blocked, &token, "the owner has blocked him"),
        (&ben, &of_gone, "the owner is gone"),
        (&ben, &moved, "the circle has moved"),
        (&ben, &dead, "the circle is deleted"),
    ] {
        is_unknown(&accept(person, token).await, &accept(person, UNKNOWN).await, what);
    }
    assert_eq!(world.count("select count(*) from social.circle_member").await, 0);
    assert_eq!(uses(&owner, &circle).await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn joining_by_a_link_answers_the_invite_that_waits() {
    let world = World::new().await;
    let [owner, ben] = world.people(["holder", "ben"]).await;
    let circle = make(&owner, Side::Friends, &[]).await;
    let other = make(&owner, Side::Friends, &[]).await;
    let (id, elsewhere) = (invited(&owner, &circle, &ben).await, invited(&owner, &other, &ben).await);
    let token = link(&owner, &circle, &json!({})).await;
    accept(&ben, &token).await.expect(200);
    assert_eq!(told(&ben, &id).await["status"], "accepted");
    assert_eq!(told(&ben, &elsewhere).await["status"], "pending");
}
