//! Interleavings arranged by pause points: who came first, and what the later one finds.

use platform::{Side, person::AccountState};
use serde_json::json;
use testkit::World;

#[tokio::test(flavor = "multi_thread")]
async fn block_waits_for_the_writer_that_came_first() {
    let world = World::new().await;
    let [ann, ben] = world.people(["ann", "ben"]).await;
    let held = world.ambient.pauses.hold("social.place.before_commit");
    let place = tokio::spawn({
        let (ann, ben) = (ann.clone(), ben.clone());
        async move { ben.side(&ann, "friends").await }
    });
    held.reached().await;
    let committed = world.ambient.pauses.hold("safety.block.committed");
    let block = tokio::spawn({
        let (ann, ben) = (ann.clone(), ben.clone());
        async move { ann.blocks(&ben).await }
    });
    committed.reached().await;
    committed.release();
    held.release();
    place.await.unwrap().expect(200);
    block.await.unwrap();
    // The placement was made, and the block ended it.
    assert_eq!(world.count("select count(*) from social.placement").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn writer_after_the_block_is_refused() {
    let world = World::new().await;
    let [ann, ben] = world.people(["ann", "ben"]).await;
    let held = world.ambient.pauses.hold("social.apply_block.locked");
    let block = tokio::spawn({
        let (ann, ben) = (ann.clone(), ben.clone());
        async move { ann.blocks(&ben).await }
    });
    held.reached().await;
    let place = tokio::spawn({
        let (ann, ben) = (ann.clone(), ben.clone());
        async move { ben.side(&ann, "friends").await }
    });
    held.release();
    block.await.unwrap();
    let placed = place.await.unwrap();
    assert!([200, 404].contains(&placed.status.as_u16()), "before the block, or refused by it");
    assert_eq!(world.count("select count(*) from social.placement").await, 0);
    ben.side(&ann, "friends").await.refused(404, "not_found");
}

#[tokio::test(flavor = "multi_thread")]
async fn block_and_pair_in_two_databases() {
    // Locks of one database order nothing in another: social's own must do.
    let world = World::builder().social_apart().setting("SIDDES_THROTTLE_SAFETY_BLOCK", "off").build().await;
    let [ann, ben] = world.people(["ann", "ben"]).await;
    let mut social = world.social.connect().await;
    for _ in 0..15 {
        let places = futures::future::join_all((0..3).map(|_| ben.side(&ann, "friends")));
        tokio::join!(places, ann.blocks(&ben));
        let edges: i64 =
            sqlx::query_scalar("select count(*) from social.placement").fetch_one(&mut social).await.unwrap();
        assert_eq!(edges, 0);
        ann.unblocks(&ben).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn block_twice_after_unblock_keeps_the_new_placement() {
    let world = World::builder().without_worker().build().await;
    let [ann, ben] = world.people(["ann", "ben"]).await;
    ann.blocks(&ben).await;
    ann.unblocks(&ben).await;
    ann.places(&ben, Side::Friends).await;
    // The first block's job runs only now: its id is known as removed, so it does nothing.
    let late = World::builder().beside(&world).build().await;
    late.jobs_done().await;
    assert_eq!(world.count("select count(*) from social.placement").await, 1);
    assert_eq!(world.count("select count(*) from social.blocked").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn crash_after_the_owner_commits_then_the_job() {
    let world = World::builder().without_worker().build().await;
    let [ann, ben] = world.people(["ann", "ben"]).await;
    ben.places(&ann, Side::Friends).await;
    let post = ben.posts(Side::Friends, "by ben").await;
    let held = world.ambient.pauses.hold("safety.block.committed");
    let block = tokio::spawn({
        let (ann, body) = (ann.clone(), json!({ "target": "@ben" }));
        async move { ann.post("/api/blocks", &body).await }
    });
    held.reached().await;
    // The request dies here, as if the process had: the row and the job are committed, social knows nothing.
    block.abort();
    let _aborted = block.await;
    assert!(world.running.local.take(platform::Role::Social).is_some());
    held.release();
    let late = World::builder().beside(&world).build().await;
    late.jobs_done().await;
    ann.at(late.http.clone()).reads(&post).await.expect(404);
    assert_eq!(world.count("select count(*) from social.placement").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_block_is_503_while_social_is_away_and_its_repeat_finishes_it() {
    let world = World::builder().without_worker().build().await;
    let [ann, ben] = world.people(["ann", "ben"]).await;
    let post = ben.posts(Side::Public, "by ben").await;
    let social = world.running.local.take(platform::Role::Social).expect("social runs here");
    let body = json!({ "target": "@ben" });
    ann.post("/api/blocks", &body).await.refused(503, "unavailable");
    world.running.local.insert(platform::Role::Social, social);
    ann.post("/api/blocks", &body).await.expect(200);
    ann.reads(&post).await.expect(404);
    let social = world.running.local.take(platform::Role::Social).expect("social runs here");
    ann.delete("/api/blocks/%40ben").await.refused(503, "unavailable");
    world.running.local.insert(platform::Role::Social, social);
    ann.delete("/api/blocks/%40ben").await.expect(200);
    ann.reads(&post).await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn ban_between_authenticate_and_commit() {
    let world = World::new().await;
    let [author] = world.people(["author"]).await;
    let held = world.ambient.pauses.hold("social.create.keyed");
    let create = tokio::spawn({
        let author = author.clone();
        async move { author.post("/api/post", &json!({ "text": "too late", "client_key": "k" })).await }
    });
    held.reached().await;
    world.auth().set_state(author.id, AccountState::Banned, None, Some("spam")).await.expect("banned");
    held.release();
    create.await.unwrap().refused(403, "account_restricted");
    assert_eq!(world.count("select count(*) from social.post").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn unban_job_after_a_second_ban_changes_nothing() {
    let world = World::builder().without_worker().build().await;
    let [author, reader] = world.people(["author", "reader"]).await;
    let post = author.posts(Side::Public, "by a banned one").await;
    for state in [AccountState::Banned, AccountState::Active, AccountState::Banned] {
        world.auth().set_state(author.id, state, None, Some("spam")).await.expect("set");
    }
    // All the jobs of all the changes run now; each sends the row as it is.
    let late = World::builder().beside(&world).build().await;
    late.jobs_done().await;
    reader.reads(&post).await.expect(404);
    assert_eq!(world.count("select count(*) from social.person where state = 'banned'").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_repeated_sign_up_with_the_right_password_is_a_sign_in() {
    let world = World::new().await;
    let body = json!({
        "email": "ann@example.test", "username": "ann", "password": "blue-otter-canoe-42", "ageConfirmed": true,
    });
    let first = world.anonymous().post("/api/auth/signup", &body).await.expect(200).json();
    let again = world.anonymous().post("/api/auth/signup", &body).await.expect(200).json();
    assert_eq!(first["viewerId"], again["viewerId"]);
    let mut wrong = body.clone();
    wrong["password"] = "red-otter-canoe-42".into();
    world.anonymous().post("/api/auth/signup", &wrong).await.refused(409, "signup_unavailable");
    let mut other_address = body.clone();
    other_address["email"] = "thief@example.test".into();
    world.anonymous().post("/api/auth/signup", &other_address).await.refused(409, "signup_unavailable");
    assert_eq!(world.count("select count(*) from auth.account").await, 1);
}
