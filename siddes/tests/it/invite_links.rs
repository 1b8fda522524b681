//! Links as their owner makes, lists and revokes them, and what a link says to whoever holds it.

use platform::{Role, Side, person::AccountState};
use serde_json::{Value, json};
use testkit::{Answer, Person, World};
use time::Duration;

use crate::circles::{is_unknown, make, patch};

/// Makes a link, and returns its token.
pub async fn link(owner: &Person, circle: &str, body: &Value) -> String {
    let item = owner.post(&format!("/api/circles/{circle}/invite-links"), body).await.expect(200).json()["item"].take();
    item["token"].as_str().unwrap().to_owned()
}

pub async fn links(person: &Person, circle: &str) -> Vec<Value> {
    let answer = person.get(&format!("/api/circles/{circle}/invite-links")).await.expect(200).json();
    answer["items"].as_array().unwrap().clone()
}

pub async fn revoke(person: &Person, circle: &str, token: &str) -> Answer {
    person.post(&format!("/api/circles/{circle}/invite-links/{token}/revoke"), &json!({})).await
}

pub async fn preview(person: &Person, token: &str) -> Answer {
    person.get(&format!("/api/invite-links/{token}")).await.expect(200)
}

/// A reason without an item: nothing of circle or owner is told.
async fn leads_nowhere(person: &Person, token: &str, reason: &str) {
    let told = preview(person, token).await.json();
    assert_eq!(told, json!({ "ok": true, "valid": false, "reason": reason, "item": null }));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_owner_makes_links_with_bounds() {
    let world = World::new().await;
    let [owner] = world.people(["holder"]).await;
    let circle = make(&owner, Side::Close, &[]).await;
    let path = format!("/api/circles/{circle}/invite-links");
    let item = owner.post(&path, &json!({})).await.expect(200).json()["item"].take();
    let token = item["token"].as_str().unwrap();
    assert!(token.starts_with("il_") && token.len() == 35, "{token}");
    for (name, value) in [
        ("setId", json!(circle)),
        ("setLabel", json!("Walks")),
        ("side", json!("close")),
        ("maxUses", json!(10)),
        ("uses", json!(0)),
        ("revokedAt", json!(null)),
        ("status", json!("active")),
    ] {
        assert_eq!(item[name], value, "{name}");
    }
    let day = 86_400_000;
    let lasts = |item: &Value| item["expiresAt"].as_i64().map(|at| (at - item["createdAt"].as_i64().unwrap()) / day);
    assert_eq!(lasts(&item), Some(14));
    for (body, uses, days) in [
        (json!({ "maxUses": 0, "expiresDays": 0 }), 1, None),
        (json!({ "max_uses": 900, "expires_days": 900 }), 200, Some(365)),
        (json!({ "maxUses": "5", "expiresDays": "5" }), 10, Some(14)),
    ] {
        let item = owner.post(&path, &body).await.expect(200).json()["item"].take();
        assert_eq!((&item["maxUses"], lasts(&item)), (&json!(uses), days), "{body}");
    }
    assert_eq!(links(&owner, &circle).await.len(), 4);
    assert_eq!(links(&owner, &circle).await[3], item, "newest first");
    assert_eq!(owner.get(&format!("/api/sets/{circle}/invite-links")).await.json()["items"][3], item);
}

#[tokio::test(flavor = "multi_thread")]
async fn to_everybody_but_the_owner_there_are_no_links() {
    let world = World::new().await;
    let [owner, member, stranger] = world.people(["holder", "member", "stranger"]).await;
    let circle = make(&owner, Side::Friends, &[&member]).await;
    let token = link(&owner, &circle, &json!({})).await;
    let theirs = make(&member, Side::Friends, &[]).await;
    for person in [&member, &stranger] {
        assert!(links(person, &circle).await.is_empty());
        assert!(links(person, "no%20such").await.is_empty());
        let path = |circle: &str| format!("/api/circles/{circle}/invite-links");
        let unknown = person.post(&path("set_1_00000000"), &json!({})).await;
        is_unknown(&person.post(&path(&circle), &json!({})).await, &unknown, "create");
        let unknown = revoke(person, &circle, "il_00000000000000000000000000000000").await;
        is_unknown(&revoke(person, &circle, &token).await, &unknown, "revoke");
        unknown.refused(404, "not_found");
    }
    revoke(&member, &theirs, &token).await.refused(404, "not_found");
    for (circle, token) in [(circle.as_str(), "junk"), ("b_team", token.as_str())] {
        revoke(&owner, circle, token).await.refused(404, "not_found");
    }
    let nobody = world.anonymous();
    let path = format!("/api/circles/{circle}/invite-links");
    let told = nobody.get(&path).await.expect(200).json();
    assert_eq!(told, json!({ "ok": true, "restricted": true, "viewer": null, "role": "anon", "items": [] }));
    nobody.post(&path, &json!({})).await.refused(401, "restricted");
    revoke(&nobody, &circle, &token).await.refused(401, "restricted");
    assert_eq!(links(&owner, &circle).await[0]["status"], "active");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_circle_has_twenty_active_links_and_the_first_revocation_counts() {
    let world = World::builder().setting("SIDDES_THROTTLE_INVITES_LINKS", "off").build().await;
    let [owner] = world.people(["holder"]).await;
    let circle = make(&owner, Side::Friends, &[]).await;
    let path = format!("/api/circles/{circle}/invite-links");
    let body = json!({});
    let answers = futures::future::join_all((0..22).map(|_| owner.post(&path, &body))).await;
    let (made, refused): (Vec<_>, Vec<_>) = answers.into_iter().partition(|answer| answer.status == 200);
    assert_eq!((made.len(), refused.len()), (20, 2));
    refused[0].refused(409, "link_limit");
    let token = made[0].json()["item"]["token"].as_str().unwrap().to_owned();
    let first = revoke(&owner, &circle, &token).await.expect(200).json()["item"].take();
    assert_eq!((&first["status"], &first["token"]), (&json!("revoked"), &json!(token)));
    world.ambient.clock.advance(Duration::minutes(1));
    assert_eq!(revoke(&owner, &circle, &token).await.expect(200).json()["item"], first);
    link(&owner, &circle, &body).await;
    owner.post(&path, &body).await.refused(409, "link_limit");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restricted_owner_revokes_and_makes_none() {
    let world = World::new().await;
    let [owner] = world.people(["holder"]).await;
    let circle = make(&owner, Side::Friends, &[]).await;
    let token = link(&owner, &circle, &json!({})).await;
    world.auth().set_state(owner.id, AccountState::Suspended, None, None).await.expect("suspended");
    owner.post(&format!("/api/circles/{circle}/invite-links"), &json!({})).await.refused(403, "account_restricted");
    revoke(&owner, &circle, &token).await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_preview_names_circle_and_owner_and_nothing_else() {
    let world = World::new().await;
    let [ann_lee, ben] = world.people(["ann_lee", "ben"]).await;
    let circle = make(&ann_lee, Side::Friends, &[]).await;
    let token = link(&ann_lee, &circle, &json!({ "maxUses": 3, "expiresDays": 0 })).await;
    patch(&ann_lee, &circle, &json!({ "label": "Secret" })).await.expect(200);
    let expected = json!({
        "ok": true, "valid": true, "reason": "active",
        "item": {
            "token": token, "setLabel": "Walks", "uses": 0, "maxUses": 3, "expiresAt": null, "status": "active",
            "owner": { "handle": "@ann_lee", "name": "Ann Lee" },
        },
    });
    for person in [&world.anonymous(), &ben, &ann_lee] {
        let answer = preview(person, &token).await;
        assert_eq!(answer.json(), expected);
        for (name, value) in
            [("cache-control", "private, no-store"), ("x-robots-tag", "noindex"), ("referrer-policy", "no-referrer")]
        {
            assert_eq!(answer.headers[name], value);
        }
    }
    assert_eq!(ben.get("/api/invites").await.headers["referrer-policy"], "same-origin", "as everywhere else");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_that_leads_nowhere_tells_nothing_but_its_state() {
    let world = World::builder().setting("SIDDES_THROTTLE_INVITES_LINKS", "off").build().await;
    let [owner, ben, blocker, blocked] = world.people(["holder", "ben", "blocker", "blocked"]).await;
    let nobody = world.anonymous();
    let circle = make(&owner, Side::Friends, &[]).await;
    let revoked = link(&owner, &circle, &json!({})).await;
    revoke(&owner, &circle, &revoked).await.expect(200);
    let used = link(&owner, &circle, &json!({ "maxUses": 1 })).await;
    ben.post(&format!("/api/invite-links/{used}/accept"), &json!({})).await.expect(200);
    let short = link(&owner, &circle, &json!({ "expiresDays": 1 })).await;
    let stays = link(&owner, &circle, &json!({})).await;
    world.ambient.clock.advance(Duration::days(1));
    let moving = make(&owner, Side::Friends, &[]).await;
    let moved = link(&owner, &moving, &json!({})).await;
    patch(&owner, &moving, &json!({ "side": "work" })).await.expect(200);
    let dying = make(&owner, Side::Friends, &[]).await;
    let dead = link(&owner, &dying, &json!({})).await;
    owner.delete(&format!("/api/circles/{dying}")).await.expect(200);
    for person in [&nobody, &ben, &owner] {
        leads_nowhere(person, &revoked, "revoked").await;
        leads_nowhere(person, &used, "used_up").await;
        leads_nowhere(person, &short, "expired").await;
        for token in [moved.as_str(), &dead, "junk", "il_%00", "il_00000000000000000000000000000000"] {
            leads_nowhere(person, token, "not_found").await;
        }
        leads_nowhere(person, &format!("il_{}", "a".repeat(100)), "not_found").await;
    }
    // Back in its Side the circle is there again, and the link stays revoked.
    patch(&owner, &moving, &json!({ "side": "friends" })).await.expect(200);
    leads_nowhere(&nobody, &moved, "revoked").await;

    blocker.blocks(&owner).await;
    owner.blocks(&blocked).await;
    for person in [&blocker, &blocked] {
        let unknown = preview(person, "il_00000000000000000000000000000000").await;
        let answer = preview(person, &stays).await;
        assert_eq!(answer.body_without_ids(), unknown.body_without_ids());
        assert_eq!(answer.headers_without_ids(), unknown.headers_without_ids());
        assert_eq!(answer.statements(), unknown.statements());
        leads_nowhere(person, &revoked, "not_found").await;
    }
    world.auth().set_state(owner.id, AccountState::Deactivated, None, None).await.expect("gone");
    leads_nowhere(&nobody, &stays, "not_found").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn finished_links_go_after_ninety_days() {
    let world = World::new().await;
    let [owner] = world.people(["holder"]).await;
    let circle = make(&owner, Side::Friends, &[]).await;
    let revoked = link(&owner, &circle, &json!({ "expiresDays": 0 })).await;
    link(&owner, &circle, &json!({ "expiresDays": 0 })).await;
    link(&owner, &circle, &json!({ "expiresDays": 10 })).await;
    revoke(&owner, &circle, &revoked).await.expect(200);
    for (age, left) in [(89, 3), (91, 2), (101, 1)] {
        let now = world.ambient.clock.now();
        let sql = "update social.invite_link
                   set updated_at = $1, revoked_at = case when revoked_at is null then null else $1 end,
                       expires_at = case when expires_at is null then null else $1 + interval '10 days' end";
        let mut conn = world.database.connect().await;
        sqlx::query(sql).bind(now - Duration::days(age)).execute(&mut conn).await.unwrap();
        world.run_scheduled(Role::Social, "social.invite_link.purge").await;
        assert_eq!(world.count("select count(*) from social.invite_link").await, left, "{age} days");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_answer_but_the_owners_and_no_event_holds_a_token() {
    let world = World::new().await;
    let [owner, ben] = world.people(["holder", "ben"]).await;
    let circle = make(&owner, Side::Friends, &[]).await;
    let token = link(&owner, &circle, &json!({})).await;
    let joined = ben.post(&format!("/api/invite-links/{token}/accept"), &json!({})).await.expect(200);
    assert!(!joined.json().to_string().contains(&token));
    for path in [format!("/api/circles/{circle}"), format!("/api/circles/{circle}/events"), "/api/circles".to_owned()] {
        for person in [&owner, &ben] {
            assert!(!person.get(&path).await.expect(200).json().to_string().contains(&token), "{path}");
        }
    }
}
