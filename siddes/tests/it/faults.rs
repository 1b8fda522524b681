//! What is down, and what is answered then: never more than before, never for long, and nothing afterwards.

use std::time::{Duration, Instant};

use platform::{Role, Side};
use serde_json::json;
use testkit::{World, chaos::Mode};

#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_refuses_is_503_within_a_second_and_back_without_another() {
    let world = World::builder().chaos().build().await;
    let [author] = world.people(["author"]).await;
    let post = author.posts(Side::Friends, "kept").await;
    let chaos = world.chaos.as_ref().unwrap();
    for _ in 0..3 {
        chaos.refuse().await;
        for _ in 0..2 {
            let asked = Instant::now();
            author.reads(&post).await.refused(503, "unavailable");
            author.feed_status(Side::Friends).await.refused(503, "unavailable");
            assert!(asked.elapsed() < Duration::from_secs(2), "{:?} for two", asked.elapsed());
        }
        author.post("/api/post", &json!({ "text": "lost" })).await.refused(503, "unavailable");
        chaos.set(Mode::Pass);
        for _ in 0..3 {
            author.reads(&post).await.expect(200);
            author.feed(Side::Friends).await;
        }
        author.posts(Side::Work, "written after").await;
    }
    assert_eq!(world.count("select count(*) from social.post where body = 'lost'").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_silent_database_is_503_within_the_deadline_and_back_without_another() {
    let world = World::builder().chaos().build().await;
    let [author] = world.people(["author"]).await;
    let post = author.posts(Side::Friends, "kept").await;
    let chaos = world.chaos.as_ref().unwrap();
    chaos.set(Mode::Silence);
    let asked = Instant::now();
    author.reads(&post).await.refused(503, "unavailable");
    assert!(asked.elapsed() < Duration::from_millis(5_500), "{:?}", asked.elapsed());
    chaos.set(Mode::Pass);
    for _ in 0..3 {
        author.reads(&post).await.expect(200);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn with_safety_down_a_block_is_503_and_reads_stay_exact() {
    let world = World::new().await;
    let [author, blocked, reader] = world.people(["author", "blocked", "reader"]).await;
    author.places(&reader, Side::Friends).await;
    author.blocks(&blocked).await;
    let post = author.posts(Side::Friends, "for friends").await;
    let public = author.posts(Side::Public, "for all but one").await;
    assert!(world.running.local.take(Role::Safety).is_some());
    author.post("/api/blocks", &json!({ "target": "@reader" })).await.refused(503, "unavailable");
    reader.reads(&post).await.expect(200);
    blocked.reads(&public).await.expect(404);
    assert_eq!(reader.feed(Side::Friends).await.contents(), ["for friends"]);
    assert!(blocked.feed(Side::Public).await.contents().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn with_auth_down_a_cookie_is_503_and_anonymous_reads_go_on() {
    let world = World::new().await;
    let [author] = world.people(["author"]).await;
    let public = author.posts(Side::Public, "for everybody").await;
    let private = author.posts(Side::Friends, "for friends").await;
    assert!(world.running.local.take(Role::Auth).is_some());
    author.reads(&public).await.refused(503, "unavailable");
    author.get("/api/auth/me").await.refused(503, "unavailable");
    author.post("/api/post", &json!({ "text": "x" })).await.refused(503, "unavailable");
    let anonymous = world.anonymous();
    anonymous.reads(&public).await.expect(200);
    anonymous.reads(&private).await.expect(404);
    assert_eq!(anonymous.feed(Side::Public).await.contents(), ["for everybody"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_lost_after_the_commit_is_given_to_the_retry() {
    let world = World::builder().chaos().build().await;
    let [author] = world.people(["author"]).await;
    let other = World::builder().beside(&world).build().await;
    let chaos = world.chaos.as_ref().unwrap();
    chaos.set(Mode::LoseCommitAnswers);
    let body = json!({ "text": "said once", "client_key": "k" });
    let lost = tokio::spawn({
        let (author, body) = (author.clone(), body.clone());
        async move { author.post("/api/post", &body).await }
    });
    chaos.lost_a_commit().await;
    let retried = author.at(other.http.clone()).post("/api/post", &body).await.expect(201).json();
    assert_eq!(retried["post"]["content"], "said once");
    chaos.set(Mode::Refuse);
    lost.await.unwrap().refused(503, "unavailable");
    assert_eq!(world.count("select count(*) from social.post").await, 1);
}
