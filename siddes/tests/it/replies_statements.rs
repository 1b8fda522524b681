//! What replies, likes and hidden posts cost, in SQL statements of all services together.

use platform::Side;
use serde_json::json;
use testkit::World;

use crate::replies::{many, read, reply};

#[tokio::test(flavor = "multi_thread")]
async fn a_thousand_replies_cost_what_none_cost() {
    let world = World::new().await;
    let [author, reader, foe] = world.people(["author", "reader", "foe"]).await;
    let post = author.posts(Side::Public, "hello").await;
    reader.blocks(&foe).await;
    reader.mutes(&author).await;
    let none = read(&reader, &post).await.expect(200).statements();
    assert!((1..=5).contains(&none), "{none}");
    many(&world, &post, &foe, 1_000).await;
    assert_eq!(read(&reader, &post).await.expect(200).statements(), none);
    let answer = author.get(&format!("/api/post/{post}/replies?tree=1")).await.expect(200);
    assert_eq!(answer.json()["replies"].as_array().unwrap().len(), 1_000);
    assert_eq!(answer.statements(), none);
}

#[tokio::test(flavor = "multi_thread")]
async fn writing_keeps_its_budgets() {
    let world = World::new().await;
    let [author, friend, third] = world.people(["author", "friend", "third"]).await;
    let post = author.posts(Side::Public, "hello").await;
    let below = reply(&third, &post, None, "first").await;
    let path = format!("/api/post/{post}/reply");
    let (keyed, nested) = (json!({ "text": "x", "client_key": "k" }), json!({ "text": "x", "parentId": below }));
    let like = format!("/api/post/{post}/like");
    let hide = json!({ "postId": post });
    let show = json!({ "postId": post, "hidden": false });
    for (what, answer, most) in [
        ("reply", friend.post(&path, &keyed).await, 8),
        ("repeat", friend.post(&path, &keyed).await, 3),
        ("reply below", friend.post(&path, &nested).await, 9),
        ("like", friend.post(&like, &json!({})).await, 8),
        ("like again", friend.post(&like, &json!({})).await, 7),
        ("unlike", friend.delete(&like).await, 8),
        ("hide", friend.post("/api/hidden-posts", &hide).await, 3),
        ("hidden", friend.get("/api/hidden-posts").await, 4),
        ("show", friend.post("/api/hidden-posts", &show).await, 3),
    ] {
        assert!(answer.status.is_success(), "{what}: {}", answer.status);
        assert!((1..=most).contains(&answer.statements()), "{what}: {} statements", answer.statements());
    }
}
