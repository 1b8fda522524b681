//! Signing in by Google and Apple: who is known comes in, who is not gets an account of his own, and nobody else's.

use std::sync::atomic::{AtomicU64, Ordering};

use platform::{Role, person::AccountState};
use serde_json::{Value, json};
use testkit::{APPLE_ID, Answer, GOOGLE_ID, PASSWORD, Person, World};

use crate::mail::{is_in, log_in};

/// What a provider says of somebody, made now; no two are the same.
fn says(world: &World, iss: &str, aud: &str, sub: &str, email: &str) -> Value {
    static MADE: AtomicU64 = AtomicU64::new(0);
    let now = world.ambient.clock.now().unix_timestamp();
    json!({
        "iss": iss, "aud": aud, "sub": sub, "email": email, "email_verified": true, "iat": now, "exp": now + 3_600,
        "jti": MADE.fetch_add(1, Ordering::Relaxed),
    })
}

/// What Google says of somebody.
pub fn google(world: &World, sub: &str, email: &str) -> Value {
    with(says(world, "https://accounts.google.com", GOOGLE_ID, sub, email), &json!({ "azp": GOOGLE_ID }))
}

/// What Apple says of somebody.
pub fn apple(world: &World, sub: &str, email: &str) -> Value {
    with(says(world, "https://appleid.apple.com", APPLE_ID, sub, email), &json!({ "email_verified": "true" }))
}

/// The same but for these members.
pub fn with(mut claims: Value, changed: &Value) -> Value {
    let changed = changed.as_object().expect("members").clone();
    claims.as_object_mut().expect("claims").extend(changed);
    claims
}

/// Gives in a token as it is.
pub async fn give(by: &Person, provider: &str, token: &str) -> Answer {
    by.post(&format!("/api/auth/{provider}"), &json!({ "credential": token })).await
}

/// Signs in by Google with a token that says this.
pub async fn by_google(world: &World, by: &Person, claims: &Value) -> Answer {
    give(by, "google", &world.issuer().rsa.sign(claims)).await
}

/// Signs in by Apple with a token that says this.
pub async fn by_apple(world: &World, by: &Person, claims: &Value) -> Answer {
    give(by, "apple", &world.issuer().ec.sign(claims)).await
}

pub fn id(answer: &Answer) -> i64 {
    answer.json()["user"]["id"].as_i64().expect("an id")
}

/// Accounts, identities, sessions and used tokens that there are.
pub async fn rows(world: &World) -> [i64; 4] {
    [
        world.count("select count(*) from auth.account").await,
        world.count("select count(*) from auth.identity").await,
        world.count("select count(*) from auth.session").await,
        world.count("select count(*) from auth.used_id_token").await,
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn whom_nobody_knows_gets_an_account_with_a_proven_address_and_no_password() {
    let world = World::builder().oidc().build().await;
    let ann = world.anonymous();
    let claims = with(google(&world, "g-ann", "Local.Part@Example.test"), &json!({ "given_name": "Ann" }));
    let answer = by_google(&world, &ann, &claims).await.expect(200);
    let mut json = answer.json();
    assert_eq!(json["user"]["username"], "ann");
    assert_eq!(json["user"]["email"], "local.part@example.test");
    for (name, expected) in [("emailVerified", true), ("ageGateConfirmed", false), ("created", true)] {
        assert_eq!(json[name], expected, "{name}");
    }
    assert!(answer.statements() <= 6, "{}", answer.statements());
    let cookie = answer.headers["set-cookie"].to_str().unwrap();
    assert!(cookie.contains("HttpOnly") && !json.to_string().contains(&ann.cookie("siddes_session").unwrap()));
    // Beside `created` exactly what `me` says.
    json.as_object_mut().unwrap().remove("created");
    assert_eq!(json, ann.get("/api/auth/me").await.expect(200).json());
    ann.post("/api/post", &json!({ "text": "x" })).await.refused(403, "age_gate_required");
    for identifier in ["ann", "local.part@example.test"] {
        log_in(&world, identifier, PASSWORD).await.1.refused(401, "invalid_credentials");
    }
    let methods = ann.get("/api/auth/connected").await.expect(200).json()["methods"].clone();
    assert_eq!((&methods["google"]["connected"], &methods["password"]["enabled"]), (&json!(true), &json!(false)));
    world.jobs_done().await;
    assert_eq!(world.count("select count(*) from social.person where username = 'ann' and email_verified").await, 1);
    assert_eq!(rows(&world).await, [1, 1, 1, 1]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_known_subject_comes_in_whatever_its_address_is_now() {
    let world = World::builder().oidc().build().await;
    let first = by_google(&world, &world.anonymous(), &google(&world, "g-ann", "ann@example.test")).await.expect(200);
    let moved = with(google(&world, "g-ann", "other@example.test"), &json!({ "email_verified": false }));
    let again = by_google(&world, &world.anonymous(), &moved).await.expect(200);
    assert_eq!((id(&again), &again.json()["created"]), (id(&first), &json!(false)));
    assert_eq!(again.json()["user"]["email"], "ann@example.test");
    assert!(again.statements() <= 4, "{}", again.statements());
    // Of Apple the same subject is somebody else.
    let other = by_apple(&world, &world.anonymous(), &apple(&world, "g-ann", "third@example.test")).await.expect(200);
    assert_ne!(id(&other), id(&first));
    assert_eq!(rows(&world).await, [2, 2, 3, 3]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_resting_account_wakes_by_google_and_a_ban_stays() {
    let world = World::builder().oidc().build().await;
    let ann = world.anonymous();
    let account = platform::AccountId(id(&by_google(&world, &ann, &google(&world, "g", "a@example.test")).await));
    world.auth().set_state(account, AccountState::Banned, None, Some("spam")).await.unwrap();
    world.auth().set_state(account, AccountState::Deactivated, None, None).await.unwrap();
    assert!(!is_in(&ann).await);
    let back = by_google(&world, &ann, &google(&world, "g", "a@example.test")).await.expect(200).json();
    assert_eq!((&back["reactivated"], &back["account"]["state"]), (&json!(true), &json!("banned")));
    let events = "select count(*) from auth.security_event where kind = 'reactivated'";
    assert_eq!(world.count(events).await, 1);
    world.jobs_done().await;
    assert_eq!(world.count("select count(*) from social.person where state = 'banned'").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_being_deleted_or_is_deleted_is_not_let_in() {
    let world = World::builder().oidc().build().await;
    let first = by_google(&world, &world.anonymous(), &google(&world, "g", "a@gmail.com")).await.expect(200);
    let account = platform::AccountId(id(&first));
    let before = rows(&world).await;
    for state in [AccountState::Deleting, AccountState::Deleted] {
        world.auth().set_state(account, state, None, None).await.unwrap();
        let known = by_google(&world, &world.anonymous(), &google(&world, "g", "a@gmail.com")).await;
        known.refused(401, "invalid_google_token");
        if state == AccountState::Deleting {
            // Nor by its address, which it still has.
            let other = by_google(&world, &world.anonymous(), &google(&world, "g-2", "a@gmail.com")).await;
            other.refused(401, "invalid_google_token");
        }
    }
    let [accounts, identities, sessions, used] = rows(&world).await;
    assert_eq!([accounts, identities, used], [before[0], before[1], before[3]]);
    assert!(sessions <= before[2], "and no session is opened");
    assert_eq!(world.count("select count(*) from auth.account where lifecycle = 'deleted'").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn apple_signs_in_with_either_kind_of_key_and_the_first_names_the_account() {
    let world = World::builder().oidc().build().await;
    let ann = world.anonymous();
    let token = world.issuer().ec.sign(&apple(&world, "a-1", "x@privaterelay.appleid.com"));
    let user = json!({ "name": { "firstName": "Zoë", "lastName": "Private" } });
    let first = ann.post("/api/auth/apple", &json!({ "identityToken": token, "user": user })).await.expect(200);
    assert_eq!((&first.json()["created"], &first.json()["user"]["username"]), (&json!(true), &json!("zoe")));
    let token = world.issuer().rsa.sign(&apple(&world, "a-1", "x@privaterelay.appleid.com"));
    let again = world.anonymous().post("/api/auth/apple", &json!({ "id_token": token, "user": user })).await;
    assert_eq!(id(&again.expect(200)), id(&first));
    assert_eq!(ann.get("/api/auth/connected").await.json()["methods"]["apple"]["connected"], true);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_client_id_nobody_signs_in_and_by_phone_never() {
    let world = World::new().await;
    let nobody = world.anonymous();
    for body in [json!({}), json!({ "credential": " " }), json!({ "credential": 5 }), json!({ "credential": null })] {
        nobody.post("/api/auth/google", &body).await.refused(400, "missing_credential");
        nobody.post("/api/auth/apple", &body).await.refused(404, "disabled");
        nobody.post("/api/auth/phone/confirm", &body).await.refused(404, "disabled");
    }
    give(&nobody, "google", "a.b.c").await.refused(503, "missing_google_client_id");
    give(&nobody, "apple", "a.b.c").await.refused(404, "disabled");
    assert_eq!(rows(&world).await, [0, 0, 0, 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn in_panic_mode_who_is_known_comes_in_and_nobody_new() {
    let calm = World::builder().oidc().build().await;
    let panic = World::builder().beside(&calm).setting("SIDDES_PANIC_MODE", "1").build().await;
    let first = by_google(&calm, &calm.anonymous(), &google(&calm, "g", "a@example.test")).await.expect(200);
    let before = rows(&calm).await;
    let new = by_google(&panic, &panic.anonymous(), &google(&panic, "g-2", "b@example.test")).await;
    new.refused(503, "panic_mode");
    let json = new.json();
    assert!(json["message"].is_string() && json["request_id"] == json["requestId"], "{json}");
    assert_eq!(new.headers["retry-after"], "60");
    assert_eq!(rows(&calm).await, before);
    let known = by_google(&panic, &panic.anonymous(), &google(&panic, "g", "a@example.test")).await.expect(200);
    assert_eq!(id(&known), id(&first));
}

#[tokio::test(flavor = "multi_thread")]
async fn used_tokens_are_forgotten_once_their_time_is_over() {
    let world = World::builder().oidc().build().await;
    by_google(&world, &world.anonymous(), &google(&world, "g", "a@example.test")).await.expect(200);
    for (after, left) in [(60, 1), (10, 1), (2, 0)] {
        world.ambient.clock.advance(time::Duration::minutes(after));
        world.run_scheduled(Role::Auth, "auth.id_token.purge").await;
        assert_eq!(world.count("select count(*) from auth.used_id_token").await, left, "{after}");
    }
}
