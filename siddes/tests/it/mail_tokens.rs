//! One-time tokens: one effect at most, in any concurrency; used, expired, voided and unknown ones have none.

use futures::future::join_all;
use http::Method;
use platform::{Role, person::AccountState};
use serde_json::json;
use testkit::{PASSWORD, World};
use time::Duration;

use crate::mail::{
    NEW_PASSWORD, address, asks_to_change, change, give, give_password, is_in, link, log_in, reset, verify,
};

const CONFIRMS: [&str; 4] = ["verify/confirm", "magic/consume", "password/reset/confirm", "email/change/confirm"];

#[tokio::test(flavor = "multi_thread")]
async fn refusals_of_a_token_come_in_the_contracts_order() {
    let world = World::builder().mail().build().await;
    let [ann] = world.people(["ann"]).await;
    let verifies = world.mail().await.newest(&address(&ann), "Verify").token();
    for path in CONFIRMS {
        let with = async |token: &str| {
            let body = json!({ "token": token, "password": NEW_PASSWORD });
            world.anonymous().post(&format!("/api/auth/{path}"), &body).await
        };
        for blank in ["", " \n"] {
            with(blank).await.refused(400, "missing_token");
        }
        world.anonymous().post(&format!("/api/auth/{path}"), &json!({})).await.refused(400, "missing_token");
        for unknown in ["x", "a\u{0}b", &"A".repeat(43), &"A".repeat(5_000)] {
            with(unknown).await.refused(400, "invalid_token");
        }
        // A token of another kind is an unknown one.
        if path != "verify/confirm" {
            with(&verifies).await.refused(400, "invalid_token");
        }
    }
    // Pages trim what is pasted; so do we.
    give(&ann, "verify/confirm", &format!(" {verifies}\n")).await.expect(200);
    give(&ann, "verify/confirm", &verifies).await.refused(400, "token_used");
    let token = link(&world, &address(&ann)).await;
    world.ambient.clock.advance(Duration::minutes(15));
    give(&world.anonymous(), "magic/consume", &token).await.refused(400, "token_expired");
}

#[tokio::test(flavor = "multi_thread")]
async fn no_token_is_taken_from_an_address_or_by_reading() {
    let world = World::builder().mail().build().await;
    let [ann] = world.people(["ann"]).await;
    let token = world.mail().await.newest(&address(&ann), "Verify").token();
    for path in CONFIRMS {
        ann.get(&format!("/api/auth/{path}?token={token}")).await.refused(405, "method_not_allowed");
        let posted = ann.call(Method::POST, &format!("/api/auth/{path}?token={token}"), Some(&json!({}))).await;
        posted.refused(400, "missing_token");
    }
    give(&ann, "verify/confirm", &token).await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_eight_calls_at_once_exactly_one_takes_the_token() {
    let world = World::builder().mail().build().await;
    for (round, path) in CONFIRMS.into_iter().enumerate() {
        let names = ["ann", "ben", "cem", "dan"];
        let [person] = world.people([names[round]]).await;
        let token = match path {
            "verify/confirm" => world.mail().await.newest(&address(&person), "Verify").token(),
            "magic/consume" => link(&world, &address(&person)).await,
            "password/reset/confirm" => reset(&world, &address(&person)).await,
            _ => change(&world, &person, "elsewhere@example.test").await,
        };
        let calls = (0..8).map(|_| async {
            let body = json!({ "token": token, "password": NEW_PASSWORD });
            world.anonymous().post(&format!("/api/auth/{path}"), &body).await
        });
        let answers = join_all(calls).await;
        let taken = answers.iter().filter(|answer| answer.status == 200).count();
        assert_eq!(taken, 1, "{path}");
        for answer in answers.iter().filter(|answer| answer.status != 200) {
            answer.refused(400, "token_used");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn only_the_newest_of_a_kind_is_good_and_a_moment_has_one_mail() {
    let world = World::builder().mail().build().await;
    let [ann] = world.people(["ann"]).await;
    verify(&world, &ann).await;
    let first = link(&world, &address(&ann)).await;
    // Within the minute nothing more is written, and what was stays good.
    for _ in 0..3 {
        world.anonymous().post("/api/auth/magic/request", &json!({ "email": address(&ann) })).await.expect(200);
    }
    world.jobs_done().await;
    let links = |world: &World| world.mail.as_ref().unwrap().subjects(&address(&ann));
    assert_eq!(links(&world).iter().filter(|subject| subject.contains("link")).count(), 1);
    let second = link(&world, &address(&ann)).await;
    assert_ne!(first, second);
    give(&world.anonymous(), "magic/consume", &first).await.refused(400, "invalid_token");
    give(&world.anonymous(), "magic/consume", &second).await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_eight_requests_at_once_one_mail_is_written() {
    let world = World::builder().mail().setting("SIDDES_THROTTLE_AUTH_VERIFY_RESEND", "off").build().await;
    let [ann] = world.people(["ann"]).await;
    world.mail().await;
    world.ambient.clock.advance(Duration::seconds(61));
    let nothing = json!({});
    let answers = join_all((0..8).map(|_| ann.post("/api/auth/verify/resend", &nothing))).await;
    let sent = answers.iter().filter(|answer| answer.json()["sent"] == true).count();
    assert_eq!(sent, 1);
    let rest = answers.iter().filter(|answer| answer.json()["cooldownRemainingSec"].is_i64()).count();
    assert_eq!(rest, 7);
    assert_eq!(world.mail().await.to(&address(&ann)).len(), 2, "with that of the sign-up");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_guarded_something_that_changed_is_void() {
    let world = World::builder().mail().build().await;
    let [ann] = world.people(["ann"]).await;
    verify(&world, &ann).await;
    // A new password ends what whoever knew the old one may have asked for.
    let (magic, first) = (link(&world, &address(&ann)).await, reset(&world, &address(&ann)).await);
    let moved = change(&world, &ann, "elsewhere@example.test").await;
    give_password(&ann, &first, NEW_PASSWORD).await.expect(200);
    give(&world.anonymous(), "magic/consume", &magic).await.refused(400, "invalid_token");
    give(&world.anonymous(), "email/change/confirm", &moved).await.refused(400, "invalid_token");
    let again = json!({ "newEmail": "moved@example.test", "password": NEW_PASSWORD });
    ann.post("/api/auth/email/change/request", &again).await.expect(200);
    let moved = world.mail().await.newest("moved@example.test", "Confirm your Siddes email change").token();
    // Another address ends everything that went to the old one.
    let (magic, second) = (link(&world, &address(&ann)).await, reset(&world, &address(&ann)).await);
    give(&ann, "email/change/confirm", &moved).await.expect(200);
    give(&world.anonymous(), "magic/consume", &magic).await.refused(400, "invalid_token");
    give_password(&world.anonymous(), &second, PASSWORD).await.refused(400, "invalid_token");
    assert!(is_in(&ann).await, "sessions stay");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_that_ended_has_no_tokens() {
    let world = World::builder().mail().build().await;
    let [ann] = world.people(["ann"]).await;
    verify(&world, &ann).await;
    let (magic, new) = (link(&world, &address(&ann)).await, reset(&world, &address(&ann)).await);
    let moved = change(&world, &ann, "moved@example.test").await;
    for state in [AccountState::Deleting, AccountState::Deleted] {
        world.auth().set_state(ann.id, state, None, None).await.expect("set");
        give(&world.anonymous(), "magic/consume", &magic).await.refused(400, "invalid_token");
        give_password(&world.anonymous(), &new, NEW_PASSWORD).await.refused(400, "invalid_token");
        give(&world.anonymous(), "email/change/confirm", &moved).await.refused(400, "invalid_token");
        // And gets no new ones.
        let before = world.mail().await.letters().len();
        world.ambient.clock.advance(Duration::seconds(61));
        world.anonymous().post("/api/auth/magic/request", &json!({ "email": address(&ann) })).await.expect(200);
        assert_eq!(world.mail().await.letters().len(), before);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_is_nowhere_in_the_database_and_goes_thirty_days_after_its_end() {
    let world = World::builder().mail().without_worker().build().await;
    let [ann] = world.people(["ann"]).await;
    asks_to_change(&ann, "secret@elsewhere.test").await.expect(200);
    world.anonymous().post("/api/auth/magic/request", &json!({ "email": "magic@elsewhere.test" })).await.expect(200);
    // Nothing that waits shows an address, and the jobs carry keys.
    let shown = "select count(*) from auth_jobs._private_jobs where payload::text like '%example.test%'
                 or payload::text like '%elsewhere%'";
    assert_eq!(world.count(shown).await, 0);
    assert_eq!(world.count("select count(*) from auth.mail where letter::text like '%elsewhere%'").await, 0);
    let late = World::builder().beside(&world).build().await;
    let token = late.mail().await.newest(&address(&ann), "Verify").token();
    let hashed = "select count(*) from auth.token where hash ~ '^[0-9a-f]{64}$' and sealed is null";
    assert_eq!(world.count(hashed).await, 2);
    let all = "select t::text from auth.token t union all select m::text from auth.mail m";
    let rows: Vec<String> = sqlx::query_scalar(all).fetch_all(&mut world.database.connect().await).await.unwrap();
    assert!(rows.iter().all(|row| !row.contains(&token)), "{rows:?}");
    // The clocks are two: the sweep goes by the late one's.
    late.ambient.clock.advance(Duration::days(31) - Duration::minutes(5));
    late.run_scheduled(Role::Auth, "auth.token.purge").await;
    assert_eq!(world.count("select count(*) from auth.token").await, 1, "that of the sign-up was good for a day");
    late.ambient.clock.advance(Duration::minutes(10));
    late.run_scheduled(Role::Auth, "auth.token.purge").await;
    assert_eq!(world.count("select count(*) from auth.token").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_password_leaves_the_token_good() {
    let world = World::builder().mail().build().await;
    let [lanternman] = world.people(["lanternman"]).await;
    let token = reset(&world, &address(&lanternman)).await;
    let nobody = world.anonymous();
    // By its length before the token is looked at.
    give_password(&nobody, "unknown", "short").await.refused(400, "weak_password");
    give_password(&nobody, "unknown", "lanternman9").await.refused(400, "invalid_token");
    give_password(&nobody, "", "short").await.refused(400, "missing_token");
    let weak = give_password(&nobody, &token, "lanternman9").await;
    weak.refused(400, "weak_password");
    assert_eq!(weak.json()["detail"], json!(["The password is too similar to the username."]));
    give_password(&nobody, &token, NEW_PASSWORD).await.expect(200);
    log_in(&world, "lanternman", NEW_PASSWORD).await.1.expect(200);
}
