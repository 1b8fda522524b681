//! Editing: who may, until when, and what follows the text.

use http::Method;
use platform::{Side, person::AccountState};
use serde_json::{Value, json};
use testkit::{Answer, Person, World};
use time::Duration;

use crate::circles::make;

pub async fn edit(person: &Person, post: &str, text: &str) -> Answer {
    patch(person, post, &json!({ "text": text })).await
}

async fn patch(person: &Person, post: &str, body: &Value) -> Answer {
    person.call(Method::PATCH, &format!("/api/post/{post}"), Some(body)).await
}

async fn can_edit(person: &Person, post: &str) -> Value {
    person.reads(post).await.expect(200).json()["post"]["canEdit"].take()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_edit_changes_the_text_and_what_follows_from_it_and_nothing_else() {
    let world = World::new().await;
    let [author, reader] = world.people(["author", "reader"]).await;
    let body = json!({ "text": "first #one #two", "publicChannel": "tech", "urgent": true });
    let before = author.post("/api/post", &body).await.expect(201).json()["post"].take();
    let post = before["id"].as_str().unwrap();
    world.ambient.clock.advance(Duration::seconds(2));
    let body = json!({ "text": " second #two #three ", "side": "close", "urgent": false, "publicChannel": "work" });
    let answer = patch(&author, post, &body).await.expect(200);
    assert!(answer.statements() <= 8, "{} statements", answer.statements());
    let after = answer.json()["post"].take();
    for name in ["id", "createdAt", "publicChannel", "urgent", "author", "trustLevel", "canEdit", "canDelete"] {
        assert_eq!(after[name], before[name], "{name}");
    }
    assert_eq!((&after["content"], &after["tags"]), (&json!("second #two #three"), &json!(["two", "three"])));
    let (edited, created) = (after["editedAt"].as_i64().unwrap(), after["createdAt"].as_i64().unwrap());
    assert!((2_000..60_000).contains(&(edited - created)), "{edited} after {created}");
    for (tag, found) in [("one", 0), ("two", 1), ("three", 1)] {
        let feed = reader.get(&format!("/api/feed?tag={tag}")).await.expect(200);
        assert_eq!(feed.contents().len(), found, "{tag}");
    }
    let read = reader.reads(post).await.json()["post"].take();
    assert_eq!((&read["content"], &read["editedAt"]), (&after["content"], &after["editedAt"]));
    // In the same place as before.
    author.posts(Side::Public, "newer").await;
    edit(&author, post, "third").await.expect(200);
    assert_eq!(reader.feed(Side::Public).await.contents(), ["newer", "third"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn refusals_come_in_the_contracts_order() {
    let world = World::new().await;
    let [author, friend, outsider] = world.people(["author", "friend", "outsider"]).await;
    author.places(&friend, Side::Friends).await;
    let post = author.posts(Side::Friends, "for friends").await;
    let unknown = edit(&friend, "p_1_00000000", "x").await;
    unknown.refused(404, "not_found");
    for person in [&friend, &outsider] {
        let answer = edit(person, &post, "").await;
        assert_eq!(answer.body_without_ids(), unknown.body_without_ids());
        assert_eq!(answer.statements(), unknown.statements());
    }
    edit(&world.anonymous(), &post, "x").await.refused(401, "restricted");
    edit(&author, &post, " \n").await.refused(400, "empty_text");
    patch(&author, &post, &json!({ "text": 5 })).await.refused(400, "empty_text");
    let answer = edit(&author, &post, &"é".repeat(5_001)).await;
    answer.refused(400, "too_long");
    assert_eq!(answer.json()["max"], 5_000);
    let answer = edit(&author, &post, "with @outsider and @nobody_here").await;
    answer.refused(400, "mention_forbidden");
    assert_eq!(answer.json()["handles"], json!(["@outsider", "@nobody_here"]));
    patch(&author, &post, &json!({ "text": "a\u{0}" })).await.refused(400, "invalid_text");
    author.call(Method::PUT, &format!("/api/post/{post}"), Some(&json!({}))).await.refused(405, "method_not_allowed");
    world.ambient.clock.advance(Duration::days(1));
    edit(&author, &post, "").await.refused(403, "edit_window_closed");
    assert_eq!(author.reads(&post).await.json()["post"]["content"], "for friends");
}

#[tokio::test(flavor = "multi_thread")]
async fn each_side_has_its_window_and_reading_says_whether_it_is_open() {
    let world = World::new().await;
    let [author, reader] = world.people(["author", "reader"]).await;
    let circle = make(&author, Side::Public, &[&reader]).await;
    let body = json!({ "text": "in a circle", "setId": circle });
    let inside = author.post("/api/post", &body).await.expect(201).json()["post"]["id"].as_str().unwrap().to_owned();
    let posts = [
        (author.posts(Side::Public, "x").await, 900),
        (inside, 900),
        (author.posts(Side::Close, "x").await, 86_400),
        (author.posts(Side::Work, "x").await, 86_400),
    ];
    let begun = world.ambient.clock.now();
    for until in [880, 900, 86_380, 86_400] {
        let passed = world.ambient.clock.now() - begun;
        world.ambient.clock.advance(Duration::seconds(until) - passed);
        for (post, window) in &posts {
            let open = until < *window;
            assert_eq!(can_edit(&author, post).await, open, "after {until} of {window} s");
            let answer = edit(&author, post, "y").await;
            assert_eq!(answer.status.as_u16(), if open { 200 } else { 403 }, "after {until} of {window} s");
        }
        assert_eq!(can_edit(&reader, &posts[0].0).await, false);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn windows_are_an_operators_to_set_and_nought_is_never() {
    let world = World::builder()
        .setting("SIDDES_POST_EDIT_WINDOW_PUBLIC_SEC", "0")
        .setting("SIDDES_POST_EDIT_WINDOW_PRIVATE_SEC", "60")
        .build()
        .await;
    let [author] = world.people(["author"]).await;
    let (open, private) = (author.posts(Side::Public, "x").await, author.posts(Side::Friends, "x").await);
    edit(&author, &open, "y").await.refused(403, "edit_window_closed");
    assert_eq!((can_edit(&author, &open).await, can_edit(&author, &private).await), (json!(false), json!(true)));
    edit(&author, &private, "y").await.expect(200);
    world.ambient.clock.advance(Duration::seconds(60));
    edit(&author, &private, "z").await.refused(403, "edit_window_closed");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pure_echo_has_no_words_to_change() {
    let world = World::new().await;
    let [author, fan] = world.people(["author", "fan"]).await;
    let post = author.posts(Side::Public, "hello").await;
    crate::echoes::echo(&fan, &post, "public").await.expect(200);
    let echo = fan.feed(Side::Public).await.json()["items"][0]["id"].as_str().unwrap().to_owned();
    assert_eq!(can_edit(&fan, &echo).await, false);
    edit(&fan, &echo, "words").await.refused(403, "edit_window_closed");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_author_edits_wherever_he_still_reads_and_never_while_restricted() {
    let world = World::new().await;
    let [owner, author] = world.people(["holder", "author"]).await;
    let circle = make(&owner, Side::Friends, &[&author]).await;
    let body = json!({ "text": "in a circle", "setId": circle });
    let post = author.post("/api/post", &body).await.expect(201).json()["post"]["id"].as_str().unwrap().to_owned();
    author.post(&format!("/api/circles/{circle}/leave"), &json!({})).await.expect(200);
    edit(&author, &post, "still mine").await.expect(200);
    // Who reads it there may still be named.
    edit(&author, &post, "with @holder").await.expect(200);
    world.auth().set_state(author.id, AccountState::ReadOnly, None, Some("spam")).await.expect("restricted");
    edit(&author, &post, "not now").await.refused(403, "account_restricted");
    assert_eq!(can_edit(&author, &post).await, false);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_forty_edits_in_a_minute_thirty_pass() {
    let world = World::new().await;
    let [author] = world.people(["author"]).await;
    let post = author.posts(Side::Public, "x").await;
    let mut passed = 0;
    for number in 0..40 {
        passed += u32::from(edit(&author, &post, &format!("{number}")).await.status == 200);
    }
    assert_eq!(passed, 30);
}
