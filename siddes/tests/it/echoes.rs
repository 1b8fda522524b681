//! Pure echoes: one of each post a person and Side, counted exactly, taken back without a trace.

use futures::future::join_all;
use platform::{Side, person::AccountState};
use serde_json::{Value, json};
use testkit::{Answer, Person, World};

/// Posts whose number of public echoes is not that of what is there.
pub const WRONG_ECHOES: &str = "select count(*) from social.post p
     where echo_count <> (select count(*) from social.post e join social.person x on x.id = e.author and not x.gone
                          where e.echo_of = p.id and e.side = 'public')";
const ECHOES: &str = "select count(*) from social.post where echo_of is not null and body = ''";

pub async fn echo(person: &Person, post: &str, side: &str) -> Answer {
    person.post(&format!("/api/post/{post}/echo"), &json!({ "side": side })).await
}

pub async fn unecho(person: &Person, post: &str, side: &str) -> Answer {
    person.delete(&format!("/api/post/{post}/echo?side={side}")).await
}

pub async fn quote(person: &Person, post: &str, body: &Value) -> Answer {
    person.post(&format!("/api/post/{post}/quote"), body).await
}

/// Quotes, and returns the quote's id.
pub async fn quoted(person: &Person, post: &str, side: &str, text: &str) -> String {
    let made = quote(person, post, &json!({ "text": text, "side": side })).await.expect(201).json();
    made["post"]["id"].as_str().unwrap().to_owned()
}

fn told(echoed: bool, post: &str, side: &str, count: i64) -> Value {
    json!({ "ok": true, "echoed": echoed, "postId": post, "side": side, "echoCount": count })
}

#[tokio::test(flavor = "multi_thread")]
async fn an_echo_is_made_once_in_each_side_and_taken_back_once() {
    let world = World::new().await;
    let [author, fan] = world.people(["author", "fan"]).await;
    let post = author.posts(Side::Public, "hello").await;
    for _ in 0..2 {
        assert_eq!(echo(&fan, &post, "public").await.expect(200).json(), told(true, &post, "public", 1));
        assert_eq!(echo(&fan, &post, "close").await.expect(200).json(), told(true, &post, "close", 1));
    }
    assert_eq!(world.count(ECHOES).await, 2);
    let read = author.reads(&post).await.json()["post"].take();
    assert_eq!((&read["echoCount"], &read["echoed"]), (&json!(1), &json!(false)), "private totals are not told");
    assert_eq!(fan.reads(&post).await.json()["post"]["echoed"], true);
    let item = author.feed(Side::Public).await.json()["items"][0].take();
    assert_eq!((&item["content"], &item["handle"], &item["canEdit"]), (&json!(""), &json!("@fan"), &json!(false)));
    assert_eq!((&item["echoOf"]["id"], &item["echoOf"]["content"]), (&json!(post), &json!("hello")));
    for _ in 0..2 {
        assert_eq!(unecho(&fan, &post, "public").await.expect(200).json(), told(false, &post, "public", 0));
    }
    assert_eq!(unecho(&fan, &post, "work").await.expect(200).json(), told(false, &post, "work", 0));
    assert_eq!(world.count(ECHOES).await, 1);
    assert_eq!(world.count(WRONG_ECHOES).await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_side_is_of_the_body_then_of_the_query_then_public_and_never_guessed() {
    let world = World::new().await;
    let [author, fan] = world.people(["author", "fan"]).await;
    let post = author.posts(Side::Public, "hello").await;
    let path = format!("/api/post/{post}/echo");
    for (query, body, side) in [
        ("", json!({}), "public"),
        ("?side=work", json!({}), "work"),
        ("?side=work", json!({ "side": "Close " }), "close"),
        ("", json!([1]), "public"),
    ] {
        assert_eq!(fan.post(&format!("{path}{query}"), &body).await.expect(200).json()["side"], side);
    }
    for (query, body) in
        [("?side=zzz", json!({})), ("?side=work", json!({ "side": "zzz" })), ("", json!({ "side": 5 }))]
    {
        fan.post(&format!("{path}{query}"), &body).await.refused(400, "invalid_side");
    }
    // As the web client takes it back: a content type, and no body.
    assert_eq!(fan.delete(&format!("{path}?side=close")).await.expect(200).json()["echoed"], false);
    fan.delete(&format!("{path}?side=zzz")).await.refused(400, "invalid_side");
    echo(&world.anonymous(), &post, "public").await.refused(401, "restricted");
    unecho(&world.anonymous(), &post, "public").await.refused(401, "restricted");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_echo_of_a_pure_echo_is_one_of_its_original() {
    let world = World::new().await;
    let [author, fan, other] = world.people(["author", "fan", "other"]).await;
    let post = author.posts(Side::Public, "hello").await;
    echo(&fan, &post, "public").await.expect(200);
    let middle = fan.feed(Side::Public).await.json()["items"][0]["id"].as_str().unwrap().to_owned();
    assert_eq!(echo(&other, &middle, "public").await.expect(200).json(), told(true, &post, "public", 2));
    let about = quote(&other, &middle, &json!({ "text": "look" })).await.expect(201).json();
    assert_eq!(about["post"]["echoOf"]["id"], json!(post));
    assert_eq!(world.count("select count(distinct echo_of) from social.post").await, 1);
    // A quote has words of its own, and is echoed itself.
    let quote = about["post"]["id"].as_str().unwrap();
    assert_eq!(echo(&fan, quote, "public").await.expect(200).json(), told(true, quote, "public", 1));
    unecho(&other, &middle, "public").await.expect(200);
    assert_eq!(world.count(WRONG_ECHOES).await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_ordinary_post_is_never_taken_for_an_echo_nor_in_its_way() {
    let world = World::new().await;
    let [author, fan] = world.people(["author", "fan"]).await;
    let post = author.posts(Side::Public, "hello").await;
    let body = json!({ "text": "mine", "side": "close", "client_key": format!("echo:{post}:close") });
    fan.post("/api/post", &body).await.refused(400, "invalid_client_key");
    let body = json!({ "text": "mine", "side": "close", "client_key": format!("{post}:close") });
    fan.post("/api/post", &body).await.expect(201);
    let kept = quoted(&fan, &post, "close", "with words").await;
    assert_eq!(echo(&fan, &post, "close").await.expect(200).json(), told(true, &post, "close", 2));
    assert_eq!(unecho(&fan, &post, "close").await.expect(200).json(), told(true, &post, "close", 1), "a quote remains");
    fan.reads(&kept).await.expect(200);
    assert_eq!(fan.feed(Side::Close).await.contents(), ["with words", "mine"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn twelve_echoes_at_once_are_one_and_the_number_is_exact() {
    let world = World::builder().setting("SIDDES_THROTTLE_POST_ECHO", "off").build().await;
    let [author, a, b] = world.people(["author", "ann", "ben"]).await;
    let post = author.posts(Side::Public, "hello").await;
    for answer in join_all((0..12).map(|_| echo(&a, &post, "public"))).await {
        assert_eq!(answer.expect(200).json(), told(true, &post, "public", 1));
    }
    for round in 0..6 {
        let acts = (0..8).map(|number| {
            let (person, on) = ([&a, &b][number % 2], (number + round) % 3 == 0);
            let post = &post;
            async move { if on { echo(person, post, "public").await } else { unecho(person, post, "public").await } }
        });
        for answer in join_all(acts).await {
            answer.expect(200);
        }
        assert_eq!(world.count(WRONG_ECHOES).await, 0);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn deleting_takes_the_pure_echoes_along_and_leaves_quotes_without_what_they_quote() {
    let world = World::new().await;
    let [author, fan, other] = world.people(["author", "fan", "other"]).await;
    let post = author.posts(Side::Public, "hello").await;
    echo(&fan, &post, "public").await.expect(200);
    echo(&fan, &post, "friends").await.expect(200);
    let kept = quoted(&other, &post, "public", "with words").await;
    author.delete(&format!("/api/post/{post}")).await.expect(200);
    assert_eq!(world.count(ECHOES).await, 0);
    let item = fan.reads(&kept).await.expect(200).json()["post"].take();
    let gone = json!({
        "id": post, "author": "Unknown", "handle": "@unknown", "time": "", "content": "", "kind": "text",
    });
    assert_eq!((&item["content"], &item["echoOf"]), (&json!("with words"), &gone));
    echo(&fan, &post, "public").await.refused(404, "not_found");
    // Deleting an echo or a quote as a post counts it out as well.
    let post = author.posts(Side::Public, "again").await;
    echo(&fan, &post, "public").await.expect(200);
    let one = fan.feed(Side::Public).await.json()["items"][0]["id"].as_str().unwrap().to_owned();
    let two = quoted(&fan, &post, "public", "words").await;
    for (id, left) in [(one, 1), (two, 0)] {
        fan.delete(&format!("/api/post/{id}")).await.expect(200);
        assert_eq!(author.reads(&post).await.json()["post"]["echoCount"], left);
    }
    assert_eq!(world.count(WRONG_ECHOES).await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_echo_beside_the_deletion_is_gone_with_it_or_was_never_made() {
    let world = World::builder().setting("SIDDES_THROTTLE_POST_DELETE", "off").build().await;
    let [author, fan] = world.people(["author", "fan"]).await;
    for _ in 0..6 {
        let post = author.posts(Side::Public, "hello").await;
        let gone = format!("/api/post/{post}");
        let echoes = join_all(["public", "friends", "work"].map(|side| echo(&fan, &post, side)));
        let (answers, deleted) = tokio::join!(echoes, author.delete(&gone));
        deleted.expect(200);
        for answer in answers {
            assert!([200, 404].contains(&answer.status.as_u16()), "{}", answer.status);
        }
        assert_eq!(world.count(ECHOES).await, 0);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_echo_that_was_made_first_goes_with_the_deletion_that_waited_for_it() {
    let world = World::new().await;
    let [author, fan] = world.people(["author", "fan"]).await;
    let post = author.posts(Side::Public, "hello").await;
    let held = world.ambient.pauses.hold("social.echo.before_commit");
    let first = tokio::spawn({
        let (fan, post) = (fan.clone(), post.clone());
        async move { echo(&fan, &post, "public").await }
    });
    held.reached().await;
    let gone = tokio::spawn({
        let (author, path) = (author.clone(), format!("/api/post/{post}"));
        async move { author.delete(&path).await }
    });
    // It waits for the post that the echo holds; then it must see the echo.
    let waiting = "select count(*) from pg_locks l join pg_stat_activity a on a.pid = l.pid
                   where not l.granted and a.datname = current_database()";
    world.database.until(waiting, 1).await;
    held.release();
    first.await.unwrap().expect(200);
    gone.await.unwrap().expect(200);
    assert_eq!(world.count("select count(*) from social.post").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_may_only_read_takes_an_echo_back_and_makes_none() {
    let world = World::new().await;
    let [author, fan] = world.people(["author", "fan"]).await;
    let post = author.posts(Side::Public, "hello").await;
    echo(&fan, &post, "public").await.expect(200);
    world.auth().set_state(fan.id, AccountState::ReadOnly, None, Some("spam")).await.expect("restricted");
    for side in ["public", "work"] {
        echo(&fan, &post, side).await.refused(403, "account_restricted");
    }
    quote(&fan, &post, &json!({ "text": "x" })).await.refused(403, "account_restricted");
    assert_eq!(unecho(&fan, &post, "public").await.expect(200).json(), told(false, &post, "public", 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_echo_costs_what_it_costs() {
    let world = World::new().await;
    let [author, fan] = world.people(["author", "fan"]).await;
    let post = author.posts(Side::Public, "hello").await;
    let answer = echo(&fan, &post, "public").await.expect(200);
    assert!(answer.statements() <= 9, "echo: {}", answer.statements());
    let answer = unecho(&fan, &post, "public").await.expect(200);
    assert!(answer.statements() <= 10, "unecho: {}", answer.statements());
}
