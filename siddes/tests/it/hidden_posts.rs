//! Posts that somebody hides from himself: gone for him everywhere, for nobody else, until he shows them again.

use futures::future::join_all;
use platform::{Side, person::AccountState};
use serde_json::{Value, json};
use testkit::{Answer, Person, World};

async fn set(person: &Person, post: &str, hidden: bool) -> Answer {
    person.post("/api/hidden-posts", &json!({ "postId": post, "hidden": hidden })).await
}

async fn hidden(person: &Person) -> Value {
    person.get("/api/hidden-posts").await.expect(200).json()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hidden_post_is_gone_for_him_alone_and_undo_brings_it_back() {
    let world = World::new().await;
    let [author, viewer, other] = world.people(["author", "viewer", "other"]).await;
    for person in [&viewer, &other] {
        author.places(person, Side::Friends).await;
    }
    for side in [Side::Public, Side::Friends] {
        let post = author.posts(side, "hello #tag").await;
        let path = format!("/api/post/{post}");
        viewer.post(&format!("{path}/like"), &json!({})).await.expect(200);
        let answer = set(&viewer, &post, true).await.expect(200).json();
        assert_eq!(answer, json!({ "ok": true, "postId": post, "hidden": true }));
        let unknown = viewer.reads("p_1795544675943_29228f24").await;
        let gone = viewer.reads(&post).await;
        assert_eq!((gone.status, gone.body_without_ids()), (unknown.status, unknown.body_without_ids()));
        viewer.get(&format!("{path}/replies")).await.refused(404, "not_found");
        viewer.post(&format!("{path}/reply"), &json!({ "text": "x" })).await.refused(404, "not_found");
        viewer.post(&format!("{path}/like"), &json!({})).await.refused(404, "not_found");
        viewer.delete(&format!("{path}/like")).await.refused(404, "not_found");
        for query in [format!("side={side}"), format!("side={side}&tag=tag")] {
            assert!(viewer.get(&format!("/api/feed?{query}")).await.contents().is_empty(), "{query}");
            assert_eq!(other.get(&format!("/api/feed?{query}")).await.contents().len(), 1, "{query}");
        }
        let profile = viewer.get(&format!("/api/profile/author?side={side}")).await.expect(200);
        assert!(!String::from_utf8_lossy(&profile.bytes).contains(&post));
        assert_eq!(other.reads(&post).await.json()["post"]["likeCount"], 1, "no number changes");
        assert_eq!(author.reads(&post).await.json()["post"]["likeCount"], 1);
        assert_eq!(hidden(&viewer).await, json!({ "ok": true, "hidden": [post] }));
        assert_eq!(hidden(&other).await["hidden"], json!([]));

        let answer = set(&viewer, &post, false).await.expect(200).json();
        assert_eq!(answer, json!({ "ok": true, "postId": post, "hidden": false }));
        assert_eq!(viewer.reads(&post).await.expect(200).json()["post"]["liked"], true);
        assert_eq!(viewer.feed(side).await.contents(), ["hello #tag"]);
        viewer.get(&format!("{path}/replies")).await.expect(200);
        author.delete(&path).await.expect(200);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_id_is_a_plain_word_and_hidden_is_yes_or_no() {
    let world = World::new().await;
    let [author, viewer] = world.people(["author", "viewer"]).await;
    let post = author.posts(Side::Public, "hello").await;
    for body in [
        json!({}),
        json!([]),
        json!({ "postId": 5 }),
        json!({ "postId": ["a"] }),
        json!({ "postId": "" }),
        json!({ "postId": "a b" }),
        json!({ "postId": format!(" {post}") }),
        json!({ "postId": "p\u{0}" }),
        json!({ "postId": "x".repeat(65), "hidden": "zzz" }),
    ] {
        viewer.post("/api/hidden-posts", &body).await.refused(400, "invalid_post_id");
    }
    for value in [json!("zzz"), json!(""), json!([]), json!({}), json!(2), json!(0.5), json!("on")] {
        let body = json!({ "postId": post, "hidden": value });
        viewer.post("/api/hidden-posts", &body).await.refused(400, "invalid_hidden");
    }
    assert_eq!(hidden(&viewer).await["hidden"], json!([]));
    for (name, value, expected) in [
        ("postId", json!(null), true),
        ("post_id", json!("no"), false),
        ("id", json!(1), true),
        ("postId", json!(0), false),
        ("postId", json!("Y"), true),
        ("postId", json!("FALSE"), false),
        ("postId", json!(true), true),
    ] {
        let answer = viewer.post("/api/hidden-posts", &json!({ name: post, "hidden": value })).await.expect(200).json();
        assert_eq!(answer["hidden"], expected, "{value}");
        let listed = if expected { json!([post]) } else { json!([]) };
        assert_eq!(hidden(&viewer).await["hidden"], listed, "{value}");
    }
    viewer.post("/api/hidden-posts", &json!({ "postId": post })).await.expect(200);
    assert_eq!(hidden(&viewer).await["hidden"], json!([post]));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_he_may_not_see_is_answered_alike_and_nothing_is_kept() {
    let world = World::new().await;
    let [author, viewer, foe] = world.people(["author", "viewer", "foe"]).await;
    let private = author.posts(Side::Close, "not for you").await;
    let theirs = foe.posts(Side::Public, "by a foe").await;
    foe.blocks(&viewer).await;
    // The first one may be when social meets him.
    set(&viewer, "p_1_00000000", true).await.expect(200);
    let unknown = set(&viewer, "p_1795544675943_29228f24", true).await.expect(200);
    for post in [private.as_str(), theirs.as_str(), "a.b-c", "r_1_00000000"] {
        let answer = set(&viewer, post, true).await.expect(200);
        assert_eq!(answer.json(), json!({ "ok": true, "postId": post, "hidden": true }));
        assert_eq!(answer.statements(), unknown.statements(), "{post}");
    }
    assert_eq!(world.count("select count(*) from social.hidden_post").await, 0);
    // Not hidden when it comes into sight.
    author.places(&viewer, Side::Close).await;
    viewer.reads(&private).await.expect(200);
    // Undo works after access was lost too.
    set(&viewer, &private, true).await.expect(200);
    author.unplaces(&viewer).await;
    set(&viewer, &private, false).await.expect(200);
    author.places(&viewer, Side::Close).await;
    viewer.reads(&private).await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn ones_own_post_is_not_hidden_and_nobody_hides_without_a_name() {
    let world = World::new().await;
    let [author] = world.people(["author"]).await;
    let post = author.posts(Side::Public, "mine").await;
    set(&author, &post, true).await.refused(400, "cannot_hide_own");
    set(&author, &post, false).await.expect(200);
    author.reads(&post).await.expect(200);
    let nobody = world.anonymous();
    set(&nobody, &post, true).await.refused(401, "restricted");
    let listed = nobody.get("/api/hidden-posts").await;
    let blocks = nobody.get("/api/blocks").await;
    assert_eq!((listed.status, listed.body_without_ids()), (blocks.status, blocks.body_without_ids()));
}

#[tokio::test(flavor = "multi_thread")]
async fn hiding_is_open_in_every_state_of_account() {
    let world = World::new().await;
    let [author, viewer] = world.people(["author", "viewer"]).await;
    let post = author.posts(Side::Public, "hello").await;
    for state in [AccountState::ReadOnly, AccountState::Suspended, AccountState::Banned] {
        world.auth().set_state(viewer.id, state, None, Some("spam")).await.expect("set");
        set(&viewer, &post, true).await.expect(200);
        viewer.reads(&post).await.refused(404, "not_found");
        set(&viewer, &post, false).await.expect(200);
        viewer.reads(&post).await.expect(200);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn repeats_are_one_row_and_the_last_one_counts() {
    let world = World::new().await;
    let [author, viewer] = world.people(["author", "viewer"]).await;
    let post = author.posts(Side::Public, "hello").await;
    for answer in join_all((0..8).map(|_| set(&viewer, &post, true))).await {
        answer.expect(200);
    }
    assert_eq!(world.count("select count(*) from social.hidden_post").await, 1);
    // An undo that comes while the hiding is on its way waits for it.
    set(&viewer, &post, false).await.expect(200);
    let held = world.ambient.pauses.hold("social.hidden_post.locked");
    let hide = tokio::spawn({
        let (viewer, post) = (viewer.clone(), post.clone());
        async move { set(&viewer, &post, true).await }
    });
    held.reached().await;
    let show = tokio::spawn({
        let (viewer, post) = (viewer.clone(), post.clone());
        async move { set(&viewer, &post, false).await }
    });
    held.release();
    hide.await.unwrap().expect(200);
    show.await.unwrap().expect(200);
    // The rows go with the post.
    set(&viewer, &post, true).await.expect(200);
    author.delete(&format!("/api/post/{post}")).await.expect(200);
    assert_eq!(world.count("select count(*) from social.hidden_post").await, 0);
    assert_eq!(hidden(&viewer).await["hidden"], json!([]));
}

#[tokio::test(flavor = "multi_thread")]
async fn fifty_thousand_are_enough_for_one_viewer() {
    let world = World::new().await;
    let [author, viewer] = world.people(["author", "viewer"]).await;
    let mut conn = world.database.connect().await;
    let sql = "insert into social.post (id, author, side, body, created_at)
               select 'p_1_' || n, $1, 'public', 'x', now() from generate_series(1, 50003) n";
    sqlx::query(sql).bind(author.id.0).execute(&mut conn).await.unwrap();
    let sql = "insert into social.hidden_post (viewer, post, created_at)
               select $1, 'p_1_' || n, now() from generate_series(1, 49999) n";
    sqlx::query(sql).bind(viewer.id.0).execute(&mut conn).await.unwrap();
    // Of three at once exactly one has room.
    let answers = join_all([50_001, 50_002, 50_003].map(|number| {
        let (viewer, post) = (viewer.clone(), format!("p_1_{number}"));
        async move { set(&viewer, &post, true).await }
    }))
    .await;
    let (made, refused): (Vec<_>, Vec<_>) = answers.into_iter().partition(|answer| answer.status == 200);
    assert_eq!((made.len(), refused.len()), (1, 2));
    for answer in refused {
        answer.refused(409, "limit_reached");
        assert_eq!(answer.json()["max"], 50_000);
    }
    assert_eq!(world.count("select count(*) from social.hidden_post").await, 50_000);
    assert_eq!(hidden(&viewer).await["hidden"].as_array().unwrap().len(), 5_000);
    // What is hidden already, and what is not there, take no room.
    set(&viewer, "p_1_1", true).await.expect(200);
    set(&viewer, "p_2_1", true).await.expect(200);
    set(&viewer, "p_1_1", false).await.expect(200);
    set(&viewer, "p_1_50000", true).await.expect(200);
}
