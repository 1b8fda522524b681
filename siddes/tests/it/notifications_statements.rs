//! What notifications cost, in SQL statements of all services together: the same for one and for many, and next to
//! nothing where there is no news.

use platform::Side;
use proto::inbox::v1::Kind;
use serde_json::{Value, json};
use testkit::World;
use time::Duration;

use crate::notifications::{apply, list, news, post, write_posts};

#[tokio::test(flavor = "multi_thread")]
async fn a_poll_costs_two_statements_without_news_and_four_with_however_many() {
    let world = World::new().await;
    let [ann, ben] = world.people(["ann", "ben"]).await;
    world.jobs_done().await;
    write_posts(&world, &ann, 1..=90).await;
    for _ in 0..2 {
        assert_eq!(list(&ann, Side::Public).await.statements(), 2, "who is it, and nothing");
    }
    assert_eq!(world.anonymous().get("/api/notifications").await.expect(200).statements(), 0);
    let at = world.ambient.clock.now();
    for many in [1, 90] {
        apply(
            &world,
            (1..=many).map(|n| news(&ann, &ben, Kind::Like, &post(n), many, at - Duration::seconds(n))).collect(),
        )
        .await;
        // Reading writes nothing: not even that it was read.
        let rows = "select coalesce(sum(xmin::text::bigint), 0)::bigint from inbox.notification";
        let before = world.count(rows).await;
        let told = list(&ann, Side::Public).await;
        assert_eq!(told.statements(), 4, "{many}");
        assert_eq!(told.json()["count"], many.min(50));
        assert_eq!(world.count(rows).await, before);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn marking_costs_one_statement_beside_who_it_is() {
    let world = World::new().await;
    let [ann, ben] = world.people(["ann", "ben"]).await;
    world.jobs_done().await;
    write_posts(&world, &ann, 1..=90).await;
    let at = world.ambient.clock.now();
    apply(&world, (1..=90).map(|n| news(&ann, &ben, Kind::Like, &post(n), 1, at)).collect()).await;
    let ids: Vec<Value> = list(&ann, Side::Public).await.json()["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| item["id"].clone())
        .collect();
    for _ in 0..2 {
        let marked = ann.post("/api/notifications/mark-read", &json!({ "ids": ids })).await.expect(200);
        assert_eq!(marked.statements(), 2);
    }
    for _ in 0..2 {
        let marked = ann.post("/api/notifications/mark-all-read", &Value::Null).await.expect(200);
        assert_eq!(marked.statements(), 2);
    }
}
