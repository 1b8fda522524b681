//! Blocks: by account, symmetric in effect, held everywhere before they are answered.

use platform::{Side, person::AccountState};
use serde_json::json;
use testkit::World;

#[tokio::test(flavor = "multi_thread")]
async fn a_block_ends_what_joins_the_two_and_unblocking_restores_nothing() {
    let world = World::new().await;
    let [ann, ben] = world.people(["ann", "ben"]).await;
    ann.places(&ben, Side::Close).await;
    ben.places(&ann, Side::Friends).await;
    ann.blocks(&ben).await;
    assert_eq!(world.count("select count(*) from social.placement").await, 0);
    ben.side(&ann, "friends").await.refused(404, "not_found");
    ann.side(&ben, "friends").await.refused(403, "restricted");
    ann.unblocks(&ben).await;
    assert_eq!(world.count("select count(*) from social.placement").await, 0);
    ann.places(&ben, Side::Friends).await;
    ben.places(&ann, Side::Friends).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn blocking_twice_is_one_block_and_neither_is_told() {
    let world = World::new().await;
    let [ann, ben] = world.people(["ann", "ben"]).await;
    let by_name = ann.post("/api/blocks", &json!({ "target": "@Ben" })).await.expect(200).json();
    assert_eq!(by_name, json!({ "ok": true, "blocked": true, "target": "@ben" }));
    let token = format!("me_{}", ben.id.0);
    let by_id = ann.post("/api/blocks", &json!({ "token": token })).await.expect(200).json();
    assert_eq!(by_id["target"], token);
    assert_eq!(ann.get("/api/blocks").await.json()["blocked"], json!(["@ben"]));
    assert_eq!(ben.get("/api/blocks").await.json()["blocked"], json!([]));
    let removed = ann.delete(&format!("/api/blocks/{token}")).await.expect(200).json();
    assert_eq!(removed, json!({ "ok": true, "blocked": false, "target": token }));
    ann.unblocks(&ben).await;
    assert_eq!(ann.get("/api/blocks").await.json()["blocked"], json!([]));
}

#[tokio::test(flavor = "multi_thread")]
async fn targets_are_read_strictly() {
    let world = World::new().await;
    let [ann] = world.people(["ann"]).await;
    for target in [
        json!(""),
        json!("@"),
        json!("@@x"),
        json!("a b"),
        json!("me_abc"),
        json!("x".repeat(65)),
        json!(5),
        json!(true),
        json!(["ben"]),
        json!(null),
    ] {
        for path in ["/api/blocks", "/api/mutes"] {
            ann.post(path, &json!({ "target": target })).await.refused(400, "invalid_target");
        }
    }
    for target in ["ann", "@Ann", &format!("me_{}", ann.id.0)] {
        ann.post("/api/blocks", &json!({ "target": target })).await.refused(400, "cannot_block_self");
        ann.post("/api/mutes", &json!({ "target": target })).await.refused(400, "cannot_mute_self");
    }
    for path in ["/api/blocks", "/api/mutes"] {
        world.anonymous().get(path).await.refused(401, "restricted");
        world.anonymous().post(path, &json!({ "target": "ann" })).await.refused(401, "restricted");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_target_is_kept_as_typed_and_never_comes_to_life() {
    let world = World::new().await;
    let [ann] = world.people(["ann"]).await;
    let answer = ann.post("/api/blocks", &json!({ "target": "@Later" })).await.expect(200).json();
    assert_eq!(answer, json!({ "ok": true, "blocked": true, "target": "@later" }));
    let listed = ann.get("/api/blocks").await.json();
    assert_eq!((&listed["blocked"], &listed["items"][0]["id"]), (&json!(["@later"]), &json!(null)));
    let [later] = world.people(["later"]).await;
    let post = later.posts(Side::Public, "here i am").await;
    ann.reads(&post).await.expect(200);
    ann.delete("/api/blocks/%40later").await.expect(200);
    assert_eq!(ann.get("/api/blocks").await.json()["blocked"], json!([]));
}

#[tokio::test(flavor = "multi_thread")]
async fn mutual_blocks_need_two_unblocks() {
    let world = World::new().await;
    let [ann, ben] = world.people(["ann", "ben"]).await;
    let post = ben.posts(Side::Public, "by ben").await;
    ann.blocks(&ben).await;
    ben.blocks(&ann).await;
    ann.unblocks(&ben).await;
    ann.reads(&post).await.expect(404);
    ben.unblocks(&ann).await;
    ann.reads(&post).await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_blocked_somebody_is_not_told_that_he_is_blocked_back() {
    let world = World::new().await;
    let [ann, ben] = world.people(["ann", "ben"]).await;
    ann.blocks(&ben).await;
    for _alone_and_then_mutual in 0..2 {
        ann.side(&ben, "public").await.expect(200);
        ann.side(&ben, "friends").await.refused(403, "restricted");
        let follow = |follow: bool| json!({ "username": "ben", "follow": follow });
        ann.post("/api/follow", &follow(false)).await.expect(200);
        ann.post("/api/follow", &follow(true)).await.refused(403, "restricted");
        ben.blocks(&ann).await;
    }
    ann.unblocks(&ben).await;
    ann.side(&ben, "public").await.refused(404, "not_found");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_block_survives_a_rename_and_works_while_restricted() {
    let world = World::new().await;
    let [ann, ben] = world.people(["ann", "ben"]).await;
    world.auth().set_state(ann.id, AccountState::Suspended, None, Some("spam")).await.expect("suspended");
    ann.blocks(&ben).await;
    ben.post("/api/auth/username/set", &json!({ "username": "benjamin" })).await.expect(200);
    let post = ben.posts(Side::Public, "under a new name").await;
    ann.reads(&post).await.expect(404);
    ann.delete(&format!("/api/blocks/me_{}", ben.id.0)).await.expect(200);
    ann.reads(&post).await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_shows_the_live_name_but_not_of_one_who_blocks_back() {
    let world = World::new().await;
    let [ann, ben] = world.people(["ann", "ben"]).await;
    ann.blocks(&ben).await;
    ben.blocks(&ann).await;
    ben.post("/api/auth/username/set", &json!({ "username": "benjamin" })).await.expect(200);
    // The copy of the name follows by a job; it must not show while he blocks her.
    assert_eq!(ann.get("/api/blocks").await.json()["blocked"], json!(["@ben"]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_block_and_a_mute_are_ended_by_the_handle_that_the_list_shows() {
    let world = World::new().await;
    let [ann, ben] = world.people(["ann", "ben"]).await;
    ann.blocks(&ben).await;
    ann.mutes(&ben).await;
    ben.blocks(&ann).await;
    ben.post("/api/auth/username/set", &json!({ "username": "benjamin" })).await.expect(200);
    for (path, list) in [("/api/blocks", "blocked"), ("/api/mutes", "muted")] {
        assert_eq!(ann.get(path).await.json()[list], json!(["@ben"]), "{path}");
        ann.delete(&format!("{path}/%40ben")).await.expect(200);
        assert_eq!(ann.get(path).await.json()[list], json!([]), "{path}");
    }
    ben.delete(&format!("/api/blocks/me_{}", ann.id.0)).await.expect(200);
    let post = ben.posts(Side::Public, "after").await;
    assert_eq!(ann.feed(Side::Public).await.contents(), ["after"]);
    ann.reads(&post).await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn blocking_and_muting_cost_the_same_whether_or_not_anybody_is_there() {
    // Without the jobs, which may be faster than the request and leave it less to do.
    let world = World::builder().without_worker().build().await;
    let [ann, _ben, gone] = world.people(["ann", "ben", "gone_one"]).await;
    world.auth().set_state(gone.id, AccountState::Deactivated, None, None).await.expect("gone");
    for path in ["/api/blocks", "/api/mutes"] {
        let mut costs = Vec::new();
        for name in ["ben", "gone_one", "nobody"] {
            let body = json!({ "target": format!("@{name}") });
            let placed = ann.post(path, &body).await.expect(200).statements();
            let again = ann.post(path, &body).await.expect(200).statements();
            let ended = ann.delete(&format!("{path}/%40{name}")).await.expect(200).statements();
            costs.push((placed, again, ended));
        }
        assert!(costs.iter().all(|cost| *cost == costs[0]), "{path}: {costs:?}");
    }
}
