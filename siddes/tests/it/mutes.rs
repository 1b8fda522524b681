//! Mutes: one-way and secret; out of the feed, not out of reach.

use platform::Side;
use serde_json::json;
use testkit::World;

#[tokio::test(flavor = "multi_thread")]
async fn a_muted_author_leaves_the_feed_and_stays_reachable_and_unmuting_brings_him_back() {
    let world = World::new().await;
    let [ann, ben] = world.people(["ann", "ben"]).await;
    ben.places(&ann, Side::Friends).await;
    let post = ben.posts(Side::Friends, "by ben").await;
    let answer = ann.post("/api/mutes", &json!({ "target": "@ben" })).await.expect(200).json();
    assert_eq!(answer, json!({ "ok": true, "muted": true, "target": "@ben" }));
    assert!(ann.feed(Side::Friends).await.contents().is_empty());
    ann.reads(&post).await.expect(200);
    assert_eq!(ann.get("/api/mutes").await.json()["muted"], json!(["@ben"]));
    let answer = ann.delete("/api/mutes/%40ben").await.expect(200).json();
    assert_eq!(answer, json!({ "ok": true, "muted": false, "target": "@ben" }));
    assert_eq!(ann.feed(Side::Friends).await.contents(), ["by ben"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_muted_one_notices_nothing() {
    let world = World::new().await;
    let [ann, ben] = world.people(["ann", "ben"]).await;
    let post = ann.posts(Side::Public, "by ann").await;
    let before = (ben.reads(&post).await, ben.feed(Side::Public).await, ben.get("/api/followers").await);
    ann.mutes(&ben).await;
    let after = (ben.reads(&post).await, ben.feed(Side::Public).await, ben.get("/api/followers").await);
    assert_eq!(before.0.json()["post"]["id"], after.0.json()["post"]["id"]);
    assert_eq!(before.1.contents(), after.1.contents());
    assert_eq!(before.2.json(), after.2.json());
    assert_eq!(ben.get("/api/mutes").await.json()["muted"], json!([]));
}

#[tokio::test(flavor = "multi_thread")]
async fn unblocking_does_not_unmute() {
    let world = World::new().await;
    let [ann, ben] = world.people(["ann", "ben"]).await;
    ben.posts(Side::Public, "by ben").await;
    ann.mutes(&ben).await;
    ann.blocks(&ben).await;
    ann.unblocks(&ben).await;
    assert!(ann.feed(Side::Public).await.contents().is_empty());
}
