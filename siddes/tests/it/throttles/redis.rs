//! With Redis, all gateways count as one.

use futures::future::join;
use http::Method;
use platform::redis::cmd;
use serde_json::json;
use testkit::{Answer, TestRedis, World};

use super::{feeds, passed, plain, tokens};

async fn two(settings: &[(&str, &str)]) -> (World, World) {
    let with = |builder: testkit::WorldBuilder| {
        settings.iter().fold(builder, |builder, (name, value)| builder.setting(name, value))
    };
    let one = with(World::builder().redis()).build().await;
    let other = with(World::builder().beside(&one)).build().await;
    (one, other)
}

async fn log_in(world: &World, identifier: &str, password: &str) -> Answer {
    let body = json!({ "identifier": identifier, "password": password }).to_string();
    world.http.send(Method::POST, "/api/auth/login", plain(), body).await
}

#[tokio::test(flavor = "multi_thread")]
async fn of_forty_parallel_calls_through_two_gateways_exactly_three_pass() {
    let (one, other) = two(&[("SIDDES_THROTTLE_FEED", "3/hour"), ("SIDDES_THROTTLE_AUTH_ME_ANON", "3/hour")]).await;
    let (here, there) = join(tokens(&one.anonymous(), 20), tokens(&other.anonymous(), 20)).await;
    assert_eq!(passed(&[here, there].concat(), "auth_me"), 3);
    for person in one.people(["ann", "ben", "cem", "dan"]).await {
        let there = person.at(other.http.clone());
        let (here, there) = join(feeds(&person, 4), feeds(&there, 4)).await;
        assert_eq!(passed(&[here, there].concat(), "feed"), 3);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn all_scopes_are_counted_or_none() {
    let (one, other) =
        two(&[("SIDDES_THROTTLE_AUTH_LOGIN_ANON", "3/hour"), ("SIDDES_THROTTLE_AUTH_LOGIN_IDENT", "1/hour")]).await;
    log_in(&one, "ann", "wrong-password-1").await.refused(401, "invalid_credentials");
    for world in [&other, &one, &other] {
        let refused = log_in(world, "ann", "wrong-password-1").await;
        assert_eq!((refused.status.as_u16(), &refused.json()["scope"]), (429, &json!("auth_login_ident")));
        assert!(refused.json()["retry_after_ms"].as_u64().unwrap() > 3_500_000);
    }
    log_in(&other, "ben", "wrong-password-1").await.refused(401, "invalid_credentials");
    log_in(&one, "cem", "wrong-password-1").await.refused(401, "invalid_credentials");
    for world in [&one, &other] {
        let refused = log_in(world, "dan", "wrong-password-1").await;
        assert_eq!((refused.status.as_u16(), &refused.json()["scope"]), (429, &json!("auth_login")));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_success_on_one_gateway_forgives_on_the_other_and_what_was_not_tried_is_given_back() {
    let (one, other) =
        two(&[("SIDDES_THROTTLE_AUTH_LOGIN_IDENT", "2/hour"), ("SIDDES_THROTTLE_AUTH_SIGNUP_IDENT", "1/day")]).await;
    one.people(["ann"]).await;
    for _ in 0..3 {
        log_in(&one, "ann", "wrong-password-1").await.refused(401, "invalid_credentials");
        log_in(&other, "ann", testkit::PASSWORD).await.expect(200);
        log_in(&other, "ann", "wrong-password-1").await.refused(401, "invalid_credentials");
        log_in(&one, "ann", testkit::PASSWORD).await.expect(200);
    }
    let sign_up = async |world: &World, name: &str| {
        let body = json!({ "email": "new@example.test", "username": name, "password": testkit::PASSWORD }).to_string();
        world.http.send(Method::POST, "/api/auth/signup", plain(), body).await
    };
    for world in [&one, &other] {
        sign_up(world, "ann").await.refused(409, "signup_unavailable");
    }
    sign_up(&one, "ben").await.expect(200);
    sign_up(&other, "cem").await.refused(429, "rate_limited");
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_in_redis_can_be_read_and_everything_in_it_ends() {
    let (one, _other) = two(&[]).await;
    let [ann] = one.people(["ann"]).await;
    ann.feed(platform::Side::Public).await;
    log_in(&one, "ann", "wrong-password-1").await.refused(401, "invalid_credentials");
    super::from(&one, "203.0.113.45", &one.anonymous(), Method::GET, "/api/feed", "").await.expect(200);
    let redis = one.redis.as_ref().unwrap();
    let keys: Vec<String> = ask(redis, cmd("KEYS").arg("*")).await;
    assert!(keys.len() >= 6, "{keys:?}");
    for key in keys {
        let [siddes, throttle, scope, subject] = key.split(':').collect::<Vec<_>>()[..] else { panic!("{key}") };
        assert_eq!((siddes, throttle), ("siddes", "throttle"));
        assert!(gateway::SCOPES.iter().any(|row| row.name == scope), "{key}");
        assert!(subject.len() == 32 && subject.bytes().all(|byte| byte.is_ascii_hexdigit()), "{key}");
        let left: i64 = ask(redis, cmd("TTL").arg(&key)).await;
        assert!((1..=86_400).contains(&left), "{key} {left}");
        // Times, and nothing else.
        let times: Vec<i64> = ask(redis, cmd("LRANGE").arg(&key).arg(0).arg(-1)).await;
        assert!(!times.is_empty());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_never_holds_more_than_its_limit() {
    let (one, other) = two(&[("SIDDES_THROTTLE_AUTH_ME_ANON", "3/sec")]).await;
    let redis = one.redis.as_ref().unwrap();
    for _ in 0..30 {
        join(tokens(&one.anonymous(), 4), tokens(&other.anonymous(), 4)).await;
        let keys: Vec<String> = ask(redis, cmd("KEYS").arg("siddes:throttle:auth_me:*")).await;
        for key in keys {
            let held: usize = ask(redis, cmd("LLEN").arg(&key)).await;
            assert!(held <= 3, "{held}");
        }
    }
}

async fn ask<T: platform::redis::FromRedisValue>(redis: &TestRedis, what: &platform::redis::Cmd) -> T {
    redis.connect().await.call(async |mut connection| what.query_async(&mut connection).await).await.expect("an answer")
}
