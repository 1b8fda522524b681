//! The end of an account: confirmed by mail, gone at once, erased after its grace, whatever fails on the way.

use platform::{Role, Side};
use serde_json::json;
use testkit::{Answer, PASSWORD, Person, World, WorldBuilder};
use time::Duration;

use crate::mail::{address, is_in, log_in, sign_up, verify};

async fn ask(person: &Person) -> Answer {
    person.post("/api/auth/account/delete/request", &json!({})).await
}

pub async fn confirm(by: &Person, token: &str) -> Answer {
    by.post("/api/auth/account/delete/confirm", &json!({ "token": token })).await
}

/// The token of the mail.
pub async fn token(world: &World, person: &Person) -> String {
    ask(person).await.expect(200);
    world.mail().await.newest(&address(person), "Confirm Siddes account deletion").token()
}

pub fn with_mail() -> WorldBuilder {
    World::builder().mail()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_confirmed_deletion_is_gone_at_once_for_everybody_and_nobody_signs_in() {
    let world = with_mail().build().await;
    let [ann, ben] = world.people(["leaving_ann", "ben"]).await;
    ask(&ann).await.refused(400, "email_not_verified");
    verify(&world, &ann).await;
    ann.places(&ben, Side::Friends).await;
    let post = ann.posts(Side::Friends, "between us").await;
    let token = token(&world, &ann).await;
    let answer = confirm(&world.anonymous(), &format!(" {token} ")).await.expect(200);
    assert_eq!(answer.json(), json!({ "ok": true, "deleted": true }));
    assert!(!is_in(&ann).await);
    ben.reads(&post).await.expect(404);
    ben.get("/api/profile/leaving_ann").await.refused(404, "not_found");
    assert!(ben.feed(Side::Friends).await.contents().is_empty());
    log_in(&world, "leaving_ann", PASSWORD).await.1.refused(401, "invalid_credentials");
    confirm(&world.anonymous(), &token).await.refused(400, "token_used");
    // Nothing is lost while the grace lasts.
    world.run_scheduled(Role::Auth, "auth.deletion.resume").await;
    assert_eq!(world.count("select count(*) from social.post").await, 1);
    let subjects = world.mail().await.subjects(&address(&ann));
    assert!(subjects.iter().any(|subject| subject.contains("deletion started")), "{subjects:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn no_token_and_a_wrong_one_delete_nobody_and_of_many_at_once_one_deletes() {
    let world = with_mail().setting("SIDDES_THROTTLE_AUTH_ACCOUNT_DELETE_CONFIRM", "off").build().await;
    let [ann] = world.people(["ann"]).await;
    let nobody = world.anonymous();
    for (body, error) in [
        (json!({}), "missing_token"),
        (json!({ "token": "  " }), "missing_token"),
        (json!({ "token": "x" }), "invalid_token"),
        (json!({ "token": "x\0" }), "invalid_token"),
    ] {
        nobody.post("/api/auth/account/delete/confirm", &body).await.refused(400, error);
    }
    verify(&world, &ann).await;
    let text = token(&world, &ann).await;
    world.ambient.clock.advance(Duration::hours(3));
    confirm(&nobody, &text).await.refused(400, "token_expired");
    let text = token(&world, &ann).await;
    let answers = futures::future::join_all((0..8).map(|_| confirm(&nobody, &text))).await;
    // Whoever comes while the first one tells the copies goes on with it.
    assert!(answers.iter().any(|answer| answer.status == 200));
    assert!(answers.iter().all(|answer| answer.status == 200 || answer.error() == "token_used"));
    assert_eq!(world.count("select count(*) from auth.deletion").await, 1);
    assert_eq!(world.count("select count(*) from auth.security_event where kind = 'deleting'").await, 1);
    nobody.get("/api/auth/account/delete/confirm").await.refused(405, "method_not_allowed");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deletion_of_which_a_copy_does_not_hear_is_503_and_the_same_token_goes_on() {
    let world = with_mail().build().await;
    let [ann, ben] = world.people(["ann", "ben"]).await;
    verify(&world, &ann).await;
    let post = ann.posts(Side::Public, "by ann").await;
    let text = token(&world, &ann).await;
    let social = world.running.local.take(Role::Social).expect("social runs here");
    let nobody = world.anonymous();
    confirm(&nobody, &text).await.refused(503, "unavailable");
    world.running.local.insert(Role::Social, social);
    // The job may have been there first.
    let again = confirm(&nobody, &text).await;
    assert!(again.status == 200 || again.error() == "token_used", "{}", again.json());
    ben.reads(&post).await.expect(404);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_next_owner_of_a_name_is_never_found() {
    let world = with_mail().without_worker().build().await;
    let ann = sign_up(&world, "leaving_ann", "leaving_ann@example.test").await;
    ann.post("/api/auth/username/set", &json!({ "username": "ann_who_leaves" })).await.expect(200);
    let db = world.running.databases.first().expect("auth's");
    svc_auth::operator::delete(db, ann.id, Duration::ZERO, world.ambient.clock.now()).await.expect("begun");
    world.ambient.clock.advance(Duration::minutes(11));
    world.auth().go_on_deleting(ann.id).await.expect("done");
    let sql = "select count(*) from auth.reserved_name where name like '%ann%' or account is not null";
    assert_eq!(world.count(sql).await, 0, "kept as digests");
    let take = async |name: &str| {
        let body = json!({ "email": "next@example.test", "username": name, "password": PASSWORD });
        world.anonymous().post("/api/auth/signup", &body).await
    };
    take("ann_who_leaves").await.refused(409, "signup_unavailable");
    take("leaving_ann").await.refused(409, "signup_unavailable");
    world.ambient.clock.advance(Duration::days(91));
    take("ann_who_leaves").await.refused(409, "signup_unavailable");
    let [ben] = world.people(["ben"]).await;
    let renamed = ben.post("/api/auth/username/set", &json!({ "username": "ann_who_leaves" })).await;
    renamed.refused(409, "username_taken");
    // One that she had before is free again, as it would be if she were here.
    take("leaving_ann").await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_operator_takes_a_deletion_back_within_the_grace_and_not_after() {
    let world = with_mail().build().await;
    let [ann, ben] = world.people(["ann", "ben"]).await;
    verify(&world, &ann).await;
    let post = ann.posts(Side::Public, "by ann").await;
    let text = token(&world, &ann).await;
    confirm(&world.anonymous(), &text).await.expect(200);
    let db = world.running.databases.first().expect("auth's");
    svc_auth::operator::restore(db, ann.id, world.ambient.clock.now()).await.expect("taken back");
    world.jobs_done().await;
    ben.reads(&post).await.expect(200);
    let (mut back, answer) = log_in(&world, "ann", PASSWORD).await;
    answer.expect(200);
    (back.name, back.id) = ("ann".to_owned(), ann.id);
    let text = token(&world, &back).await;
    confirm(&world.anonymous(), &text).await.expect(200);
    world.ambient.clock.advance(Duration::days(8));
    world.run_scheduled(Role::Auth, "auth.deletion.resume").await;
    svc_auth::operator::restore(db, ann.id, world.ambient.clock.now()).await.expect_err("too late");
    assert_eq!(world.count("select count(*) from social.post").await, 0);
}
