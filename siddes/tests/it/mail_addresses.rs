//! Addresses: a claim until it is proven, one account's alone then, and never told of to anybody else.

use futures::future::join_all;
use platform::person::AccountState;
use serde_json::json;
use testkit::{PASSWORD, Person, World};
use time::Duration;

use crate::mail::{address, asks_to_change, change, give, is_in, link, log_in, sign_up, verify};

#[tokio::test(flavor = "multi_thread")]
async fn signing_up_verifying_signing_out_and_in_again() {
    let world = World::builder().mail().build().await;
    let [ann] = world.people(["ann"]).await;
    let letter = world.mail().await.newest(&address(&ann), "Verify your email for Siddes");
    let text = letter.text();
    assert!(text.contains("@ann") && text.contains("http://localhost:3000/verify-email?token="), "{text}");
    let session = ann.cookie("siddes_session");
    let verified = give(&ann, "verify/confirm", &letter.token()).await.expect(200);
    let json = verified.json();
    assert_eq!(json["user"], json!({ "id": ann.id.0, "username": "ann", "email": address(&ann) }));
    assert_eq!(json["viewerId"], format!("me_{}", ann.id.0));
    assert_eq!(json["onboarding"]["completed"], false);
    assert_eq!(ann.cookie("siddes_session"), session, "no session is opened");
    assert_eq!(ann.get("/api/auth/me").await.json()["emailVerified"], true);
    ann.post("/api/auth/logout", &json!({})).await.expect(200);
    let (again, answer) = log_in(&world, &address(&ann), PASSWORD).await;
    assert_eq!(answer.expect(200).json()["emailVerified"], true);
    assert!(is_in(&again).await);
    // The copies know it too: trust is counted there.
    world.jobs_done().await;
    assert_eq!(world.count("select count(*) from social.person where email_verified").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_of_a_day_is_no_sign_in_and_names_nobody() {
    let world = World::builder().mail().build().await;
    let [ann, ben] = world.people(["ann", "ben"]).await;
    for (person, browser) in [(&ann, world.anonymous()), (&ben, ann.clone())] {
        let token = world.mail().await.newest(&address(person), "Verify").token();
        let answer = give(&browser, "verify/confirm", &token).await.expect(200);
        let text = String::from_utf8_lossy(&answer.bytes).into_owned();
        assert!(!text.contains(&person.name) && !text.contains("viewerId"), "{text}");
        assert!(!answer.headers.contains_key("set-cookie"));
    }
    assert_eq!(ann.get("/api/auth/me").await.json()["user"]["username"], "ann");
}

#[tokio::test(flavor = "multi_thread")]
async fn of_eight_claims_that_are_proven_at_once_one_becomes_an_identity() {
    let world = World::builder().mail().setting("SIDDES_THROTTLE_AUTH_SIGNUP_IDENT", "off").build().await;
    let email = "shared@example.test";
    let mut tokens = Vec::new();
    for name in ["ann", "ben", "cem", "dan", "eva", "fay", "gus", "hal"] {
        sign_up(&world, name, email).await;
        tokens.push(world.mail().await.newest(email, "Verify").token());
    }
    let answers =
        join_all(tokens.iter().map(|token| async { give(&world.anonymous(), "verify/confirm", token).await })).await;
    assert_eq!(answers.iter().filter(|answer| answer.status == 200).count(), 1);
    for answer in answers.iter().filter(|answer| answer.status != 200) {
        answer.refused(409, "email_taken");
    }
    assert_eq!(world.count("select count(*) from auth.account where email_verified_at is not null").await, 1);
    assert_eq!(world.count("select count(*) from auth.account where email = 'shared@example.test'").await, 8);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_claim_on_what_is_proven_is_inert_and_is_told_nothing() {
    let world = World::builder().mail().build().await;
    let [holder] = world.people(["holder"]).await;
    verify(&world, &holder).await;
    let email = address(&holder);
    let before = world.mail().await.to(&email).len();
    let [plain] = world.people(["plain"]).await;
    let claimer = sign_up(&world, "claimer", &email).await;
    // The owner is told, once a day, and gets no token.
    let subjects = world.mail().await.subjects(&email);
    assert_eq!(subjects[before..], ["Someone tried to sign up with your email"]);
    let letter = world.mail().await.newest(&email, "Someone tried");
    assert!(
        letter.text().contains("@holder") && !letter.text().contains("claimer") && !letter.text().contains("token")
    );
    sign_up(&world, "claimer_two", &email).await;
    assert_eq!(world.mail().await.to(&email).len(), before + 1);
    // Whatever the claimer asks is answered as to anybody.
    for after in [0, 61, 1] {
        world.ambient.clock.advance(Duration::seconds(after));
        let told = async |person: &Person| {
            let answer = person.post("/api/auth/verify/resend", &json!({})).await.expect(200);
            let mut json = answer.json();
            // Whole seconds, of two requests one after the other.
            if json["cooldownRemainingSec"].is_i64() {
                json["cooldownRemainingSec"] = "some".into();
            }
            (json, answer.statements())
        };
        assert_eq!(told(&claimer).await, told(&plain).await, "{after}");
    }
    let me = claimer.get("/api/auth/me").await.json();
    assert_eq!((&me["user"]["email"], &me["emailVerified"]), (&json!(email), &json!(false)));
    assert_eq!(world.mail().await.to(&email).len(), before + 1, "and nothing is written");
    // By its name neither: the mailbox is not the claimer's.
    let body = json!({ "identifier": "claimer" });
    world.anonymous().post("/api/auth/password/reset/request", &body).await.expect(200);
    assert_eq!(world.mail().await.to(&email).len(), before + 1);
    // What is asked by the address is the owner's.
    let token = link(&world, &email).await;
    let entered = give(&world.anonymous(), "magic/consume", &token).await.expect(200);
    assert_eq!(entered.json()["user"]["username"], "holder");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deactivated_account_is_not_verified_behind_its_back() {
    let world = World::builder().mail().build().await;
    let [ann] = world.people(["ann"]).await;
    let token = world.mail().await.newest(&address(&ann), "Verify").token();
    world.auth().set_state(ann.id, AccountState::Deactivated, None, None).await.expect("set");
    give(&ann, "verify/confirm", &token).await.refused(403, "account_inactive");
    log_in(&world, "ann", PASSWORD).await.1.expect(200);
    give(&ann, "verify/confirm", &token).await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn another_address_is_confirmed_from_the_new_mailbox_and_told_to_the_old_one() {
    let world = World::builder().mail().build().await;
    let [ann] = world.people(["ann"]).await;
    verify(&world, &ann).await;
    let token = change(&world, &ann, "Guest@Elsewhere.test").await;
    let notice = world.mail().await.newest(&address(&ann), "email change requested");
    assert!(notice.text().contains("gu***@elsewhere.test") && !notice.text().contains("guest@"), "{}", notice.text());
    assert_eq!(ann.get("/api/auth/me").await.json()["user"]["email"], address(&ann), "not yet");
    let session = ann.cookie("siddes_session");
    let answer = give(&world.anonymous(), "email/change/confirm", &token).await.expect(200);
    assert!(!answer.headers.contains_key("set-cookie"));
    assert_eq!(ann.cookie("siddes_session"), session);
    let me = ann.get("/api/auth/me").await.json();
    assert_eq!((&me["user"]["email"], &me["emailVerified"]), (&json!("guest@elsewhere.test"), &json!(true)));
    let subjects = world.mail().await.subjects(&address(&ann));
    assert_eq!(subjects.last().map(String::as_str), Some("Siddes security alert: email changed"));
    let kept = "select count(*) from auth.security_event where kind = 'email_changed'";
    assert_eq!(world.count(kept).await, 1);
    // What is free again may be somebody else's.
    let ben = sign_up(&world, "ben", &address(&ann)).await;
    let token = world.mail().await.newest(&address(&ann), "Verify").token();
    give(&ben, "verify/confirm", &token).await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn asking_for_an_address_that_belongs_to_somebody_tells_the_owner_alone() {
    let world = World::builder().mail().build().await;
    let [holder, ann] = world.people(["holder", "ann"]).await;
    verify(&world, &holder).await;
    let taken = asks_to_change(&ann, &address(&holder)).await.expect(200);
    // Asking again takes the place of what was not written yet.
    world.jobs_done().await;
    let free = asks_to_change(&ann, "free@example.test").await.expect(200);
    assert_eq!((taken.json(), taken.statements()), (free.json(), free.statements()));
    assert_eq!(taken.json(), json!({ "ok": true, "sent": true }));
    let subjects = world.mail().await.subjects(&address(&holder));
    assert_eq!(subjects.last().map(String::as_str), Some("Someone asked to use your email"));
    assert_eq!(world.mail().await.subjects("free@example.test"), ["Confirm your Siddes email change"]);
    for letter in world.mail().await.to(&address(&holder)).iter().filter(|letter| letter.subject().contains("asked")) {
        assert!(!letter.text().contains("token"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_proves_the_address_first_keeps_it_though_another_asked_before() {
    let world = World::builder().mail().build().await;
    let [ann] = world.people(["ann"]).await;
    let token = change(&world, &ann, "wanted@example.test").await;
    let ben = sign_up(&world, "ben", "wanted@example.test").await;
    let verifies = world.mail().await.newest("wanted@example.test", "Verify").token();
    // Both stand before the database at once.
    let held = world.ambient.pauses.hold("auth.email_change.consumed");
    let late = tokio::spawn({
        let (nobody, token) = (world.anonymous(), token.clone());
        async move { give(&nobody, "email/change/confirm", &token).await }
    });
    held.reached().await;
    give(&ben, "verify/confirm", &verifies).await.expect(200);
    held.release();
    late.await.unwrap().refused(409, "email_taken");
    assert_eq!(ann.get("/api/auth/me").await.json()["user"]["email"], address(&ann));
    give(&ann, "email/change/confirm", &token).await.refused(409, "email_taken");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_is_asked_for_with_the_password_or_from_a_fresh_session() {
    let world = World::builder().mail().setting("SIDDES_THROTTLE_AUTH_LOGIN_IDENT", "3/hour").build().await;
    let [ann, ben] = world.people(["ann", "ben"]).await;
    let with = async |person: &Person, password: &str| {
        let body = json!({ "newEmail": "new@example.test", "password": password });
        person.post("/api/auth/email/change/request", &body).await
    };
    for bad in ["", "@", "a@b", "a@b.test\r\nBcc: c@d.test"] {
        asks_to_change(&ann, bad).await.refused(400, "invalid_email");
    }
    with(&ann, PASSWORD).await.expect(200);
    for guess in ["", "wrong-password-1", &"x".repeat(2_000)] {
        with(&ann, guess).await.refused(400, "invalid_password");
    }
    // Guesses count with those at the front door.
    let refused = with(&ann, PASSWORD).await;
    refused.refused(429, "rate_limited");
    assert_eq!(refused.json()["scope"], "auth_login_ident");
    log_in(&world, "ann", PASSWORD).await.1.refused(429, "rate_limited");

    let mut conn = world.database.connect().await;
    sqlx::query("update auth.account set password_hash = null").execute(&mut conn).await.unwrap();
    with(&ben, "").await.expect(200);
    world.ambient.clock.advance(Duration::minutes(16));
    with(&ben, "").await.refused(403, "reauth_required");
}

#[tokio::test(flavor = "multi_thread")]
async fn one_address_is_written_to_three_times_a_day() {
    let world = World::builder().mail().build().await;
    let people = world.people(["ann", "ben", "cem", "dan"]).await;
    for person in &people[..3] {
        asks_to_change(person, "target@example.test").await.expect(200);
    }
    let refused = asks_to_change(&people[3], "Target@example.test").await;
    refused.refused(429, "rate_limited");
    assert_eq!(refused.json()["scope"], "auth_email_change_ident");
    asks_to_change(&people[3], "another@example.test").await.expect(200);
    assert_eq!(world.mail().await.to("target@example.test").len(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_verified_address_is_in_nobodys_way_after_the_account_is_deleted() {
    let world = World::builder().mail().build().await;
    let [ann] = world.people(["ann"]).await;
    verify(&world, &ann).await;
    for state in [AccountState::Deleting, AccountState::Deleted] {
        world.auth().set_state(ann.id, state, None, None).await.expect("set");
    }
    let ben = sign_up(&world, "ben", &address(&ann)).await;
    let token = world.mail().await.newest(&address(&ann), "Verify").token();
    give(&ben, "verify/confirm", &token).await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_only_claims_an_address_does_not_get_to_guess_at_its_owners_password() {
    let world = World::builder().mail().build().await;
    let [holder] = world.people(["holder"]).await;
    verify(&world, &holder).await;
    let email = address(&holder);
    let body = json!({ "email": email, "username": "claimer", "password": "own-word-of-claimer-7" });
    world.anonymous().post("/api/auth/signup", &body).await.expect(200);
    for _ in 0..9 {
        log_in(&world, &email, "a-guess-at-it-5").await.1.refused(401, "invalid_credentials");
    }
    // His own password is right, and clears nothing.
    log_in(&world, &email, "own-word-of-claimer-7").await.1.expect(200);
    log_in(&world, &email, "a-guess-at-it-5").await.1.refused(401, "invalid_credentials");
    log_in(&world, &email, "a-guess-at-it-5").await.1.refused(429, "rate_limited");
}
