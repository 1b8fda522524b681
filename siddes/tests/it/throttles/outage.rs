//! Redis that is lost, silent or back: nobody notices, and nobody gets more than his share of one gateway.

use std::net::TcpListener;

use futures::future::join_all;
use http::Method;
use serde_json::Value;
use testkit::{Answer, Person, World};
use tokio::task::JoinSet;

use super::{passed, tokens};
use crate::processes::{environment, free_port, siddes, with};

const SCOPE: &str = "auth_me";
/// Far above what is sent at once before it is used up, so that Redis is asked for most of it.
const LIMIT: usize = 150;

async fn limited() -> (World, Person) {
    limited_waiting("5000").await
}

async fn limited_waiting(millis: &str) -> (World, Person) {
    let world = World::builder()
        .redis()
        .setting("SIDDES_REDIS_TIMEOUT_MS", millis)
        .setting("SIDDES_THROTTLE_AUTH_ME_ANON", "150/hour")
        .build()
        .await;
    let nobody = world.anonymous();
    (world, nobody)
}

/// So many calls at once; `meanwhile` happens when some of them are answered.
async fn under_load(person: &Person, calls: usize, meanwhile: impl Future<Output = ()>) -> Vec<Answer> {
    let mut load = JoinSet::new();
    for _ in 0..calls {
        let person = person.clone();
        load.spawn(async move { person.get("/api/auth/csrf").await });
    }
    let mut answers = Vec::new();
    for _ in 0..calls / 8 {
        answers.push(load.join_next().await.unwrap().unwrap());
    }
    meanwhile.await;
    answers.extend(load.join_all().await);
    answers
}

/// What probes are told of Redis, and whether they are told to go elsewhere.
async fn readiness(world: &World) -> (String, u16) {
    let answer = world.http.send(Method::GET, "/readyz", http::HeaderMap::new(), "").await;
    (answer.json()["checks"]["redis"].as_str().unwrap().to_owned(), answer.status.as_u16())
}

async fn until(world: &World, redis: &str, status: u16) {
    let mut found = (String::new(), 0);
    while found != (redis.to_owned(), status) {
        tokio::task::yield_now().await;
        found = readiness(world).await;
    }
}

async fn counted_by(world: &World, kind: &str) -> bool {
    let answer = world.private.send(Method::GET, "/metrics", http::HeaderMap::new(), "").await;
    let line = format!("siddes_throttle_backend{{kind=\"{kind}\"}} 1");
    String::from_utf8_lossy(&answer.bytes).lines().any(|found| found == line)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_redis_killed_under_load_costs_no_answer_and_no_limit() {
    let (world, nobody) = limited().await;
    let redis = world.redis.as_ref().unwrap();
    let before = passed(&tokens(&nobody, 10).await, SCOPE);
    let during = passed(&under_load(&nobody, 200, redis.stop()).await, SCOPE);
    let after = passed(&tokens(&nobody, 40).await, SCOPE);
    assert_eq!((before, before + during + after), (10, LIMIT));
    until(&world, "error", 200).await;
    assert!(counted_by(&world, "local").await);
    // It comes back and knows nothing; the gateway does.
    redis.start().await;
    until(&world, "ok", 200).await;
    assert!(counted_by(&world, "redis").await);
    assert_eq!(passed(&tokens(&nobody, 40).await, SCOPE), 0);
    assert_eq!(passed(&under_load(&nobody, 200, redis.stop()).await, SCOPE), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_redis_that_comes_back_under_load_gives_nobody_a_second_share() {
    let (world, nobody) = limited().await;
    let redis = world.redis.as_ref().unwrap();
    assert_eq!(passed(&tokens(&nobody, 40).await, SCOPE), 40);
    redis.stop().await;
    let without = passed(&tokens(&nobody, 5).await, SCOPE);
    let with = passed(&under_load(&nobody, 200, redis.start()).await, SCOPE);
    until(&world, "ok", 200).await;
    let after = passed(&tokens(&nobody, 200).await, SCOPE);
    assert_eq!((without, 40 + without + with + after), (5, LIMIT));
    // Who comes only now has a share that is whole.
    let call = || super::from(&world, "203.0.113.9", &nobody, Method::GET, "/api/auth/csrf", "");
    assert_eq!(passed(&join_all((0..200).map(|_| call())).await, SCOPE), LIMIT);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_silent_redis_costs_no_answer_and_no_limit() {
    let (world, nobody) = limited_waiting("100").await;
    let redis = world.redis.as_ref().unwrap();
    let before = passed(&tokens(&nobody, 10).await, SCOPE);
    let during = passed(&under_load(&nobody, 200, redis.silence()).await, SCOPE);
    let after = passed(&tokens(&nobody, 40).await, SCOPE);
    assert_eq!((before, before + during + after), (10, LIMIT));
    until(&world, "error", 200).await;
    redis.resume().await;
    until(&world, "ok", 200).await;
    assert_eq!(passed(&tokens(&nobody, 40).await, SCOPE), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_replica_that_needs_its_redis_says_so_to_probes() {
    let world = World::builder().redis().setting("SIDDES_REDIS_REQUIRED", "1").build().await;
    let redis = world.redis.as_ref().unwrap();
    until(&world, "ok", 200).await;
    redis.stop().await;
    until(&world, "error", 503).await;
    // Whoever comes all the same is served.
    world.people(["ann"]).await;
    redis.start().await;
    until(&world, "ok", 200).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_redis_there_is_nothing_to_miss() {
    let world = World::new().await;
    world.ready().await;
    assert_eq!(readiness(&world).await, ("ok".to_owned(), 200));
    assert!(counted_by(&world, "local").await);
    let public = world.anonymous().get("/api/health").await.expect(200).json();
    assert_eq!(public["checks"]["redis"], Value::from("ok"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_redis_that_is_silent_at_the_start_stops_it_in_one_sentence() {
    // Takes connections, as a listening socket does, and answers nothing.
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("redis://somebody:hunter2@{}", silent.local_addr().unwrap());
    let env = with(&environment().await, &[("REDIS_URL", &url), ("PORT", &free_port().to_string())]);
    let output = siddes(&["serve", "all"], &env).output().unwrap();
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(!output.status.success() && output.stdout.is_empty());
    assert!(text.contains("REDIS_URL is set, and Redis does not answer"), "{text}");
    assert!(!text.contains("hunter2") && !text.contains("127.0.0.1"), "{text}");
}
