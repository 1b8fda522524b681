//! By what somebody signs in, and how he changes his password.

use serde_json::{Value, json};
use testkit::{Answer, PASSWORD, Person, World};
use time::Duration;

use crate::mail::{NEW_PASSWORD, address, give_password, is_in, log_in, reset, verify};

async fn change(person: &Person, old: &str, new: &str) -> Answer {
    person.post("/api/auth/password/change", &json!({ "oldPassword": old, "newPassword": new })).await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_session_that_changes_the_password_goes_on_and_every_other_one_ends() {
    let world = World::builder().mail().build().await;
    let [ann] = world.people(["ann"]).await;
    let elsewhere = log_in(&world, "ann", PASSWORD).await.0;
    let link = reset(&world, &address(&ann)).await;
    let before = ann.cookie("siddes_session");
    let answer = change(&ann, PASSWORD, NEW_PASSWORD).await.expect(200);
    assert_eq!(answer.json(), json!({ "ok": true, "changed": true }));
    // The web client drops what this answer would set.
    assert!(!answer.headers.contains_key("set-cookie"));
    assert!(answer.statements() <= 6, "{}", answer.statements());
    assert_eq!(ann.cookie("siddes_session"), before);
    assert!(is_in(&ann).await && !is_in(&elsewhere).await);
    give_password(&world.anonymous(), &link, "some-other-word-9").await.refused(400, "invalid_token");
    log_in(&world, "ann", PASSWORD).await.1.refused(401, "invalid_credentials");
    log_in(&world, "ann", NEW_PASSWORD).await.1.expect(200);
    let subjects = world.mail().await.subjects(&address(&ann));
    assert!(subjects.iter().any(|subject| subject.contains("password changed")), "{subjects:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn refusals_of_a_change_come_in_the_contracts_order_and_change_nothing() {
    let world = World::builder().setting("SIDDES_THROTTLE_AUTH_PW_CHANGE", "off").build().await;
    let [ann] = world.people(["annabel"]).await;
    for (old, new, status, error) in [
        ("wrong", "short", 400, "weak_password"),
        ("wrong", PASSWORD, 400, "invalid_old_password"),
        ("", NEW_PASSWORD, 400, "invalid_old_password"),
        (PASSWORD, PASSWORD, 400, "same_password"),
        (PASSWORD, "annabel1", 400, "weak_password"),
        // Never trimmed.
        (&format!(" {PASSWORD}"), NEW_PASSWORD, 400, "invalid_old_password"),
    ] {
        change(&ann, old, new).await.refused(status, error);
    }
    let detail = change(&ann, PASSWORD, "12345678").await.json()["detail"].clone();
    assert_eq!(detail, json!(["This password is too common.", "This password is entirely numeric."]));
    assert_eq!(change(&ann, PASSWORD, "short").await.json()["detail"], Value::Null);
    log_in(&world, "annabel", PASSWORD).await.1.expect(200);
    change(&world.anonymous(), PASSWORD, NEW_PASSWORD).await.refused(401, "restricted");
    let aliases = json!({ "old_password": PASSWORD, "password": NEW_PASSWORD, "logoutAll": true });
    ann.post("/api/auth/password/change", &aliases).await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_passwords_count_as_wrong_sign_ins_and_right_ones_do_not() {
    let world = World::builder().setting("SIDDES_THROTTLE_AUTH_PW_CHANGE", "off").build().await;
    let [ann] = world.people(["ann"]).await;
    for _ in 0..12 {
        change(&ann, PASSWORD, PASSWORD).await.refused(400, "same_password");
    }
    for _ in 0..10 {
        change(&ann, "not-her-password", NEW_PASSWORD).await.refused(400, "invalid_old_password");
    }
    let limited = change(&ann, PASSWORD, NEW_PASSWORD).await;
    limited.refused(429, "rate_limited");
    assert_eq!(limited.json()["scope"], "auth_login_ident");
    log_in(&world, "ann", PASSWORD).await.1.refused(429, "rate_limited");
}

#[tokio::test(flavor = "multi_thread")]
async fn changes_of_a_password_are_limited_by_account() {
    let world = World::builder().setting("SIDDES_THROTTLE_AUTH_PW_CHANGE", "1/hour").build().await;
    let [ann, ben] = world.people(["ann", "ben"]).await;
    change(&ann, PASSWORD, "short").await.refused(400, "weak_password");
    let limited = change(&ann, PASSWORD, "short").await;
    limited.refused(429, "rate_limited");
    assert_eq!(limited.json()["scope"], "auth_pw_change");
    change(&ben, PASSWORD, "short").await.refused(400, "weak_password");
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_password_only_a_fresh_session_sets_one() {
    let world = World::new().await;
    let [ann] = world.people(["ann"]).await;
    let mut conn = world.database.connect().await;
    sqlx::query("update auth.account set password_hash = null").execute(&mut conn).await.unwrap();
    change(&ann, "", NEW_PASSWORD).await.expect(200);
    log_in(&world, "ann", NEW_PASSWORD).await.1.expect(200);
    sqlx::query("update auth.account set password_hash = '!imported'").execute(&mut conn).await.unwrap();
    world.ambient.clock.advance(Duration::minutes(16));
    change(&ann, "", "some-other-word-9").await.refused(403, "reauth_required");
}

#[tokio::test(flavor = "multi_thread")]
async fn of_eight_changes_at_once_exactly_one_counts() {
    let world = World::builder()
        .setting("SIDDES_THROTTLE_AUTH_PW_CHANGE", "off")
        .setting("SIDDES_THROTTLE_AUTH_LOGIN_IDENT", "off")
        .build()
        .await;
    let [ann] = world.people(["ann"]).await;
    let words: Vec<String> = (0..8).map(|number| format!("red-heron-kayak-{number}")).collect();
    let answers = futures::future::join_all(words.iter().map(|new| change(&ann, PASSWORD, new))).await;
    let won: Vec<_> = answers.iter().zip(&words).filter(|(answer, _)| answer.status == 200).collect();
    assert_eq!(won.len(), 1);
    assert!(answers.iter().all(|answer| answer.status == 200 || answer.error() == "invalid_old_password"));
    log_in(&world, "ann", won[0].1).await.1.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sign_in_by_the_old_password_that_comes_too_late_gets_no_session() {
    let world = World::new().await;
    let [ann] = world.people(["ann"]).await;
    let held = world.ambient.pauses.hold("auth.login.checked");
    let late = tokio::spawn({
        let thief = world.anonymous();
        let body = json!({ "identifier": "ann", "password": PASSWORD });
        async move { thief.post("/api/auth/login", &body).await }
    });
    held.reached().await;
    change(&ann, PASSWORD, NEW_PASSWORD).await.expect(200);
    held.release();
    late.await.unwrap().refused(401, "invalid_credentials");
    assert_eq!(world.count("select count(*) from auth.session").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_one_can_sign_in_by_is_told_with_a_hint_only() {
    let world = World::builder().mail().build().await;
    let [ann] = world.people(["ann"]).await;
    let answer = ann.get("/api/auth/connected").await.expect(200);
    assert!(answer.statements() <= 2, "{}", answer.statements());
    let methods = answer.json()["methods"].clone();
    assert_eq!(methods["password"], json!({ "enabled": true }));
    assert_eq!(methods["email"], json!({ "exists": true, "verified": false, "hint": "an***@example.test" }));
    for (name, expected) in [
        ("magicLink", json!({ "enabled": true })),
        ("passkeys", json!({ "count": 0 })),
        ("google", json!({ "connected": false })),
        ("apple", json!({ "connected": false })),
        ("phone", json!({ "connected": false, "hint": "" })),
    ] {
        assert_eq!(methods[name], expected, "{name}");
    }
    assert!(!String::from_utf8_lossy(&answer.bytes).contains("ann@"));
    verify(&world, &ann).await;
    assert_eq!(ann.get("/api/auth/connected").await.json()["methods"]["email"]["verified"], true);
    world.anonymous().get("/api/auth/connected").await.refused(401, "restricted");
}
