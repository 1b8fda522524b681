//! A new password by mail: it proves the mailbox, ends every session, and is told of.

use platform::person::AccountState;
use serde_json::json;
use testkit::{PASSWORD, World};

use crate::mail::{NEW_PASSWORD, address, give_password, is_in, log_in, reset, sign_up, verify};

#[tokio::test(flavor = "multi_thread")]
async fn a_new_password_ends_every_session_but_its_own_and_is_told() {
    let world = World::builder().mail().build().await;
    let [ann] = world.people(["ann"]).await;
    let elsewhere = log_in(&world, "ann", PASSWORD).await.0;
    let token = reset(&world, "ann@example.test").await;
    let browser = world.anonymous();
    let entered = give_password(&browser, &token, " spaced out 77 ").await.expect(200);
    let mut json = entered.json();
    assert_eq!((&json["reset"], &json["emailVerified"]), (&json!(true), &json!(true)));
    json.as_object_mut().unwrap().remove("reset");
    assert_eq!(json, browser.get("/api/auth/me").await.expect(200).json());
    assert!(!is_in(&ann).await && !is_in(&elsewhere).await);
    log_in(&world, "ann", PASSWORD).await.1.refused(401, "invalid_credentials");
    // Never trimmed.
    log_in(&world, "ann", "spaced out 77").await.1.refused(401, "invalid_credentials");
    log_in(&world, "ann", " spaced out 77 ").await.1.expect(200);
    let subjects = world.mail().await.subjects(&address(&ann));
    assert_eq!(subjects.last().map(String::as_str), Some("Siddes security alert: password changed"));
    let kept = "select count(*) from auth.security_event where kind in ('password_changed', 'email_verified')";
    assert_eq!(world.count(kept).await, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn it_is_asked_for_by_name_or_address_in_any_spelling() {
    let world = World::builder().mail().setting("SIDDES_THROTTLE_AUTH_PW_RESET_IDENT", "off").build().await;
    let [ann] = world.people(["ann"]).await;
    for (number, body) in [
        json!({ "identifier": "@ANN" }),
        json!({ "identifier": " ann " }),
        json!({ "email": "Ann@Example.test" }),
        json!({ "identifier": "", "email": "ann" }),
    ]
    .into_iter()
    .enumerate()
    {
        world.ambient.clock.advance(time::Duration::seconds(61));
        let answer = world.anonymous().post("/api/auth/password/reset/request", &body).await.expect(200);
        assert_eq!(answer.json(), json!({ "ok": true, "queued": true }));
        let letters = world.mail().await.subjects(&address(&ann));
        let resets = letters.iter().filter(|subject| subject.contains("Reset")).count();
        assert_eq!(resets, number + 1, "{body}");
    }
    for body in [json!({}), json!({ "identifier": "  " }), json!({ "identifier": 5 })] {
        world.anonymous().post("/api/auth/password/reset/request", &body).await.refused(400, "missing_identifier");
    }
    let text = world.mail().await.newest(&address(&ann), "Reset your Siddes password").text();
    assert!(text.contains("/reset-password?token=") && text.contains("ignore this mail"), "{text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_password_wakes_a_resting_account() {
    let world = World::builder().mail().build().await;
    let [ann] = world.people(["ann"]).await;
    verify(&world, &ann).await;
    world.auth().set_state(ann.id, AccountState::Deactivated, None, None).await.expect("set");
    let token = reset(&world, &address(&ann)).await;
    let entered = give_password(&world.anonymous(), &token, NEW_PASSWORD).await.expect(200);
    assert_eq!(entered.json()["reactivated"], true);
    log_in(&world, "ann", NEW_PASSWORD).await.1.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sign_in_with_the_old_password_beside_the_new_one_is_for_nothing() {
    let world = World::builder().mail().build().await;
    let [ann] = world.people(["ann"]).await;
    let token = reset(&world, &address(&ann)).await;
    let held = world.ambient.pauses.hold("auth.login.checked");
    let late = tokio::spawn({
        let nobody = world.anonymous();
        let body = json!({ "identifier": "ann", "password": PASSWORD });
        async move { nobody.post("/api/auth/login", &body).await }
    });
    held.reached().await;
    give_password(&world.anonymous(), &token, NEW_PASSWORD).await.expect(200);
    held.release();
    late.await.unwrap().refused(401, "invalid_credentials");
    assert_eq!(world.count("select count(*) from auth.session").await, 1, "that of the new password");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_claim_by_name_gets_its_mail_while_nobody_has_proven_the_address() {
    let world = World::builder().mail().build().await;
    let email = "shared@example.test";
    let ann = sign_up(&world, "ann", email).await;
    let ben = sign_up(&world, "ben", email).await;
    // By the address the newest claim is meant, by a name its own.
    let token = reset(&world, email).await;
    let entered = give_password(&world.anonymous(), &token, NEW_PASSWORD).await.expect(200);
    assert_eq!(entered.json()["user"]["username"], "ben");
    assert!(!is_in(&ben).await);
    // Now it is proven: the other claim gets nothing any more.
    let before = world.mail().await.to(email).len();
    let body = json!({ "identifier": "ann" });
    world.anonymous().post("/api/auth/password/reset/request", &body).await.expect(200);
    assert_eq!(world.mail().await.to(email).len(), before);
    assert!(is_in(&ann).await);
}
