//! Who may be named where, and what is kept of it (law 15).

use http::Method;
use platform::{Side, person::AccountState};
use serde_json::{Value, json};
use testkit::{Answer, Person, World};

use crate::{circles::make, edits::edit};

const NAMED: &str = "select count(*) from social.mention";

async fn write(person: &Person, side: Side, text: &str) -> Answer {
    person.post("/api/post", &json!({ "text": text, "side": side.as_str() })).await
}

#[track_caller]
fn forbids(answer: &Answer, handles: &[&str]) {
    answer.refused(400, "mention_forbidden");
    assert_eq!(answer.json()["handles"], json!(handles));
}

/// Whether a reader is told that he is named.
async fn context(person: &Person, post: &str) -> Value {
    person.reads(post).await.expect(200).json()["post"]["context"].take()
}

#[tokio::test(flavor = "multi_thread")]
async fn in_public_anybody_may_be_named_and_only_who_is_there_is() {
    let world = World::new().await;
    let [author, ann, gone, blocked, blocking] = world.people(["author", "ann", "gone", "blocked", "blocking"]).await;
    author.blocks(&blocked).await;
    blocking.blocks(&author).await;
    world.auth().set_state(gone.id, AccountState::Deactivated, None, None).await.expect("gone");
    let text = "thanks @Ann. and @nobody_here, @gone, @blocked @blocking @author a@ann";
    let answer = write(&author, Side::Public, text).await.expect(201);
    assert!(answer.statements() <= 12, "{} statements", answer.statements());
    let post = answer.json()["post"]["id"].as_str().unwrap().to_owned();
    assert_eq!(world.count(NAMED).await, 1);
    assert_eq!(context(&ann, &post).await, "mention");
    assert_eq!(context(&author, &post).await, Value::Null);
    let lite = ann.get("/api/feed?side=public&lite=1").await.expect(200).json()["items"][0].take();
    assert_eq!(lite["context"], "mention");
    let plain = write(&author, Side::Public, "plain").await.expect(201);
    assert!(plain.statements() <= 8, "{} statements", plain.statements());
    author.delete(&format!("/api/post/{post}")).await.expect(200);
    assert_eq!(world.count(NAMED).await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn in_a_private_side_only_those_may_be_named_who_read_it() {
    let world = World::new().await;
    let [author, friend, close, colleague, admirer, gone] =
        world.people(["author", "friend", "close_one", "colleague", "admirer", "gone"]).await;
    author.places(&friend, Side::Friends).await;
    author.places(&close, Side::Close).await;
    author.places(&colleague, Side::Work).await;
    author.places(&gone, Side::Friends).await;
    admirer.places(&author, Side::Close).await;
    world.auth().set_state(gone.id, AccountState::Banned, None, None).await.expect("gone");
    let text = "@friend @close_one @colleague @admirer @gone @nobody_here @author";
    for (side, outside) in [
        (Side::Friends, ["@colleague", "@admirer", "@gone", "@nobody_here"].as_slice()),
        (Side::Close, ["@friend", "@colleague", "@admirer", "@gone", "@nobody_here"].as_slice()),
        (Side::Work, ["@friend", "@close_one", "@admirer", "@gone", "@nobody_here"].as_slice()),
    ] {
        forbids(&write(&author, side, text).await, outside);
    }
    assert_eq!(world.count("select count(*) from social.post").await, 0);
    write(&author, Side::Friends, "@friend and @close_one, and I, @author.").await.expect(201);
    assert_eq!(world.count(NAMED).await, 2);
    // Taking it back holds on the next post.
    author.unplaces(&friend).await;
    forbids(&write(&author, Side::Friends, "@friend").await, &["@friend"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn in_a_circle_members_and_the_owner_may_be_named_and_a_block_among_them_is_not_told() {
    let world = World::new().await;
    let [owner, ann, ben, friend] = world.people(["holder", "ann", "ben", "friend"]).await;
    owner.places(&friend, Side::Friends).await;
    for side in [Side::Friends, Side::Public] {
        let circle = make(&owner, side, &[&ann, &ben]).await;
        let say = async |text: &str| ann.post("/api/post", &json!({ "text": text, "setId": circle })).await;
        forbids(&say("@holder @ben @friend @nobody_here").await, &["@friend", "@nobody_here"]);
        let before = world.count(NAMED).await;
        say("@holder and @ben").await.expect(201);
        assert_eq!(world.count(NAMED).await, before + 2);
    }
    let circle = make(&owner, Side::Work, &[&ann, &ben]).await;
    ben.blocks(&ann).await;
    let before = world.count(NAMED).await;
    ann.post("/api/post", &json!({ "text": "hello @ben", "setId": circle })).await.expect(201);
    assert_eq!(world.count(NAMED).await, before);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_edit_checks_whom_it_adds_and_lets_go_whom_it_drops() {
    let world = World::new().await;
    let [author, ann, ben] = world.people(["author", "ann", "ben"]).await;
    author.places(&ann, Side::Friends).await;
    author.places(&ben, Side::Friends).await;
    let made = write(&author, Side::Friends, "with @ann").await.expect(201).json();
    let post = made["post"]["id"].as_str().unwrap();
    author.unplaces(&ann).await;
    // She stays named, though she could not be named now.
    edit(&author, post, "with @ann and @ben").await.expect(200);
    assert_eq!((world.count(NAMED).await, context(&ben, post).await), (2, json!("mention")));
    edit(&author, post, "alone").await.expect(200);
    assert_eq!((world.count(NAMED).await, context(&ben, post).await), (0, Value::Null));
    forbids(&edit(&author, post, "with @ann again").await, &["@ann"]);
    assert_eq!(author.reads(post).await.json()["post"]["content"], "alone");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_quote_names_the_readers_of_its_own_side() {
    let world = World::new().await;
    let [author, fan, friend] = world.people(["author", "fan", "friend"]).await;
    fan.places(&friend, Side::Friends).await;
    let post = author.posts(Side::Public, "hello").await;
    let path = format!("/api/post/{post}/quote");
    let whisper = json!({ "text": "@friend, what does @author say?", "side": "friends" });
    forbids(&fan.post(&path, &whisper).await, &["@author"]);
    fan.post(&path, &json!({ "text": "@friend, look", "side": "friends" })).await.expect(201);
    assert_eq!(world.count(NAMED).await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_blocks_first_is_not_named_after() {
    let world = World::new().await;
    let [author, ann] = world.people(["author", "ann"]).await;
    let held = world.ambient.pauses.hold("social.create.keyed");
    let late = tokio::spawn({
        let author = author.clone();
        async move { write(&author, Side::Public, "hello @ann").await }
    });
    held.reached().await;
    ann.blocks(&author).await;
    held.release();
    late.await.unwrap().expect(201);
    assert_eq!(world.count(NAMED).await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_revoked_before_the_text_is_checked_is_not_named() {
    let world = World::new().await;
    let [author, ann] = world.people(["author", "ann"]).await;
    author.places(&ann, Side::Friends).await;
    let held = world.ambient.pauses.hold("social.create.granted");
    let late = tokio::spawn({
        let author = author.clone();
        async move { write(&author, Side::Friends, "hello @ann").await }
    });
    held.reached().await;
    author.unplaces(&ann).await;
    held.release();
    forbids(&late.await.unwrap(), &["@ann"]);
    assert_eq!(world.count("select count(*) from social.post").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_twenty_first_name_is_none() {
    let world = World::new().await;
    let [author] = world.people(["author"]).await;
    let names: Vec<String> = (0..30).map(|number| format!("@nobody_{number}")).collect();
    let answer = write(&author, Side::Friends, &names.join(" ")).await;
    answer.refused(400, "mention_forbidden");
    assert_eq!(answer.json()["handles"].as_array().unwrap().len(), 20);
    let post = author.posts(Side::Friends, "x").await;
    let body = json!({ "text": names.join(" ") });
    author.call(Method::PATCH, &format!("/api/post/{post}"), Some(&body)).await.refused(400, "mention_forbidden");
}
