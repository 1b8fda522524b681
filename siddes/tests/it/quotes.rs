//! Quotes: posts about others, once for each client key, refused in order.

use futures::future::join_all;
use platform::Side;
use serde_json::json;
use testkit::World;

use crate::echoes::{WRONG_ECHOES, quote, quoted};

#[tokio::test(flavor = "multi_thread")]
async fn a_quote_is_a_post_about_another() {
    let world = World::new().await;
    let [author, fan] = world.people(["author", "fan"]).await;
    let body = json!({ "text": "hello", "publicChannel": "tech", "urgent": true });
    let post = author.post("/api/post", &body).await.expect(201).json()["post"]["id"].as_str().unwrap().to_owned();
    let made = quote(&fan, &post, &json!({ "text": " look #here ", "clientKey": "quote_1" })).await.expect(201).json();
    assert_eq!((&made["ok"], &made["status"], &made["side"]), (&json!(true), &json!(201), &json!("public")));
    let item = &made["post"];
    for (name, value) in [("content", json!("look #here")), ("tags", json!(["here"])), ("canEdit", json!(true))] {
        assert_eq!(item[name], value, "{name}");
    }
    for absent in ["publicChannel", "urgent", "setId"] {
        assert!(item.get(absent).is_none(), "{absent}");
    }
    let original = &item["echoOf"];
    assert_eq!((&original["id"], &original["content"]), (&json!(post), &json!("hello")));
    assert_eq!((&original["handle"], &original["kind"]), (&json!("@author"), &json!("text")));
    assert_eq!(author.reads(&post).await.json()["post"]["echoCount"], 1);
    assert_eq!(author.feed(Side::Public).await.contents(), ["look #here", "hello"]);
    // Any number of them, also of one's own.
    quoted(&author, &post, "public", "mine").await;
    quoted(&author, &post, "public", "mine").await;
    assert_eq!(author.reads(&post).await.json()["post"]["echoCount"], 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn refusals_come_in_the_contracts_order_and_store_nothing() {
    let world = World::new().await;
    let [author, fan, outsider] = world.people(["author", "fan", "outsider"]).await;
    author.places(&fan, Side::Friends).await;
    let post = author.posts(Side::Public, "hello").await;
    let private = author.posts(Side::Friends, "for friends").await;
    let long = "é".repeat(801);
    let outside = format!("@{}", outsider.name);
    for (post, body, status, error) in [
        (post.as_str(), json!({ "text": "", "side": "zzz", "client_key": "k".repeat(129) }), 400, "invalid_client_key"),
        ("p_1_00000000", json!({ "text": "", "side": "zzz", "client_key": "k" }), 400, "invalid_side"),
        ("p_1_00000000", json!({ "text": "", "client_key": "k" }), 404, "not_found"),
        (private.as_str(), json!({ "text": "", "client_key": "k" }), 403, "echo_forbidden_private"),
        (post.as_str(), json!({ "text": " ", "client_key": "k" }), 400, "empty_text"),
        (post.as_str(), json!({ "text": long, "client_key": "k" }), 400, "too_long"),
        (post.as_str(), json!({ "text": outside, "side": "close", "client_key": "k" }), 400, "mention_forbidden"),
        (post.as_str(), json!({ "text": "a\u{0}" }), 400, "invalid_text"),
    ] {
        quote(&fan, post, &body).await.refused(status, error);
    }
    assert_eq!(world.count("select count(*) from social.post where echo_of is not null").await, 0);
    assert_eq!(world.count("select count(*) from social.client_key").await, 0);
    quote(&fan, &post, &json!({ "text": long, "side": "work", "client_key": "k" })).await.expect(201);
    quote(&world.anonymous(), &post, &json!({ "text": "x" })).await.refused(401, "restricted");
}

#[tokio::test(flavor = "multi_thread")]
async fn posts_and_quotes_share_one_space_of_keys() {
    let world = World::new().await;
    let [author, fan] = world.people(["author", "fan"]).await;
    let post = author.posts(Side::Public, "hello").await;
    let body = json!({ "text": "once", "side": "friends", "client_key": "k" });
    let answers = join_all((0..12).map(|_| quote(&fan, &post, &body))).await;
    let id = answers[0].json()["post"]["id"].clone();
    for answer in answers {
        let json = answer.expect(201).json();
        assert_eq!((&json["post"]["id"], &json["side"]), (&id, &json!("friends")));
    }
    assert_eq!(world.count("select count(*) from social.post where echo_of is not null").await, 1);
    // Whatever comes later under the key: another post, no post at all, an ordinary one.
    let other = json!({ "text": "", "side": "zzz", "client_key": "k" });
    assert_eq!(quote(&fan, "p_1_00000000", &other).await.expect(201).json()["post"]["id"], id);
    assert_eq!(fan.post("/api/post", &other).await.expect(201).json()["post"]["id"], id);
    fan.post("/api/post", &json!({ "text": "first", "client_key": "p" })).await.expect(201);
    let again = quote(&fan, &post, &json!({ "text": "second", "client_key": "p" })).await.expect(201).json();
    assert_eq!((&again["post"]["content"], again["post"].get("echoOf")), (&json!("first"), None));
    assert_eq!(world.count(WRONG_ECHOES).await, 0);
    // Deleted, it is answered with its id, and written no more.
    fan.delete(&format!("/api/post/{}", id.as_str().unwrap())).await.expect(200);
    let replay = quote(&fan, &post, &body).await.expect(201).json();
    assert_eq!((&replay["post"]["id"], &replay["post"]["content"]), (&id, &json!("")));
}

#[tokio::test(flavor = "multi_thread")]
async fn quotes_count_as_posts_and_only_those_that_were_made() {
    let world = World::builder().setting("SIDDES_QUOTA_POST_CREATE_PER_DAY", "2").build().await;
    let [author, fan] = world.people(["author", "fan"]).await;
    let post = author.posts(Side::Public, "hello").await;
    let body = json!({ "text": "one", "client_key": "k" });
    quote(&fan, &post, &json!({ "text": "" })).await.refused(400, "empty_text");
    for _ in 0..2 {
        quote(&fan, &post, &body).await.expect(201);
    }
    fan.posts(Side::Work, "two").await;
    let answer = quote(&fan, &post, &json!({ "text": "three" })).await;
    answer.refused(429, "quota_exceeded");
    assert_eq!(answer.json()["action"], "post_create");
    fan.post(&format!("/api/post/{post}/echo"), &json!({})).await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_quote_is_edited_and_keeps_what_it_quotes() {
    let world = World::new().await;
    let [author, fan] = world.people(["author", "fan"]).await;
    let post = author.posts(Side::Public, "hello").await;
    let about = quoted(&fan, &post, "public", "words").await;
    let path = format!("/api/post/{about}");
    let edited = fan.call(http::Method::PATCH, &path, Some(&json!({ "text": "others" }))).await.expect(200).json();
    assert_eq!((&edited["post"]["content"], &edited["post"]["echoOf"]["id"]), (&json!("others"), &json!(post)));
    fan.call(http::Method::PATCH, &path, Some(&json!({ "text": " " }))).await.refused(400, "empty_text");
    assert_eq!(world.count(WRONG_ECHOES).await, 0);
}
