//! Accounts: coming in, being recognised, going out, and telling nobody who has an account.

use platform::person::AccountState;
use serde_json::{Value, json};
use testkit::{Person, World};
use time::Duration;

const PASSWORD: &str = "blue-otter-canoe-42";

fn sign_up(email: &str, username: &str, password: &str) -> Value {
    json!({ "email": email, "username": username, "password": password, "ageConfirmed": true })
}

async fn log_in(world: &World, identifier: &str, password: &str) -> (Person, testkit::Answer) {
    let person = world.anonymous();
    let answer = person.post("/api/auth/login", &json!({ "identifier": identifier, "password": password })).await;
    (person, answer)
}

#[tokio::test(flavor = "multi_thread")]
async fn every_sign_in_answer_has_the_members_of_me_and_no_session() {
    let world = World::new().await;
    let [ann] = world.people(["ann"]).await;
    let me = ann.get("/api/auth/me").await.expect(200).json();
    assert_eq!(me["authenticated"], true);
    assert_eq!(me["user"], json!({ "id": ann.id.0, "username": "ann", "email": "ann@example.test" }));
    assert_eq!(me["viewerId"], format!("me_{}", ann.id.0));
    for (name, expected) in [
        ("emailVerified", json!(false)),
        ("ageGateConfirmed", json!(true)),
        ("minAge", json!(13)),
        ("isStaff", json!(false)),
        ("locality", json!({ "detectedRegion": "", "chosenRegion": "", "region": "" })),
    ] {
        assert_eq!(me[name], expected, "{name}");
    }
    assert_eq!(me["account"], json!({ "state": "active", "until": null, "reason": null }));
    let (again, answer) = log_in(&world, "@Ann", PASSWORD).await;
    let answer = answer.expect(200);
    assert_eq!(answer.json(), me);
    let cookie = answer.headers["set-cookie"].to_str().unwrap().to_owned();
    let token = again.cookie("siddes_session").expect("a session cookie");
    assert_eq!(token.len(), 43);
    assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax") && cookie.contains("Path=/"), "{cookie}");
    assert!(!String::from_utf8_lossy(&answer.bytes).contains(&token));
    let kept = world.count("select count(*) from auth.session where octet_length(token_hash) = 32").await;
    assert_eq!(kept, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn sign_up_refuses_in_the_contracts_order() {
    let world = World::new().await;
    world.people(["taken"]).await;
    for (email, username, password, status, error) in [
        ("@", "a", "x", 400, "invalid_email"),
        ("a@b", "ann", PASSWORD, 400, "invalid_email"),
        ("a@b.test\r\nBcc: c@d.test", "ann", PASSWORD, 400, "invalid_email"),
        ("a@b.test", "no", "x", 400, "invalid_username"),
        ("a@b.test", "_ann", PASSWORD, 400, "invalid_username"),
        ("a@b.test", "an__n", PASSWORD, 400, "invalid_username"),
        ("a@b.test", "12345", PASSWORD, 400, "invalid_username"),
        ("a@b.test", "admin", PASSWORD, 400, "reserved_username"),
        ("a@b.test", "everyone", PASSWORD, 400, "reserved_username"),
        ("a@b.test", "me_ann", PASSWORD, 400, "reserved_username"),
        ("a@b.test", "taken", "short", 400, "weak_password"),
        ("a@b.test", "longname", "longname1", 400, "weak_password"),
        ("a@b.test", "ann", "password123", 400, "weak_password"),
        ("a@b.test", "ann", "8305174629", 400, "weak_password"),
        ("a@b.test", "Taken", "red-otter-canoe-77", 409, "signup_unavailable"),
    ] {
        let answer = world.anonymous().post("/api/auth/signup", &sign_up(email, username, password)).await;
        assert_eq!((answer.status.as_u16(), answer.error().as_str()), (status, error), "{email} {username}");
    }
    assert_eq!(world.count("select count(*) from auth.account").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn law_1_an_address_that_belongs_to_somebody_is_no_error_and_tells_nothing() {
    let world = World::new().await;
    let first = world.anonymous().post("/api/auth/signup", &sign_up("own@example.test", "holder", PASSWORD)).await;
    world.auth();
    let mut conn = world.database.connect().await;
    sqlx::query("update auth.account set email_verified_at = created_at").execute(&mut conn).await.unwrap();
    let (first, second) = (
        first.expect(200),
        world.anonymous().post("/api/auth/signup", &sign_up("OWN@example.test", "other", PASSWORD)).await,
    );
    let second = second.expect(200);
    assert_eq!(first.statements(), second.statements());
    let names = |answer: &testkit::Answer| answer.json().as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(&first), names(&second));
    assert_eq!(second.json()["emailVerified"], false);
    assert_eq!(second.json()["user"]["email"], "own@example.test");
    // The claim gives no right over the owner's account.
    let (_, answer) = log_in(&world, "holder", PASSWORD).await;
    assert_eq!(answer.expect(200).json()["emailVerified"], true);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_failed_log_in_is_one_answer_at_one_price() {
    let world = World::new().await;
    let [ann] = world.people(["ann"]).await;
    let wrong = log_in(&world, "ann", "wrong-password-1").await.1;
    let unknown = log_in(&world, "nobody", "wrong-password-1").await.1;
    let address = log_in(&world, "ann@example.test", "wrong-password-1").await.1;
    let unknown_address = log_in(&world, "nobody@example.test", "wrong-password-1").await.1;
    for answer in [&wrong, &unknown, &address, &unknown_address] {
        answer.refused(401, "invalid_credentials");
        assert_eq!(answer.body_without_ids(), wrong.body_without_ids());
    }
    assert_eq!(wrong.statements(), unknown.statements());
    assert_eq!(address.statements(), unknown_address.statements());
    for body in [json!({}), json!({ "identifier": "ann" }), json!({ "password": PASSWORD })] {
        ann.post("/api/auth/login", &body).await.refused(400, "invalid_credentials");
    }
    log_in(&world, "ann\0", PASSWORD).await.1.refused(401, "invalid_credentials");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_old_hash_signs_in_and_is_replaced() {
    let world = World::new().await;
    world.people(["ann"]).await;
    let mut conn = world.database.connect().await;
    // PBKDF2-HMAC-SHA256 of "blue-otter-canoe-42", salt "abcdefghijklmnopqrstuv", 1000 rounds (Python's hashlib).
    let old = "pbkdf2_sha256$1000$abcdefghijklmnopqrstuv$xL5OS4KLBAAlbzwM7FixDP6t4aprHWDYJVPxm5QYGAU=";
    sqlx::query("update auth.account set password_hash = $1").bind(old).execute(&mut conn).await.unwrap();
    log_in(&world, "ann", "wrong-password-1").await.1.refused(401, "invalid_credentials");
    log_in(&world, "ann", PASSWORD).await.1.expect(200);
    let now: String = sqlx::query_scalar("select password_hash from auth.account").fetch_one(&mut conn).await.unwrap();
    assert!(now.starts_with("$argon2id$"), "{now}");
    log_in(&world, "ann", PASSWORD).await.1.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn logging_out_ends_the_session_on_the_next_request_and_clears_the_cookie() {
    let world = World::new().await;
    let [ann] = world.people(["ann"]).await;
    let token = ann.cookie("siddes_session").unwrap();
    let answer = ann.post("/api/auth/logout", &json!({})).await.expect(200);
    assert_eq!(answer.json(), json!({ "ok": true }));
    assert!(answer.headers["set-cookie"].to_str().unwrap().contains("Max-Age=0"));
    ann.set_cookie("siddes_session", &token);
    let me = ann.get("/api/auth/me").await.expect(200);
    assert_eq!(me.json(), json!({ "ok": true, "authenticated": false }));
    assert!(me.headers["set-cookie"].to_str().unwrap().contains("Max-Age=0"), "a dead cookie is cleared");
    ann.set_cookie("siddes_session", &token);
    ann.post("/api/post", &json!({ "text": "x" })).await.refused(401, "restricted");
    world.anonymous().post("/api/auth/logout", &json!({})).await.expect(200);
    assert_eq!(world.count("select count(*) from auth.session").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sign_in_ends_the_session_that_the_browser_presents() {
    let world = World::new().await;
    let [ann] = world.people(["ann"]).await;
    let before = ann.cookie("siddes_session").unwrap();
    ann.post("/api/auth/login", &json!({ "identifier": "ann", "password": PASSWORD })).await.expect(200);
    let after = ann.cookie("siddes_session").unwrap();
    assert_ne!(before, after);
    let thief = world.anonymous();
    thief.set_cookie("siddes_session", &before);
    assert_eq!(thief.get("/api/auth/me").await.json()["authenticated"], false);
}

#[tokio::test(flavor = "multi_thread")]
async fn sessions_end_after_two_idle_weeks_and_are_renewed_by_me() {
    let world = World::new().await;
    let [ann] = world.people(["ann"]).await;
    assert!(!ann.get("/api/auth/me").await.headers.contains_key("set-cookie"));
    world.ambient.clock.advance(Duration::hours(25));
    let renewed = ann.get("/api/auth/me").await.expect(200);
    assert!(renewed.headers["set-cookie"].to_str().unwrap().contains(&ann.cookie("siddes_session").unwrap()));
    world.ambient.clock.advance(Duration::days(15));
    assert_eq!(ann.get("/api/auth/me").await.json()["authenticated"], false);
}

#[tokio::test(flavor = "multi_thread")]
async fn at_most_fifty_sessions_live() {
    let world = World::new().await;
    let [ann] = world.people(["ann"]).await;
    for _ in 0..51 {
        world.ambient.clock.advance(Duration::minutes(10));
        log_in(&world, "ann", PASSWORD).await.1.expect(200);
    }
    assert_eq!(world.count("select count(*) from auth.session").await, 50);
    assert_eq!(ann.get("/api/auth/me").await.json()["authenticated"], false, "the longest unused went first");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_banned_person_may_sign_in_and_read_but_not_write() {
    let world = World::new().await;
    let [ann] = world.people(["ann"]).await;
    world.auth().set_state(ann.id, AccountState::Banned, None, Some("spam")).await.expect("banned");
    let (ann, answer) = log_in(&world, "ann", PASSWORD).await;
    assert_eq!(answer.expect(200).json()["account"]["state"], "banned");
    ann.get("/api/feed?side=public").await.expect(200);
    let refused = ann.post("/api/post", &json!({ "text": "x" })).await;
    refused.refused(403, "account_restricted");
    let json = refused.json();
    assert_eq!(
        (&json["restricted"], &json["state"], &json["retry_after_sec"]),
        (&json!(true), &json!("banned"), &json!(null))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_confirmed_age_nothing_is_written_and_onboarding_does_not_end() {
    let world = World::new().await;
    let young = world.anonymous();
    let mut body = sign_up("young@example.test", "young", PASSWORD);
    body["ageConfirmed"] = "false".into();
    assert_eq!(young.post("/api/auth/signup", &body).await.expect(200).json()["ageGateConfirmed"], false);
    for (path, body) in
        [("/api/post", json!({ "text": "x" })), ("/api/side", json!({ "username": "x", "side": "friends" }))]
    {
        let answer = young.post(path, &body).await;
        answer.refused(403, "age_gate_required");
        assert_eq!(answer.json()["minAge"], 13);
    }
    young.post("/api/blocks", &json!({ "target": "@x_x_x" })).await.expect(200);
    young.post("/api/auth/onboarding/complete", &json!({})).await.refused(403, "age_gate_required");
    for body in [json!({}), json!({ "confirmed": "true" })] {
        young.post("/api/auth/age/confirm", &body).await.refused(400, "age_confirmation_required");
    }
    let confirmed = young.post("/api/auth/age/confirm", &json!({ "confirmed": true })).await.expect(200);
    assert_eq!(confirmed.json(), json!({ "ok": true, "ageGateConfirmed": true, "minAge": 13 }));
    young.post("/api/post", &json!({ "text": "x" })).await.expect(201);
    let done = young.post("/api/auth/onboarding/complete", &json!({ "contact_sync_done": true })).await.expect(200);
    assert_eq!(done.json()["onboarding"], json!({ "completed": true, "step": "done", "contact_sync_done": true }));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_can_be_changed_and_the_old_one_is_kept_for_its_owner() {
    let world = World::new().await;
    let [ann, ben] = world.people(["ann", "ben"]).await;
    let set =
        async |person: &Person, name: &str| person.post("/api/auth/username/set", &json!({ "username": name })).await;
    assert_eq!(set(&ann, " @Anna ").await.expect(200).json(), json!({ "ok": true, "user": { "username": "anna" } }));
    set(&ben, "anna").await.refused(409, "username_taken");
    set(&ben, "ann").await.refused(409, "username_taken");
    set(&ben, "admin").await.refused(400, "reserved_username");
    set(&ann, "ann").await.expect(200);
    world.anonymous().post("/api/auth/username/set", &json!({ "username": "x" })).await.refused(401, "restricted");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_region_is_a_real_country_or_nothing() {
    let world = World::new().await;
    let [ann] = world.people(["ann"]).await;
    let set = async |body: Value| ann.post("/api/auth/region", &body).await;
    assert_eq!(set(json!({ "region": "ke" })).await.expect(200).json()["locality"]["region"], "KE");
    assert_eq!(ann.get("/api/auth/region").await.json()["locality"]["chosenRegion"], "KE");
    set(json!({ "region": "ZZ" })).await.refused(400, "invalid_region");
    set(json!({ "region": "Kenya" })).await.refused(400, "invalid_region");
    let cleared = set(json!({ "region": "" })).await.expect(200).json();
    assert_eq!((&cleared["cleared"], &cleared["locality"]["region"]), (&json!(true), &json!("")));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_csrf_cookie_is_given_to_who_has_none() {
    let world = World::new().await;
    let answer = world.http.send(http::Method::GET, "/api/auth/csrf", http::HeaderMap::new(), "").await.expect(200);
    assert_eq!(answer.json(), json!({ "ok": true }));
    assert!(answer.headers["set-cookie"].to_str().unwrap().starts_with("csrftoken="));
    assert!(!world.anonymous().get("/api/auth/csrf").await.headers.contains_key("set-cookie"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_is_found_whatever_the_other_cookies_hold() {
    let world = World::new().await;
    let [ann] = world.people(["ann"]).await;
    let token = ann.cookie("siddes_session").unwrap();
    let line = [b"x=\xc3\xff; siddes_session=".as_slice(), token.as_bytes()].concat();
    let mut headers = ann.headers();
    headers.insert("cookie", http::HeaderValue::from_bytes(&line).unwrap());
    headers.insert("origin", http::HeaderValue::from_static("http://localhost:3000"));
    let me = world.http.send(http::Method::GET, "/api/auth/me", headers.clone(), "").await;
    assert_eq!(me.json()["authenticated"], true);
    world.http.send(http::Method::POST, "/api/auth/logout", headers, "{}").await.expect(200);
    assert_eq!(ann.get("/api/auth/me").await.json()["authenticated"], false);
}

#[tokio::test(flavor = "multi_thread")]
async fn other_spellings_of_an_identifier_give_no_more_guesses() {
    let world = World::new().await;
    world.people(["ann"]).await;
    for number in 0..10 {
        let identifier = format!("ann@exam{}ple.test", "\u{ad}".repeat(number));
        log_in(&world, &identifier, "wrong-password-1").await.1.refused(401, "invalid_credentials");
    }
    log_in(&world, "ANN@example.test", PASSWORD).await.1.refused(429, "rate_limited");
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_confirmed_age_access_can_still_be_lowered() {
    let world = World::new().await;
    let [ann, ben] = world.people(["ann", "ben"]).await;
    ann.places(&ben, platform::Side::Friends).await;
    let post = ann.posts(platform::Side::Friends, "mine").await;
    let mut conn = world.database.connect().await;
    sqlx::query("update auth.account set age_confirmed_at = null").execute(&mut conn).await.unwrap();
    ann.side(&ben, "friends").await.refused(403, "age_gate_required");
    ann.side(&ben, "public").await.expect(200);
    ann.delete(&format!("/api/post/{post}")).await.expect(200);
}
