//! Things done at once, many times over: what may not be is never there afterwards.

use futures::future::join_all;
use platform::Side;
use serde_json::json;
use testkit::World;

#[tokio::test(flavor = "multi_thread")]
async fn parallel_place_and_block_leave_no_edge() {
    let world = World::builder().setting("SIDDES_THROTTLE_SAFETY_BLOCK", "off").build().await;
    let [ann, ben] = world.people(["ann", "ben"]).await;
    for _ in 0..25 {
        let places = (0..4).map(|_| async {
            ben.side(&ann, "friends").await;
        });
        tokio::join!(join_all(places), ann.blocks(&ben));
        assert_eq!(world.count("select count(*) from social.placement").await, 0);
        ann.unblocks(&ben).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn parallel_blocks_of_one_person_are_one_row() {
    let world = World::new().await;
    let [ann, _ben] = world.people(["ann", "ben"]).await;
    let body = json!({ "target": "@ben" });
    for answer in join_all((0..8).map(|_| ann.post("/api/blocks", &body))).await {
        answer.expect(200);
    }
    assert_eq!(ann.get("/api/blocks").await.json()["blocked"], json!(["@ben"]));
    assert_eq!(world.count("select count(*) from social.blocked").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn close_never_stands_without_friends_whatever_runs_beside_it() {
    let world = World::new().await;
    let [ann, ben] = world.people(["ann", "ben"]).await;
    for _ in 0..10 {
        ann.places(&ben, Side::Friends).await;
        let calls = ["close", "public", "close", "friends", "close", "work"].map(|side| ann.side(&ben, side));
        join_all(calls).await;
        assert!(world.count("select count(*) from social.placement").await <= 1);
        ann.side(&ben, "public").await.expect(200);
        ann.side(&ben, "close").await.refused(400, "friends_required");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn parallel_sign_ups_with_one_name_make_one_account() {
    let world = World::new().await;
    let sign_up = |number: usize| {
        let person = world.anonymous();
        async move {
            let body = json!({
                "email": format!("p{number}@example.test"), "username": "wanted",
                "password": format!("very-different-{number}-words"), "ageConfirmed": true,
            });
            person.post("/api/auth/signup", &body).await
        }
    };
    let answers = join_all((0..6).map(sign_up)).await;
    let won = answers.iter().filter(|answer| answer.status == 200).count();
    assert_eq!(won, 1);
    for lost in answers.iter().filter(|answer| answer.status != 200) {
        lost.refused(409, "signup_unavailable");
    }
}
