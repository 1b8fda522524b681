//! Invites and links at once with everything that ends them: arranged by pause points, or many times over.

use futures::future::join_all;
use platform::Side;
use serde_json::{Value, json};
use testkit::{Answer, Person, World, WorldBuilder};

use crate::{
    circles::{make, patch, read},
    invite_links::{link, links, revoke},
    invite_links_accept::accept,
    invites::{PENDING, answer, invite, invited, told},
};

const MEMBERS: &str = "select count(*) from social.circle_member";

fn unhurried() -> WorldBuilder {
    ["CIRCLES_WRITE", "INVITES_CREATE", "INVITES_ACTION", "INVITES_LINKS", "INVITES_LINKS_ACCEPT", "SAFETY_BLOCK"]
        .iter()
        .fold(World::builder(), |builder, scope| builder.setting(&format!("SIDDES_THROTTLE_{scope}"), "off"))
}

fn later(person: &Person, id: &str, action: &'static str) -> tokio::task::JoinHandle<Answer> {
    let (person, id) = (person.clone(), id.to_owned());
    tokio::spawn(async move { answer(&person, &id, action).await })
}

#[tokio::test(flavor = "multi_thread")]
async fn the_last_use_taken_by_twelve_makes_one_member() {
    let world = unhurried().build().await;
    let [owner] = world.people(["holder"]).await;
    let names =
        ["p0", "p1", "p2", "p3", "p4", "p5", "p6", "p7", "p8", "p9", "p10", "p11"].map(|name| format!("one_{name}"));
    let people = world.people(names.each_ref().map(String::as_str)).await;
    let circle = make(&owner, Side::Friends, &[]).await;
    let token = link(&owner, &circle, &json!({ "maxUses": 1 })).await;
    let answers = join_all(people.iter().map(|person| accept(person, &token))).await;
    let (joined, refused): (Vec<_>, Vec<_>) = answers.iter().partition(|answer| answer.status == 200);
    assert_eq!((joined.len(), refused.len()), (1, 11));
    for answer in refused {
        answer.refused(404, "used_up");
    }
    assert_eq!((world.count(MEMBERS).await, links(&owner, &circle).await[0]["uses"].clone()), (1, json!(1)));
}

#[tokio::test(flavor = "multi_thread")]
async fn one_person_at_once_spends_one_use() {
    let world = unhurried().build().await;
    let [owner, ben] = world.people(["holder", "ben"]).await;
    let circle = make(&owner, Side::Friends, &[]).await;
    let token = link(&owner, &circle, &json!({})).await;
    let id = invited(&owner, &circle, &ben).await;
    let by_link = join_all((0..6).map(|_| accept(&ben, &token)));
    let by_invite = join_all((0..6).map(|_| answer(&ben, &id, "accept")));
    let (by_link, by_invite) = tokio::join!(by_link, by_invite);
    for answer in by_link.into_iter().chain(by_invite) {
        answer.expect(200);
    }
    assert_eq!((world.count(MEMBERS).await, world.count(PENDING).await), (1, 0));
    assert_eq!(told(&ben, &id).await["status"], "accepted");
    assert!(links(&owner, &circle).await[0]["uses"].as_i64().unwrap() <= 1);
    let joined = "select count(*) from social.circle_event where kind = 'members_updated'";
    assert_eq!(world.count(joined).await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_answers_at_once_exactly_one_counts() {
    let world = unhurried().setting("SIDDES_INVITE_REJECT_COOLDOWN_DAYS", "0").build().await;
    let [owner, ben] = world.people(["holder", "ben"]).await;
    for _ in 0..5 {
        let circle = make(&owner, Side::Friends, &[]).await;
        let id = invited(&owner, &circle, &ben).await;
        let calls = (0..16).map(|number| match number % 4 {
            0 | 1 => later(&ben, &id, "accept"),
            2 => later(&ben, &id, "reject"),
            _ => later(&owner, &id, "revoke"),
        });
        let answers = join_all(calls.collect::<Vec<_>>()).await;
        let told = told(&ben, &id).await;
        for answer in answers {
            assert_eq!(answer.unwrap().expect(200).json()["item"], told, "all are told the same");
        }
        let accepted = told["status"] == "accepted";
        assert_eq!(read(&ben, &circle).await.status == 200, accepted);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_block_waits_for_who_accepts_first_and_ends_what_he_got() {
    let world = World::new().await;
    let [owner, ben] = world.people(["holder", "ben"]).await;
    let circle = make(&owner, Side::Friends, &[]).await;
    let id = invited(&owner, &circle, &ben).await;
    let held = world.ambient.pauses.hold("social.invite.accept.before_commit");
    let accepting = later(&ben, &id, "accept");
    held.reached().await;
    let committed = world.ambient.pauses.hold("safety.block.committed");
    let block = tokio::spawn({
        let (owner, ben) = (owner.clone(), ben.clone());
        async move { owner.blocks(&ben).await }
    });
    committed.reached().await;
    committed.release();
    held.release();
    assert_eq!(accepting.await.unwrap().expect(200).json()["item"]["status"], "accepted");
    block.await.unwrap();
    assert_eq!(world.count(MEMBERS).await, 0);
    read(&ben, &circle).await.refused(404, "not_found");
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_runs_beside_a_block_nothing_is_left_between_the_two() {
    let world = unhurried().build().await;
    let [owner, ben] = world.people(["holder", "ben"]).await;
    let circle = make(&owner, Side::Friends, &[]).await;
    let token = link(&owner, &circle, &json!({ "maxUses": 200 })).await;
    for _ in 0..12 {
        sqlx::query("delete from social.circle_departure").execute(&mut world.database.connect().await).await.unwrap();
        let id = invited(&owner, &circle, &ben).await;
        let invites = join_all((0..2).map(|_| invite(&owner, &circle, "@ben")));
        let accepts = join_all((0..2).map(|_| answer(&ben, &id, "accept")));
        tokio::join!(invites, accepts, accept(&ben, &token), ben.blocks(&owner));
        assert_eq!((world.count(MEMBERS).await, world.count(PENDING).await), (0, 0));
        ben.unblocks(&owner).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn accepting_beside_a_deletion_finds_the_circle_or_ends_revoked() {
    let world = unhurried().build().await;
    let [owner, ben] = world.people(["holder", "ben"]).await;
    // The deletion comes while the invite is being accepted: it waits for it, and takes the membership with it.
    let circle = make(&owner, Side::Friends, &[]).await;
    let id = invited(&owner, &circle, &ben).await;
    let held = world.ambient.pauses.hold("social.invite.accept.before_commit");
    let accepting = later(&ben, &id, "accept");
    held.reached().await;
    let deleting = tokio::spawn({
        let (owner, path) = (owner.clone(), format!("/api/circles/{circle}"));
        async move { owner.delete(&path).await }
    });
    held.release();
    assert_eq!(accepting.await.unwrap().expect(200).json()["item"]["status"], "accepted");
    deleting.await.unwrap().expect(200);
    assert_eq!(world.count(MEMBERS).await, 0);
    // It comes before the invite is fixed.
    let circle = make(&owner, Side::Friends, &[]).await;
    let id = invited(&owner, &circle, &ben).await;
    let held = world.ambient.pauses.hold("social.invite.accept.met");
    let accepting = later(&ben, &id, "accept");
    held.reached().await;
    owner.delete(&format!("/api/circles/{circle}")).await.expect(200);
    held.release();
    assert_eq!(accepting.await.unwrap().expect(200).json()["item"]["status"], "revoked");
    for _ in 0..8 {
        let circle = make(&owner, Side::Friends, &[]).await;
        let (id, path) = (invited(&owner, &circle, &ben).await, format!("/api/circles/{circle}"));
        let token = link(&owner, &circle, &json!({})).await;
        let (by_invite, by_link, deleted) =
            tokio::join!(answer(&ben, &id, "accept"), accept(&ben, &token), owner.delete(&path));
        deleted.expect(200);
        by_invite.expect(200);
        assert!([200, 404].contains(&by_link.status.as_u16()), "{}", by_link.status);
        assert_eq!((world.count(MEMBERS).await, world.count(PENDING).await), (0, 0));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn accepting_beside_a_move_carries_nobody_to_a_side_he_is_not_shown() {
    let world = unhurried().build().await;
    let [owner, ben] = world.people(["holder", "ben"]).await;
    for _ in 0..8 {
        let circle = make(&owner, Side::Friends, &[]).await;
        let (id, to) = (invited(&owner, &circle, &ben).await, json!({ "side": "close" }));
        let token = link(&owner, &circle, &json!({})).await;
        let (by_invite, by_link, moved) =
            tokio::join!(answer(&ben, &id, "accept"), accept(&ben, &token), patch(&owner, &circle, &to));
        moved.expect(200);
        by_invite.expect(200);
        assert!([200, 404].contains(&by_link.status.as_u16()), "{}", by_link.status);
        assert_eq!((world.count(MEMBERS).await, world.count(PENDING).await), (0, 0));
        accept(&ben, &token).await.refused(404, "not_found");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_joins_after_a_revocation_is_told() {
    let world = unhurried().build().await;
    let [owner, ben, cara] = world.people(["holder", "ben", "cara"]).await;
    let circle = make(&owner, Side::Friends, &[]).await;
    let token = link(&owner, &circle, &json!({})).await;
    // Who came first is waited for.
    let held = world.ambient.pauses.hold("social.invite_link.accept.before_commit");
    let joining = tokio::spawn({
        let (ben, token) = (ben.clone(), token.clone());
        async move { accept(&ben, &token).await }
    });
    held.reached().await;
    let revoking = tokio::spawn({
        let (owner, circle, token) = (owner.clone(), circle.clone(), token.clone());
        async move { revoke(&owner, &circle, &token).await }
    });
    held.release();
    joining.await.unwrap().expect(200);
    let item: Value = revoking.await.unwrap().expect(200).json()["item"].take();
    assert_eq!((&item["uses"], &item["status"]), (&json!(1), &json!("revoked")));
    // Who comes later is not.
    let token = link(&owner, &circle, &json!({})).await;
    let held = world.ambient.pauses.hold("social.invite_link.accept.met");
    let joining = tokio::spawn({
        let (cara, token) = (cara.clone(), token.clone());
        async move { accept(&cara, &token).await }
    });
    held.reached().await;
    revoke(&owner, &circle, &token).await.expect(200);
    held.release();
    joining.await.unwrap().refused(404, "revoked");
    assert_eq!(world.count(MEMBERS).await, 1);
}
