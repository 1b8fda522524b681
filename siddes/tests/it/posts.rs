//! Creating and deleting: what is stored, what is refused, in which order.

use platform::{Side, person::AccountState};
use serde_json::json;
use testkit::World;

#[tokio::test(flavor = "multi_thread")]
async fn the_post_object_is_whole_on_every_surface() {
    let world = World::new().await;
    let [author] = world.people(["sam_fox"]).await;
    let body = json!({ "text": "  Hello #One #two #one  ", "side": "public", "publicChannel": "Tech", "urgent": true });
    let created = author.post("/api/post", &body).await.expect(201).json();
    assert_eq!((&created["ok"], &created["status"], &created["side"]), (&json!(true), &json!(201), &json!("public")));
    let post = &created["post"];
    let id = post["id"].as_str().unwrap();
    assert!(id.starts_with("p_") && id.rsplit('_').next().unwrap().len() == 8, "{id}");
    for (name, expected) in [
        ("author", json!("Sam Fox")),
        ("handle", json!("@sam_fox")),
        ("content", json!("Hello #One #two #one")),
        ("kind", json!("text")),
        ("likeCount", json!(0)),
        ("likes", json!(0)),
        ("liked", json!(false)),
        ("replyCount", json!(0)),
        ("echoCount", json!(0)),
        ("echoed", json!(false)),
        ("urgent", json!(true)),
        ("tags", json!(["one", "two"])),
        ("trustLevel", json!(1)),
        ("publicChannel", json!("tech")),
        ("canDelete", json!(true)),
    ] {
        assert_eq!(post[name], expected, "{name}");
    }
    assert!(post["createdAt"].is_i64() && post["time"].as_str().unwrap().ends_with('s'));
    for absent in ["setId", "media", "echoOf", "editedAt", "authorAvatarUrl", "broadcast"] {
        assert!(post.get(absent).is_none(), "{absent}");
    }
    let mut listed = author.feed(Side::Public).await.json()["items"][0].clone();
    let mut read = author.reads(id).await.expect(200).json()["post"].clone();
    for item in [&mut listed, &mut read] {
        item["time"] = post["time"].clone();
        for (name, value) in post.as_object().unwrap() {
            assert_eq!(&item[name], value, "{name}");
        }
    }
    let anonymous = world.anonymous().reads(id).await.expect(200).json();
    assert_eq!((&anonymous["viewerAuthed"], &anonymous["post"]["canDelete"]), (&json!(false), &json!(false)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_is_that_of_the_posts_side() {
    let world = World::new().await;
    let [author] = world.people(["sam_fox"]).await;
    for (side, name) in
        [(Side::Public, "Sam Fox"), (Side::Friends, "Sam"), (Side::Close, "S."), (Side::Work, "Sam Fox")]
    {
        author.posts(side, "x").await;
        assert_eq!(author.feed(side).await.json()["items"][0]["author"], name, "{side}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn create_refuses_in_the_contracts_order_and_stores_nothing() {
    let world = World::new().await;
    let [author] = world.people(["author"]).await;
    let long = |length: usize| "é".repeat(length);
    let five = json!(["a", "b", "c", "d", "e"]);
    for (body, status, error) in [
        (json!({ "text": "x", "side": "zzz" }), 400, "invalid_side"),
        (json!({ "text": "x", "client_key": "k".repeat(129) }), 400, "invalid_client_key"),
        (json!({ "text": "x", "client_key": "echo:p_1:public" }), 400, "invalid_client_key"),
        (json!({ "text": "", "setId": "b_1", "mediaKeys": five }), 404, "not_found"),
        (json!({ "text": "", "setId": "seed_me_9_work_team" }), 404, "not_found"),
        (json!({ "text": "", "mediaKeys": five }), 400, "too_many_media"),
        (json!({ "text": "", "media": "a, b" }), 400, "invalid_media"),
        (json!({ "text": " \n " }), 400, "empty_text"),
        (json!({ "text": 5 }), 400, "empty_text"),
        (json!([1]), 400, "empty_text"),
        (json!({ "text": long(801) }), 400, "too_long"),
        (json!({ "text": long(5001), "side": "work" }), 400, "too_long"),
        (json!({ "text": "a\u{0}b" }), 400, "invalid_text"),
    ] {
        let answer = author.post("/api/post", &body).await;
        answer.refused(status, error);
        if error == "too_long" {
            assert!([json!(800), json!(5000)].contains(&answer.json()["max"]));
        }
    }
    assert_eq!(world.count("select count(*) from social.post").await, 0);
    author.post("/api/post", &json!({ "text": long(800) })).await.expect(201);
    author.post("/api/post", &json!({ "text": long(5000), "side": "Work " })).await.expect(201);
    let plain =
        author.post("/api/post", &json!({ "text": "x", "urgent": "false", "publicChannel": "no spaces!" })).await;
    let post = plain.expect(201).json()["post"].clone();
    assert!(post.get("urgent").is_none() && post.get("publicChannel").is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn deleting_takes_the_post_from_everywhere_and_only_once() {
    let world = World::new().await;
    let [author, reader] = world.people(["author", "reader"]).await;
    let post = author.posts(Side::Public, "soon gone #tag").await;
    reader.delete(&format!("/api/post/{post}")).await.refused(404, "not_found");
    world.anonymous().delete(&format!("/api/post/{post}")).await.refused(401, "restricted");
    let answer = author.delete(&format!("/api/post/{post}")).await.expect(200).json();
    assert_eq!(answer, json!({ "ok": true, "deleted": true, "id": post }));
    author.delete(&format!("/api/post/{post}")).await.refused(404, "not_found");
    for path in ["side=public", "side=public&tag=tag"] {
        assert!(reader.get(&format!("/api/feed?{path}")).await.contents().is_empty());
    }
    reader.reads(&post).await.refused(404, "not_found");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restricted_author_cannot_post_and_can_take_back() {
    let world = World::new().await;
    let [author, reader] = world.people(["author", "reader"]).await;
    let post = author.posts(Side::Public, "before").await;
    world.auth().set_state(author.id, AccountState::ReadOnly, None, Some("spam")).await.expect("restricted");
    author.post("/api/post", &json!({ "text": "after" })).await.refused(403, "account_restricted");
    reader.reads(&post).await.expect(200);
    author.delete(&format!("/api/post/{post}")).await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_gone_author_does_not_exist_for_others_and_comes_back_whole() {
    let world = World::new().await;
    let [author, reader] = world.people(["author", "reader"]).await;
    author.places(&reader, Side::Friends).await;
    let posts = [author.posts(Side::Public, "public").await, author.posts(Side::Friends, "friends").await];
    world.auth().set_state(author.id, AccountState::Banned, None, Some("spam")).await.expect("banned");
    let unknown = reader.reads("p_1_00000000").await;
    for post in &posts {
        let answer = reader.reads(post).await.expect(404);
        assert_eq!(answer.body_without_ids(), unknown.body_without_ids());
        world.anonymous().reads(post).await.expect(404);
        author.reads(post).await.expect(200);
    }
    assert!(reader.feed(Side::Public).await.contents().is_empty());
    assert!(reader.feed(Side::Friends).await.contents().is_empty());
    world.auth().set_state(author.id, AccountState::Active, None, None).await.expect("back");
    for post in &posts {
        reader.reads(post).await.expect(200);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_moderated_post_is_seen_by_its_author_only() {
    let world = World::new().await;
    let [author, reader] = world.people(["author", "reader"]).await;
    let post = author.posts(Side::Public, "hidden by staff").await;
    let mut conn = world.database.connect().await;
    sqlx::query("update social.post set hidden = true").execute(&mut conn).await.unwrap();
    reader.reads(&post).await.expect(404);
    world.anonymous().reads(&post).await.expect(404);
    assert!(reader.feed(Side::Public).await.contents().is_empty());
    author.reads(&post).await.expect(200);
    assert_eq!(author.feed(Side::Public).await.contents(), ["hidden by staff"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lite_feed_tells_ids_and_marks_only() {
    let world = World::new().await;
    let [author] = world.people(["author"]).await;
    author.posts(Side::Work, "see https://example.test").await;
    let json = author.get("/api/feed?side=work&lite=1").await.expect(200).json();
    let item = json["items"][0].as_object().unwrap();
    assert!(item.contains_key("id") && item["hasDoc"].is_boolean() && !item.contains_key("content"));
    assert_eq!(item["kind"], "link");
}
