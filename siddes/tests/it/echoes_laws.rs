//! Passing on widens no audience: who may echo and quote what, and what is told of echoes to whom (laws 6, 7, 9 to 13).

use platform::{Side, person::AccountState};
use serde_json::{Value, json};
use testkit::{Person, World};

use crate::{
    circles::make,
    echoes::{echo, quote, quoted, unecho},
};

const PASSED_ON: &str = "select count(*) from social.post where echo_of is not null";

/// Both ways, and taking it back.
async fn all_refused(person: &Person, post: &str, status: u16, error: &str) {
    echo(person, post, "public").await.refused(status, error);
    echo(person, post, "friends").await.refused(status, error);
    quote(person, post, &json!({ "text": "words" })).await.refused(status, error);
    unecho(person, post, "public").await.refused(status, error);
}

#[tokio::test(flavor = "multi_thread")]
async fn only_public_posts_outside_circles_are_passed_on_by_anybody() {
    let world = World::new().await;
    let [author, friend, member] = world.people(["author", "friend", "member"]).await;
    author.places(&friend, Side::Friends).await;
    let private = author.posts(Side::Friends, "for friends").await;
    let circle = make(&author, Side::Public, &[]).await;
    let body = json!({ "text": "in a circle", "setId": circle });
    let inside = author.post("/api/post", &body).await.expect(201).json()["post"]["id"].as_str().unwrap().to_owned();
    for (person, post) in [(&author, &private), (&friend, &private), (&author, &inside)] {
        all_refused(person, post, 403, "echo_forbidden_private").await;
    }
    // Who does not see it hears nothing of it.
    for post in [&private, &inside] {
        all_refused(&member, post, 404, "not_found").await;
    }
    let whisper = {
        let open = author.posts(Side::Public, "open").await;
        quoted(&friend, &open, "friends", "a whisper").await
    };
    all_refused(&friend, &whisper, 403, "echo_forbidden_private").await;
    all_refused(&author, &whisper, 404, "not_found").await;
    assert_eq!(world.count(PASSED_ON).await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_does_not_see_a_post_passes_on_nothing_and_finds_one_answer() {
    let world = World::builder().setting("SIDDES_THROTTLE_POST_ECHO", "off").build().await;
    let [author, blocked, blocking, hider, stranger] =
        world.people(["author", "blocked", "blocking", "hider", "stranger"]).await;
    let post = author.posts(Side::Public, "hello").await;
    let hidden = author.posts(Side::Public, "hidden by staff").await;
    let mut conn = world.database.connect().await;
    sqlx::query("update social.post set hidden = true where id = $1").bind(&hidden).execute(&mut conn).await.unwrap();
    author.blocks(&blocked).await;
    blocking.blocks(&author).await;
    hider.post("/api/hidden-posts", &json!({ "postId": post })).await.expect(200);
    let unknown = "p_1_00000000";
    for (person, post) in [(&blocked, &post), (&blocking, &post), (&hider, &post), (&stranger, &hidden)] {
        all_refused(person, post, 404, "not_found").await;
        for (answer, nowhere) in [
            (echo(person, post, "public").await, echo(person, unknown, "public").await),
            (unecho(person, post, "public").await, unecho(person, unknown, "public").await),
            (quote(person, post, &json!({ "text": "" })).await, quote(person, unknown, &json!({ "text": "" })).await),
        ] {
            assert_eq!(answer.body_without_ids(), nowhere.body_without_ids(), "{}", person.name);
            assert_eq!(answer.statements(), nowhere.statements(), "{}", person.name);
        }
    }
    assert_eq!(world.count(PASSED_ON).await, 0);
    world.auth().set_state(author.id, AccountState::Banned, None, Some("spam")).await.expect("banned");
    all_refused(&stranger, &post, 404, "not_found").await;
}

/// What a reader is told of the original within another post.
async fn preview(person: &Person, post: &str) -> Value {
    person.reads(post).await.expect(200).json()["post"]["echoOf"]["content"].take()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_quoted_is_shown_to_those_who_may_read_it_and_to_nobody_else() {
    let world = World::new().await;
    let [author, fan, reader, blocked] = world.people(["author", "fan", "reader", "blocked"]).await;
    let post = author.posts(Side::Public, "hello").await;
    let about = quoted(&fan, &post, "public", "words").await;
    author.blocks(&blocked).await;
    assert_eq!(preview(&reader, &about).await, "hello");
    assert_eq!(preview(&world.anonymous(), &about).await, "hello");
    assert_eq!(preview(&blocked, &about).await, "");
    let mut conn = world.database.connect().await;
    for (hidden, shown) in [(true, ""), (false, "hello")] {
        let hide = sqlx::query("update social.post set hidden = $2 where id = $1").bind(&post).bind(hidden);
        hide.execute(&mut conn).await.unwrap();
        assert_eq!(preview(&reader, &about).await, shown);
        assert_eq!(preview(&author, &about).await, "hello", "one's own");
    }
    world.auth().set_state(author.id, AccountState::Deactivated, None, None).await.expect("gone");
    assert_eq!(preview(&reader, &about).await, "");
}

#[tokio::test(flavor = "multi_thread")]
async fn echoes_in_private_sides_are_counted_for_those_who_see_them_only() {
    let world = World::new().await;
    let [author, a, b, stranger] = world.people(["author", "ann", "ben", "stranger"]).await;
    let post = author.posts(Side::Public, "hello").await;
    a.places(&b, Side::Friends).await;
    echo(&a, &post, "friends").await.expect(200);
    quoted(&a, &post, "friends", "words").await;
    for (person, count) in [(&b, 3), (&stranger, 1), (&author, 1)] {
        let told = echo(person, &post, "friends").await.expect(200).json();
        assert_eq!(told["echoCount"], count, "{}", person.name);
    }
    a.unplaces(&b).await;
    assert_eq!(echo(&b, &post, "friends").await.expect(200).json()["echoCount"], 1);
    assert_eq!(author.reads(&post).await.json()["post"]["echoCount"], 0, "the post's own Side");
}

#[tokio::test(flavor = "multi_thread")]
async fn echoes_of_the_gone_count_for_nobody_and_come_back_with_them() {
    let world = World::new().await;
    let [author, fan] = world.people(["author", "fan"]).await;
    let post = author.posts(Side::Public, "hello").await;
    echo(&fan, &post, "public").await.expect(200);
    quoted(&fan, &post, "public", "words").await;
    for (state, count) in [(AccountState::Banned, 0), (AccountState::Active, 2)] {
        world.auth().set_state(fan.id, state, None, None).await.expect("set");
        world.jobs_done().await;
        assert_eq!(author.reads(&post).await.json()["post"]["echoCount"], count);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_block_is_told_nobody_has_echoed_the_other_since() {
    let world = World::builder()
        .setting("SIDDES_THROTTLE_SAFETY_BLOCK", "off")
        .setting("SIDDES_THROTTLE_POST_ECHO", "off")
        .setting("SIDDES_THROTTLE_POST_QUOTE", "off")
        .setting("SIDDES_THROTTLE_POST_CREATE", "off")
        .build()
        .await;
    let [author, fan] = world.people(["author", "fan"]).await;
    for _ in 0..8 {
        let post = author.posts(Side::Public, "hello").await;
        let words = json!({ "text": "words" });
        let acts = async { tokio::join!(echo(&fan, &post, "public"), quote(&fan, &post, &words)) };
        let ((one, two), ()) = tokio::join!(acts, author.blocks(&fan));
        let before = world.count(PASSED_ON).await;
        assert!([200, 404].contains(&one.status.as_u16()) && [201, 404].contains(&two.status.as_u16()));
        all_refused(&fan, &post, 404, "not_found").await;
        assert_eq!(world.count(PASSED_ON).await, before);
        author.unblocks(&fan).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_echo_that_waited_for_a_block_finds_nothing() {
    let world = World::new().await;
    let [author, fan] = world.people(["author", "fan"]).await;
    let post = author.posts(Side::Public, "hello").await;
    let held = world.ambient.pauses.hold("social.echo.begun");
    let late = tokio::spawn({
        let (fan, post) = (fan.clone(), post.clone());
        async move { echo(&fan, &post, "public").await }
    });
    held.reached().await;
    author.blocks(&fan).await;
    held.release();
    late.await.unwrap().refused(404, "not_found");
    assert_eq!(world.count(PASSED_ON).await, 0);
}
