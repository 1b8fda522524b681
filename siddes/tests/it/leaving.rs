//! Going to rest, and coming back exactly as one was.

use platform::{Role, Side, person::AccountState};
use serde_json::json;
use testkit::{Answer, PASSWORD, Person, World};

use crate::mail::{address, give_password, is_in, log_in, reset};

async fn deactivate(person: &Person) -> Answer {
    person.post("/api/auth/account/deactivate", &json!({})).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_resting_account_is_gone_for_everybody_and_comes_back_whole_by_signing_in() {
    let world = World::builder().mail().build().await;
    let [ann, ben] = world.people(["ann", "ben"]).await;
    let elsewhere = log_in(&world, "ann", PASSWORD).await.0;
    ann.places(&ben, Side::Friends).await;
    let post = ann.posts(Side::Friends, "between us").await;
    let link = reset(&world, &address(&ann)).await;
    let answer = deactivate(&ann).await.expect(200);
    assert_eq!(answer.json(), json!({ "ok": true, "deactivated": true }));
    assert!(answer.headers["set-cookie"].to_str().unwrap().contains("Max-Age=0"));
    assert!(!is_in(&ann).await && !is_in(&elsewhere).await);
    let unknown = ben.reads("p_1_00000000").await.expect(404);
    assert_eq!(ben.reads(&post).await.expect(404).body_without_ids(), unknown.body_without_ids());
    assert!(ben.feed(Side::Friends).await.contents().is_empty());
    ben.get("/api/profile/ann").await.refused(404, "not_found");
    give_password(&world.anonymous(), &link, "some-other-word-9").await.refused(400, "invalid_token");
    let subjects = world.mail().await.subjects(&address(&ann));
    assert!(subjects.iter().any(|subject| subject.contains("deactivated")), "{subjects:?}");

    let back = log_in(&world, "ann", PASSWORD).await.1.expect(200);
    assert_eq!(back.json()["reactivated"], true);
    world.jobs_done().await;
    assert_eq!(ben.feed(Side::Friends).await.contents(), ["between us"]);
    assert!(!is_in(&ann).await, "the sessions of before stay ended");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ban_outlives_a_rest() {
    let world = World::new().await;
    let [ann] = world.people(["ann"]).await;
    world.auth().set_state(ann.id, AccountState::Banned, None, Some("spam")).await.expect("banned");
    deactivate(&ann).await.expect(200);
    let (ann, answer) = log_in(&world, "ann", PASSWORD).await;
    let json = answer.expect(200).json();
    assert_eq!((&json["reactivated"], &json["account"]["state"]), (&json!(true), &json!("banned")));
    ann.post("/api/post", &json!({ "text": "x" })).await.refused(403, "account_restricted");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rest_of_which_a_copy_does_not_hear_is_503_and_its_job_tells_it() {
    let world = World::builder().without_worker().build().await;
    let [ann, ben] = world.people(["ann", "ben"]).await;
    let post = ann.posts(Side::Public, "by ann").await;
    let social = world.running.local.take(Role::Social).expect("social runs here");
    deactivate(&ann).await.refused(503, "unavailable");
    deactivate(&ann).await.refused(503, "unavailable");
    assert!(!is_in(&ann).await);
    world.running.local.insert(Role::Social, social);
    let late = World::builder().beside(&world).build().await;
    late.jobs_done().await;
    ben.reads(&post).await.expect(404);
    deactivate(&world.anonymous()).await.refused(401, "restricted");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_session_that_put_an_account_to_rest_goes_on_with_it_until_every_copy_has_heard() {
    let world = World::builder().without_worker().build().await;
    let [ann, ben] = world.people(["ann", "ben"]).await;
    let elsewhere = log_in(&world, "ann", PASSWORD).await.0;
    let post = ann.posts(Side::Public, "by ann").await;
    let social = world.running.local.take(Role::Social).expect("social runs here");
    deactivate(&ann).await.refused(503, "unavailable");
    world.running.local.insert(Role::Social, social);
    // Neither another session of the account, nor anybody's.
    for other in [&elsewhere, &world.anonymous()] {
        deactivate(other).await.refused(401, "restricted");
    }
    ben.reads(&post).await.expect(200);
    deactivate(&ann).await.expect(200);
    ben.reads(&post).await.expect(404);
    deactivate(&ann).await.refused(401, "restricted");
    assert_eq!(world.count("select count(*) from auth.security_event where kind = 'deactivated'").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_session_that_put_an_account_to_rest_does_not_wake_with_it() {
    let world = World::builder().without_worker().build().await;
    let [ann] = world.people(["ann"]).await;
    let social = world.running.local.take(Role::Social).expect("social runs here");
    deactivate(&ann).await.refused(503, "unavailable");
    world.running.local.insert(Role::Social, social);
    log_in(&world, "ann", PASSWORD).await.1.expect(200);
    assert!(!is_in(&ann).await);
    deactivate(&ann).await.refused(401, "restricted");
}

#[tokio::test(flavor = "multi_thread")]
async fn rests_are_limited_by_account_and_many_at_once_are_one() {
    let world = World::new().await;
    let [ann] = world.people(["ann"]).await;
    let answers = futures::future::join_all((0..5).map(|_| deactivate(&ann))).await;
    assert!(answers.iter().all(|answer| [200, 401].contains(&answer.status.as_u16())));
    assert!(answers.iter().any(|answer| answer.status == 200), "the session may go on with it, and does it once");
    assert_eq!(world.count("select count(*) from auth.security_event where kind = 'deactivated'").await, 1);
    for number in 0..6 {
        let (back, answer) = log_in(&world, "ann", PASSWORD).await;
        answer.expect(200);
        let answer = deactivate(&back).await;
        if answer.status == 429 {
            assert_eq!(answer.json()["scope"], "auth_account_deactivate");
            return;
        }
        assert!(number < 5, "never limited");
    }
}
