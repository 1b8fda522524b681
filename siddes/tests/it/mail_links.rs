//! Sign-in links: they prove the mailbox, and end what somebody set up who never did.

use platform::person::AccountState;
use serde_json::json;
use testkit::{PASSWORD, World};

use crate::mail::{NEW_PASSWORD, address, give, is_in, link, log_in, sign_up, verify};

#[tokio::test(flavor = "multi_thread")]
async fn a_link_signs_in_with_the_members_of_me_and_leads_where_it_was_asked_to() {
    let world = World::builder().mail().build().await;
    let [ann] = world.people(["ann"]).await;
    verify(&world, &ann).await;
    let body = json!({ "email": " ANN@Example.test ", "next": "/u/ben?x=1" });
    let asked = world.anonymous().post("/api/auth/magic/request", &body).await.expect(200);
    assert!(asked.json()["message"].is_string());
    let letter = world.mail().await.newest(&address(&ann), "Your Siddes sign-in link");
    let text = letter.text();
    for part in ["&next=%2Fu%2Fben%3Fx%3D1", "@ann", "15 minutes"] {
        assert!(text.contains(part), "{part}: {text}");
    }
    let browser = world.anonymous();
    let entered = give(&browser, "magic/consume", &letter.token()).await.expect(200);
    assert_eq!(entered.json(), browser.get("/api/auth/me").await.expect(200).json());
    assert!(is_in(&ann).await, "a proven address ends no other session");
    log_in(&world, "ann", PASSWORD).await.1.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_path_that_is_not_our_own_is_dropped() {
    let world = World::builder().mail().setting("SIDDES_THROTTLE_AUTH_MAGIC_IDENT", "off").build().await;
    let [ann] = world.people(["ann"]).await;
    for next in ["//evil.test", "https://evil.test", "/\\evil.test", "/a\r\nb", "evil", "/a\u{0}b"] {
        world.ambient.clock.advance(time::Duration::seconds(61));
        let body = json!({ "email": address(&ann), "next": next });
        world.anonymous().post("/api/auth/magic/request", &body).await.expect(200);
        let text = world.mail().await.newest(&address(&ann), "link").text();
        assert!(!text.contains("next=") && !text.contains("evil"), "{next:?}: {text}");
    }
    for bad in [json!({}), json!({ "email": "@" }), json!({ "email": 5 })] {
        world.anonymous().post("/api/auth/magic/request", &bad).await.refused(400, "invalid_email");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_proof_of_a_mailbox_ends_what_was_set_up_without_it() {
    let world = World::builder().mail().build().await;
    // Somebody planted an account with another's address, and stays signed in to it.
    let planter = sign_up(&world, "planted", "victim@example.test").await;
    let elsewhere = log_in(&world, "planted", PASSWORD).await.0;
    let reset = crate::mail::reset(&world, "victim@example.test").await;
    let token = link(&world, "victim@example.test").await;
    let victim = world.anonymous();
    let entered = give(&victim, "magic/consume", &token).await.expect(200);
    assert_eq!(entered.json()["emailVerified"], true);
    assert!(!is_in(&planter).await && !is_in(&elsewhere).await);
    log_in(&world, "planted", PASSWORD).await.1.refused(401, "invalid_credentials");
    crate::mail::give_password(&planter, &reset, NEW_PASSWORD).await.refused(400, "invalid_token");
    assert!(is_in(&victim).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_signed_in_as_the_account_keeps_password_and_sessions() {
    let world = World::builder().mail().build().await;
    let [ann, ben] = world.people(["ann", "ben"]).await;
    let elsewhere = log_in(&world, "ann", PASSWORD).await.0;
    let token = link(&world, &address(&ann)).await;
    assert_eq!(give(&ann, "magic/consume", &token).await.expect(200).json()["emailVerified"], true);
    assert!(is_in(&ann).await && is_in(&elsewhere).await);
    log_in(&world, "ann", PASSWORD).await.1.expect(200);
    // Being somebody else is not being the account.
    let token = link(&world, &address(&ben)).await;
    let other = log_in(&world, "ben", PASSWORD).await.0;
    assert_eq!(give(&ann, "magic/consume", &token).await.expect(200).json()["user"]["username"], "ben");
    assert!(!is_in(&ben).await && !is_in(&other).await);
    assert_eq!(ann.get("/api/auth/me").await.json()["user"]["username"], "ben", "the presented session ended");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_wakes_a_resting_account_and_a_ban_stays() {
    let world = World::builder().mail().build().await;
    let [ann] = world.people(["ann"]).await;
    verify(&world, &ann).await;
    world.auth().set_state(ann.id, AccountState::Banned, None, Some("spam")).await.expect("set");
    world.auth().set_state(ann.id, AccountState::Deactivated, None, None).await.expect("set");
    let token = link(&world, &address(&ann)).await;
    let entered = give(&world.anonymous(), "magic/consume", &token).await.expect(200).json();
    assert_eq!((&entered["reactivated"], &entered["account"]["state"]), (&json!(true), &json!("banned")));
    world.jobs_done().await;
    assert_eq!(world.count("select count(*) from social.person where state = 'banned'").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_to_a_claim_that_was_proven_elsewhere_meanwhile_opens_nothing() {
    let world = World::builder().mail().build().await;
    let email = "shared@example.test";
    let ann = sign_up(&world, "ann", email).await;
    let verifies = world.mail().await.newest(email, "Verify").token();
    sign_up(&world, "ben", email).await;
    // The newest claim gets the link.
    let token = link(&world, email).await;
    give(&ann, "verify/confirm", &verifies).await.expect(200);
    let sessions = world.count("select count(*) from auth.session").await;
    give(&world.anonymous(), "magic/consume", &token).await.refused(400, "invalid_token");
    assert_eq!(world.count("select count(*) from auth.session").await, sessions);
    let unproven = "select count(*) from auth.account where username = 'ben' and email_verified_at is null
                    and password_hash is not null";
    assert_eq!(world.count(unproven).await, 1, "nothing of it was done");
}
