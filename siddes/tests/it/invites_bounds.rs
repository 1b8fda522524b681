//! What bounds invites: the day's quota, time, and the state of the account.

use platform::{Role, Side, person::AccountState};
use serde_json::json;
use testkit::World;
use time::Duration;

use crate::{
    circles::{make, read},
    invites::{PENDING, answer, invite, invited, list, told},
};

#[tokio::test(flavor = "multi_thread")]
async fn what_was_really_made_counts_for_the_day() {
    let world = World::builder().setting("SIDDES_QUOTA_INVITES_CREATE_PER_DAY", "2").build().await;
    let [owner, ann, ben, cara] = world.people(["holder", "ann", "ben", "cara"]).await;
    let circle = make(&owner, Side::Friends, &[]).await;
    invite(&owner, &circle, "@nobody").await.refused(404, "user_not_found");
    invited(&owner, &circle, &ann).await;
    invited(&owner, &circle, &ann).await;
    // Those who are asked because they cannot be added count too; the rest is skipped.
    let body = json!({ "add": ["@ann", "@ben", "@cara"] });
    let added = owner.post(&format!("/api/circles/{circle}/members"), &body).await.expect(200).json();
    assert_eq!((&added["invited"], &added["skipped"]), (&json!(["@ann", "@ben"]), &json!(["@cara"])));
    let refused = invite(&owner, &circle, "@cara").await;
    refused.refused(429, "quota_exceeded");
    assert_eq!(refused.json()["action"], "invites_create");
    assert_eq!(world.count("select coalesce(sum(used), 0)::bigint from social.quota").await, 2);
    assert_eq!(world.count(PENDING).await, 2);
    drop((ben, cara));
}

#[tokio::test(flavor = "multi_thread")]
async fn time_ends_what_nobody_answers_and_a_new_one_may_be_made_at_once() {
    let world = World::builder().setting("SIDDES_INVITE_TTL_DAYS", "2").without_worker().build().await;
    let [owner, ben] = world.people(["holder", "ben"]).await;
    let circle = make(&owner, Side::Friends, &[]).await;
    let id = invited(&owner, &circle, &ben).await;
    world.ambient.clock.advance(Duration::days(2) + Duration::seconds(1));
    // Nothing has written it down, and everybody is told.
    for person in [&owner, &ben] {
        let item = told(person, &id).await;
        assert_eq!((&item["status"], &item["expired"]), (&json!("revoked"), &json!(true)));
    }
    let late = answer(&ben, &id, "accept").await.expect(200).json();
    assert_eq!(late["item"]["status"], "revoked");
    let next = invited(&owner, &circle, &ben).await;
    assert_ne!(next, id);
    assert_eq!(told(&ben, &id).await["status"], "revoked");
    answer(&ben, &next, "accept").await.expect(200);
    read(&ben, &circle).await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_jobs_expire_what_is_overdue_and_forget_what_is_old() {
    let world = World::builder().setting("SIDDES_INVITE_TTL_DAYS", "2").build().await;
    let [owner, ann, ben] = world.people(["holder", "ann", "ben"]).await;
    let circle = make(&owner, Side::Friends, &[]).await;
    let overdue = invited(&owner, &circle, &ann).await;
    world.ambient.clock.advance(Duration::days(1));
    invited(&owner, &circle, &ben).await;
    world.ambient.clock.advance(Duration::days(1) + Duration::seconds(1));
    world.run_scheduled(Role::Social, "social.invite.expire").await;
    let expired = "select count(*) from social.invite where status = 'revoked' and expired";
    assert_eq!((world.count(expired).await, world.count(PENDING).await), (1, 1));
    let item = told(&owner, &overdue).await;
    assert_eq!((&item["status"], &item["expired"]), (&json!("revoked"), &json!(true)));
    for (age, left) in [(179, 2), (181, 1)] {
        let then = world.ambient.clock.now() - Duration::days(age);
        sqlx::query("update social.invite set updated_at = $1")
            .bind(then)
            .execute(&mut world.database.connect().await)
            .await
            .unwrap();
        world.run_scheduled(Role::Social, "social.invite.purge").await;
        assert_eq!(world.count("select count(*) from social.invite").await, left, "{age} days");
    }
    assert_eq!(world.count(PENDING).await, 1, "what waits is never old");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restricted_owner_asks_nobody() {
    let world = World::new().await;
    let [owner, ben] = world.people(["holder", "ben"]).await;
    let circle = make(&owner, Side::Friends, &[]).await;
    world.auth().set_state(owner.id, AccountState::ReadOnly, None, None).await.expect("read only");
    invite(&owner, &circle, "@ben").await.refused(403, "account_restricted");
    assert!(list(&ben, "").await.is_empty());
}
