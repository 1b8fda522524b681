//! One client key, one post, one answer: in parallel, after failure, after deletion, on two gateways.

use futures::future::join_all;
use serde_json::{Value, json};
use testkit::World;

fn post_of(answer: &testkit::Answer) -> Value {
    let mut post = answer.json()["post"].clone();
    // The relative age may differ by a second.
    post["time"] = Value::Null;
    post
}

#[tokio::test(flavor = "multi_thread")]
async fn twelve_parallel_creates_with_one_key_give_one_post_and_twelve_equal_answers() {
    let world = World::new().await;
    let [author] = world.people(["author"]).await;
    let body = json!({ "text": "once", "side": "friends", "client_key": "ui_1" });
    let answers = join_all((0..12).map(|_| author.post("/api/post", &body))).await;
    let first = post_of(&answers[0]);
    for answer in answers {
        let answer = answer.expect(201);
        assert_eq!(post_of(&answer), first);
        assert_eq!(answer.json()["side"], "friends");
    }
    assert_eq!(world.count("select count(*) from social.post").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_replay_gets_the_first_post_whatever_its_body_says_now() {
    let world = World::new().await;
    let [author] = world.people(["author"]).await;
    let first =
        author.post("/api/post", &json!({ "text": "mine", "side": "close", "client_key": "k" })).await.expect(201);
    for body in [
        json!({ "text": "other", "side": "public", "client_key": "k" }),
        json!({ "text": "", "side": "nonsense", "client_key": "k", "mediaKeys": ["a", "b", "c", "d", "e"] }),
    ] {
        let again = author.post("/api/post", &body).await.expect(201);
        assert_eq!(post_of(&again), post_of(&first));
        assert_eq!(again.json()["side"], "close");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_belongs_to_its_author_and_is_free_after_a_refusal() {
    let world = World::new().await;
    let [author, other] = world.people(["author", "other"]).await;
    let body = |text: &str| json!({ "text": text, "client_key": "k" });
    author.post("/api/post", &body("")).await.refused(400, "empty_text");
    author.post("/api/post", &body("first")).await.expect(201);
    let theirs = other.post("/api/post", &body("theirs")).await.expect(201);
    assert_eq!(theirs.json()["post"]["content"], "theirs");
}

#[tokio::test(flavor = "multi_thread")]
async fn replay_of_a_deleted_post_stays_deleted() {
    let world = World::new().await;
    let [author] = world.people(["author"]).await;
    let body = json!({ "text": "gone soon", "client_key": "k" });
    let first = author.post("/api/post", &body).await.expect(201);
    let id = first.json()["post"]["id"].as_str().unwrap().to_owned();
    author.delete(&format!("/api/post/{id}")).await.expect(200);
    let replay = author.post("/api/post", &body).await.expect(201).json();
    assert_eq!((replay["post"]["id"].as_str().unwrap(), &replay["post"]["content"]), (id.as_str(), &json!("")));
    assert_eq!(world.count("select count(*) from social.post").await, 0);
    author.reads(&id).await.expect(404);
}

#[tokio::test(flavor = "multi_thread")]
async fn same_key_on_two_gateways_when_the_first_aborts() {
    let first = World::builder().chaos().build().await;
    let [author] = first.people(["author"]).await;
    let second = World::builder().beside(&first).build().await;
    let held = first.ambient.pauses.hold("social.create.keyed");
    let body = json!({ "text": "once", "client_key": "k" });
    let doomed = tokio::spawn({
        let (author, body) = (author.clone(), body.clone());
        async move { author.post("/api/post", &body).await }
    });
    held.reached().await;
    let retried = tokio::spawn({
        let (author, body) = (author.at(second.http.clone()), body.clone());
        async move { author.post("/api/post", &body).await }
    });
    // The first holds the key; its database goes away, and the second takes its place.
    first.chaos.as_ref().unwrap().refuse().await;
    held.release();
    doomed.await.unwrap().refused(503, "unavailable");
    retried.await.unwrap().expect(201);
    assert_eq!(second.count("select count(*) from social.post").await, 1);
}
