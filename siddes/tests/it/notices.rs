//! What people are told of posts, as it comes out of inbox: whom it concerns, in whose sight it is, and never twice.

use platform::{Role, Side};
use serde_json::{Value, json};
use testkit::{Person, World};
use time::Duration;

use crate::{
    echoes::{echo, quoted, unecho},
    edits::edit,
};

/// What waits to be told, as a number that changes with everything that is added.
const WAITING: &str = "select coalesce(sum(id * 1000 + revision), 0)::bigint from social_jobs._private_jobs";

async fn items(person: &Person, side: Side) -> Vec<Value> {
    let json = person.get(&format!("/api/notifications?side={side}")).await.expect(200).json();
    json["items"].as_array().expect("items").clone()
}

/// Kind, actor and glimpse of each, in the order of the alphabet.
async fn told(world: &World, person: &Person, side: Side) -> Vec<String> {
    world.jobs_done().await;
    let text = |item: &Value, name: &str| item[name].as_str().unwrap_or_default().to_owned();
    let items = items(person, side).await;
    let line = |item: &Value| {
        format!("{} {} {}", text(item, "type"), text(item, "actor"), text(item, "glimpse")).trim_end().to_owned()
    };
    let mut lines: Vec<String> = items.iter().map(line).collect();
    lines.sort();
    lines
}

async fn like(person: &Person, post: &str) {
    person.post(&format!("/api/post/{post}/like"), &json!({})).await.expect(200);
}

async fn reply(person: &Person, post: &str, parent: Option<&str>, text: &str) -> String {
    let body = json!({ "text": text, "parentId": parent });
    let made = person.post(&format!("/api/post/{post}/reply"), &body).await.expect(201).json();
    made["reply"]["id"].as_str().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn each_event_is_told_to_those_whom_it_concerns() {
    let world = World::new().await;
    let [author, fan, third] = world.people(["author", "fan", "third"]).await;
    let text = format!("hello @third {}", "x".repeat(300));
    let post = author.posts(Side::Public, &text).await;
    like(&fan, &post).await;
    echo(&third, &post, "public").await.expect(200);
    quoted(&fan, &post, "public", "look").await;
    let first = reply(&fan, &post, None, "yes @author @third").await;
    reply(&third, &post, Some(&first), "no").await;
    let glimpse: String = text.chars().take(220).collect();
    assert_eq!(
        told(&world, &author, Side::Public).await,
        [
            "echo @fan look",
            "echo @third",
            &format!("like @fan {glimpse}"),
            "reply @fan yes @author @third",
            "reply @third no"
        ]
    );
    assert_eq!(told(&world, &fan, Side::Public).await, ["reply @third no"]);
    assert_eq!(
        told(&world, &third, Side::Public).await,
        [format!("mention @author {glimpse}"), "mention @fan yes @author @third".to_owned()]
    );
    for item in items(&author, Side::Public).await {
        let title: String = text.chars().take(60).collect();
        assert_eq!((&item["postId"], &item["postTitle"]), (&json!(post), &json!(title)));
        assert_eq!(item["read"], false);
    }
    // Of what one does oneself nobody is told.
    let before = told(&world, &author, Side::Public).await;
    like(&author, &post).await;
    echo(&author, &post, "public").await.expect(200);
    reply(&author, &post, None, "mine, says @author").await;
    assert_eq!(told(&world, &author, Side::Public).await, before);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_whisper_is_not_told_to_an_author_outside_its_audience() {
    let world = World::new().await;
    let [author, stranger, friend] = world.people(["author", "stranger", "friend"]).await;
    friend.places(&author, Side::Friends).await;
    let post = author.posts(Side::Public, "hello").await;
    quoted(&stranger, &post, "friends", "behind his back").await;
    echo(&stranger, &post, "work").await.expect(200);
    echo(&friend, &post, "work").await.expect(200);
    assert!(told(&world, &author, Side::Public).await.is_empty());
    // In his sight it is told, without the words: that sight may be taken from him.
    quoted(&friend, &post, "friends", "between us").await;
    assert_eq!(told(&world, &author, Side::Public).await, ["echo @friend"]);
    for side in [Side::Friends, Side::Close, Side::Work] {
        assert!(told(&world, &author, side).await.is_empty(), "{side}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_taken_back_or_deleted_is_told_no_more() {
    let world = World::new().await;
    let [author, fan] = world.people(["author", "fan"]).await;
    let post = author.posts(Side::Public, "hello").await;
    echo(&fan, &post, "public").await.expect(200);
    assert_eq!(told(&world, &author, Side::Public).await, ["echo @fan"]);
    unecho(&fan, &post, "public").await.expect(200);
    assert!(told(&world, &author, Side::Public).await.is_empty());
    // The newest that remains is told.
    let first = quoted(&fan, &post, "public", "first").await;
    let second = quoted(&fan, &post, "public", "second, @author").await;
    assert_eq!(
        told(&world, &author, Side::Public).await,
        ["echo @fan second, @author", "mention @fan second, @author"]
    );
    fan.delete(&format!("/api/post/{second}")).await.expect(200);
    assert_eq!(told(&world, &author, Side::Public).await, ["echo @fan first"]);
    like(&author, &first).await;
    assert_eq!(told(&world, &fan, Side::Public).await, ["like @author first"]);
    author.delete(&format!("/api/post/{post}")).await.expect(200);
    assert!(told(&world, &author, Side::Public).await.is_empty());
    assert_eq!(told(&world, &fan, Side::Public).await, ["like @author first"], "a quote stays");
}

#[tokio::test(flavor = "multi_thread")]
async fn only_a_change_is_told() {
    let world = World::builder().without_worker().build().await;
    let [author, fan] = world.people(["author", "fan"]).await;
    let post = author.posts(Side::Public, "hello").await;
    let mut before = world.count(WAITING).await;
    for on in [true, false, true] {
        for again in [false, true] {
            let answer = if on { echo(&fan, &post, "public").await } else { unecho(&fan, &post, "public").await };
            answer.expect(200);
            let now = world.count(WAITING).await;
            assert_eq!(now == before, again, "{on}");
            before = now;
        }
    }
    let body = json!({ "text": "@author", "client_key": "k" });
    for again in [false, true] {
        fan.post(&format!("/api/post/{post}/quote"), &body).await.expect(201);
        let now = world.count(WAITING).await;
        assert_eq!(now == before, again);
        before = now;
    }
    author.posts(Side::Public, "nobody is named").await;
    assert_eq!(world.count(WAITING).await, before);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_edit_tells_whom_it_adds_and_shows_the_others_the_present_words() {
    let world = World::new().await;
    let [author, ann, ben] = world.people(["author", "ann", "ben"]).await;
    let post = author.posts(Side::Public, "with @ann").await;
    assert_eq!(told(&world, &ann, Side::Public).await, ["mention @author with @ann"]);
    let ids: Vec<Value> = items(&ann, Side::Public).await.iter().map(|item| item["id"].clone()).collect();
    ann.post("/api/notifications/mark-read", &json!({ "ids": ids })).await.expect(200);
    world.ambient.clock.advance(Duration::seconds(5));
    edit(&author, &post, "with @ann and @ben").await.expect(200);
    assert_eq!(told(&world, &ben, Side::Public).await, ["mention @author with @ann and @ben"]);
    assert_eq!(told(&world, &ann, Side::Public).await, ["mention @author with @ann and @ben"]);
    assert_eq!(items(&ann, Side::Public).await[0]["read"], true, "she was told before");
    edit(&author, &post, "with @ben").await.expect(200);
    assert!(told(&world, &ann, Side::Public).await.is_empty());
    assert_eq!(told(&world, &ben, Side::Public).await, ["mention @author with @ben"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn late_news_change_nothing() {
    let world = World::new().await;
    let [author, fan] = world.people(["author", "fan"]).await;
    let post = author.posts(Side::Public, "hello").await;
    world.jobs_done().await;
    // The first job has read that there is an echo when it is taken back, and tells it, perhaps last.
    let held = world.ambient.pauses.hold("social.notice.read");
    echo(&fan, &post, "public").await.expect(200);
    held.reached().await;
    unecho(&fan, &post, "public").await.expect(200);
    held.reached().await;
    held.release();
    assert!(told(&world, &author, Side::Public).await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_happens_while_inbox_is_away_is_told_later() {
    let world = World::builder().without_worker().build().await;
    let [author, fan] = world.people(["author", "fan"]).await;
    let post = author.posts(Side::Public, "hello").await;
    assert!(world.running.local.take(Role::Inbox).is_some());
    echo(&fan, &post, "public").await.expect(200);
    quoted(&fan, &post, "public", "hello @author").await;
    let late = World::builder().beside(&world).build().await;
    let author = author.at(late.http.clone());
    assert_eq!(told(&late, &author, Side::Public).await, ["echo @fan hello @author", "mention @fan hello @author"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_loses_sight_before_he_is_told_is_not() {
    let world = World::builder().without_worker().build().await;
    let [author, friend, blocked] = world.people(["author", "friend", "blocked"]).await;
    author.places(&friend, Side::Friends).await;
    author.posts(Side::Friends, "hello @friend").await;
    author.posts(Side::Public, "hello @blocked").await;
    author.unplaces(&friend).await;
    author.blocks(&blocked).await;
    let late = World::builder().beside(&world).build().await;
    for (person, side) in [(&friend, Side::Friends), (&blocked, Side::Public)] {
        assert!(told(&late, &person.at(late.http.clone()), side).await.is_empty(), "{}", person.name);
    }
}
