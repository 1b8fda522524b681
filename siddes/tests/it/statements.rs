//! What a request costs, counted in SQL statements of all services together, whatever the size of the page.

use platform::Side;
use serde_json::json;
use testkit::World;

#[tokio::test(flavor = "multi_thread")]
async fn a_feed_costs_the_same_for_one_post_and_for_fifty() {
    let world = World::builder().setting("SIDDES_THROTTLE_POST_CREATE", "off").build().await;
    let [author, reader] = world.people(["author", "reader"]).await;
    author.places(&reader, Side::Friends).await;
    let mut costs = Vec::new();
    for many in [1, 50] {
        for side in [Side::Public, Side::Friends] {
            for number in 0..many {
                let body = json!({ "text": format!("{number} #tag"), "side": side.as_str() });
                author.post("/api/post", &body).await.expect(201);
            }
        }
        for query in
            ["side=public", "side=public&topic=general", "side=public&tag=tag", "side=friends", "side=friends&tag=tag"]
        {
            let answer = reader.get(&format!("/api/feed?{query}&limit=50")).await.expect(200);
            assert!(answer.contents().len() >= many, "{query}");
            assert!(answer.statements() <= 10, "{query}: {}", answer.statements());
            costs.push((query, answer.statements()));
        }
    }
    let (one, fifty) = costs.split_at(costs.len() / 2);
    assert_eq!(one, fifty);
}

#[tokio::test(flavor = "multi_thread")]
async fn detail_create_and_the_rest_keep_their_budgets() {
    let world = World::new().await;
    let [author, reader] = world.people(["author", "reader"]).await;
    let created = author.post("/api/post", &json!({ "text": "a #b #c", "client_key": "k" })).await.expect(201);
    assert!(created.statements() <= 8, "create: {}", created.statements());
    let id = created.json()["post"]["id"].as_str().unwrap().to_owned();
    let costs = [
        ("detail", reader.reads(&id).await, 8),
        ("me", reader.get("/api/auth/me").await, 1),
        ("side", author.side(&reader, "friends").await, 8),
        ("siders", author.get("/api/siders").await, 4),
        ("followers", reader.get("/api/followers").await, 4),
        ("block", author.post("/api/blocks", &json!({ "target": "@reader" })).await, 18),
        ("blocks", author.get("/api/blocks").await, 3),
        ("delete", author.delete(&format!("/api/post/{id}")).await, 8),
    ];
    for (what, answer, most) in costs {
        let answer = answer.expect(200);
        assert!(answer.statements() <= most, "{what}: {} statements", answer.statements());
        assert!(answer.statements() > 0, "{what} was counted");
    }
}
