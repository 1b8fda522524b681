//! Limits by what the body names: guesses at one account are few, whoever makes them, and its owner is not kept out.

use http::Method;
use serde_json::json;
use testkit::{Answer, World};
use time::Duration;

use super::{from, plain};

const WRONG: &str = "not-the-password-1";

async fn log_in(world: &World, identifier: &str, password: &str) -> Answer {
    let body = json!({ "identifier": identifier, "password": password }).to_string();
    world.http.send(Method::POST, "/api/auth/login", plain(), body).await
}

#[track_caller]
fn refused_by(answer: &Answer, scope: &str) {
    answer.refused(429, "rate_limited");
    assert_eq!(answer.json()["scope"], scope);
}

#[tokio::test(flavor = "multi_thread")]
async fn only_failures_count_and_a_success_forgives_them() {
    let world = World::builder().setting("SIDDES_THROTTLE_AUTH_LOGIN_IDENT", "3/hour").build().await;
    world.people(["ann"]).await;
    for _ in 0..5 {
        log_in(&world, "ann", testkit::PASSWORD).await.expect(200);
    }
    for round in 0..3 {
        for _ in 0..2 {
            log_in(&world, "ann", WRONG).await.refused(401, "invalid_credentials");
        }
        log_in(&world, "ann", testkit::PASSWORD).await.expect(200);
        assert!(round < 3, "two failures are forgiven each time");
    }
    for _ in 0..3 {
        log_in(&world, "ann", WRONG).await.refused(401, "invalid_credentials");
    }
    refused_by(&log_in(&world, "ann", WRONG).await, "auth_login_ident");
    refused_by(&log_in(&world, "ann", testkit::PASSWORD).await, "auth_login_ident");
    // Another spelling of the name is the same name; another name is another one, whether or not somebody has it.
    refused_by(&log_in(&world, " @ANN ", WRONG).await, "auth_login_ident");
    log_in(&world, "nobody_has_this", WRONG).await.refused(401, "invalid_credentials");
    world.ambient.clock.advance(Duration::minutes(61));
    log_in(&world, "ann", testkit::PASSWORD).await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_exists_and_who_does_not_are_limited_alike() {
    let world = World::builder().setting("SIDDES_THROTTLE_AUTH_LOGIN_IDENT", "2/hour").build().await;
    world.people(["ann"]).await;
    let mut told = Vec::new();
    for identifier in ["ann", "nobody"] {
        let mut answers = Vec::new();
        for _ in 0..4 {
            let answer = log_in(&world, identifier, WRONG).await;
            answers.push((answer.status.as_u16(), answer.error(), answer.json()["scope"].clone()));
        }
        told.push(answers);
    }
    assert_eq!(told[0], told[1]);
    assert_eq!(told[0].iter().map(|(status, ..)| *status).collect::<Vec<_>>(), [401, 401, 429, 429]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_by_one_scope_leaves_the_other_as_it_was() {
    let world = World::builder()
        .setting("SIDDES_THROTTLE_AUTH_LOGIN_ANON", "3/hour")
        .setting("SIDDES_THROTTLE_AUTH_LOGIN_IDENT", "1/hour")
        .build()
        .await;
    log_in(&world, "ann", WRONG).await.refused(401, "invalid_credentials");
    for _ in 0..10 {
        refused_by(&log_in(&world, "ann", WRONG).await, "auth_login_ident");
    }
    // Two of the address's three are left.
    log_in(&world, "ben", WRONG).await.refused(401, "invalid_credentials");
    log_in(&world, "cem", WRONG).await.refused(401, "invalid_credentials");
    refused_by(&log_in(&world, "dan", WRONG).await, "auth_login");
    // And the identifier was not counted for it: from elsewhere it has its one.
    let body = json!({ "identifier": "dan", "password": WRONG }).to_string();
    let elsewhere = from(&world, "203.0.113.7", &world.anonymous(), Method::POST, "/api/auth/login", &body).await;
    elsewhere.refused(401, "invalid_credentials");
}

#[tokio::test(flavor = "multi_thread")]
async fn no_identifier_is_limited_by_the_address_alone() {
    let world = World::builder()
        .setting("SIDDES_THROTTLE_AUTH_LOGIN_ANON", "4/hour")
        .setting("SIDDES_THROTTLE_AUTH_LOGIN_IDENT", "1/hour")
        .build()
        .await;
    for body in ["{}", r#"{"identifier":"  "}"#, r#"{"identifier":null}"#, r#"{"password":"x"}"#] {
        let answer = world.http.send(Method::POST, "/api/auth/login", plain(), body).await;
        assert_ne!(answer.status, 429, "{body}");
    }
    refused_by(&log_in(&world, "", WRONG).await, "auth_login");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_is_claimed_so_often_a_day_and_what_is_refused_claims_nothing() {
    let world = World::builder()
        .setting("SIDDES_THROTTLE_AUTH_SIGNUP_IDENT", "2/day")
        .setting("SIDDES_THROTTLE_AUTH_SIGNUP_ANON", "9/hour")
        .build()
        .await;
    let sign_up = async |name: &str, email: &str| {
        let body = json!({ "email": email, "username": name, "password": testkit::PASSWORD }).to_string();
        world.http.send(Method::POST, "/api/auth/signup", plain(), body).await
    };
    sign_up("zoe", "zoe@example.test").await.expect(200);
    for _ in 0..2 {
        sign_up("x", "one@example.test").await.refused(400, "invalid_username");
        sign_up("zoe", "one@example.test").await.refused(409, "signup_unavailable");
    }
    sign_up("ann", "one@example.test").await.expect(200);
    sign_up("ben", "ONE@example.test").await.expect(200);
    refused_by(&sign_up("cem", "one@example.test").await, "auth_signup_ident");
    // Seven of the address's nine are used; the refused one was not counted.
    sign_up("dan", "dan@example.test").await.expect(200);
    sign_up("eva", "eva@example.test").await.expect(200);
    refused_by(&sign_up("fay", "fay@example.test").await, "auth_signup");
}
