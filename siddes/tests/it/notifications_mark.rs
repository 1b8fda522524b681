//! Reading notifications: what is unread, one's own and of that Side turns, once.

use futures::future::join_all;
use http::Method;
use platform::{Side, person::AccountState};
use proto::inbox::v1::Kind;
use serde_json::{Value, json};
use testkit::{Person, World};
use time::Duration;

use crate::notifications::{apply, items, kinds, news, of_side, post, write_posts};

#[tokio::test(flavor = "multi_thread")]
async fn marking_turns_what_is_ones_own_of_that_side_and_nothing_else() {
    let world = World::new().await;
    let [ann, ben] = world.people(["ann", "ben"]).await;
    world.jobs_done().await;
    write_posts(&world, &ann, 1..=60).await;
    let at = world.ambient.clock.now();
    apply(&world, (1..=60).map(|n| news(&ann, &ben, Kind::Like, &post(n), 1, at - Duration::seconds(n))).collect())
        .await;
    apply(&world, vec![of_side(Side::Work, news(&ann, &ben, Kind::Reply, &post(1), 1, at))]).await;
    let ids: Vec<String> =
        items(&ann, Side::Public).await.iter().map(|item| item["id"].as_str().unwrap().to_owned()).collect();
    let mark = async |person: &Person, query: &str, body: Value| {
        person.post(&format!("/api/notifications/mark-read{query}"), &body).await.expect(200).json()
    };
    let told = mark(&ann, "", json!({ "ids": [ids[0], " ", "", ids[1], "n_other", 5] })).await;
    let viewer = format!("me_{}", ann.id.0);
    let expected =
        json!({ "ok": true, "viewer": viewer, "role": "me", "marked": 2, "ids": [ids[0], ids[1], "n_other"] });
    assert_eq!(told, expected);
    for (body, marked) in [
        (json!({ "ids": [ids[0]] }), 0),
        (json!({ "ids": ids[2] }), 1),
        (json!({ "id": ids[3] }), 1),
        (json!({ "ids": [], "id": format!(" {} ", ids[4]) }), 1),
        (json!({}), 0),
        (json!({ "ids": { "a": 1 } }), 0),
    ] {
        assert_eq!(mark(&ann, "", body.clone()).await["marked"], marked, "{body}");
    }
    assert_eq!(mark(&ann, "?side=work", json!({ "ids": [ids[5]] })).await["marked"], 0, "of another Side");
    assert_eq!(mark(&ben, "", json!({ "ids": [ids[5]] })).await["marked"], 0, "not his");
    let many: Vec<String> = (0..250).map(|number| format!("n_{number}")).chain([ids[5].clone()]).collect();
    let told = mark(&ann, "", json!({ "ids": many })).await;
    assert_eq!((told["ids"].as_array().map(Vec::len), &told["marked"]), (Some(200), &json!(0)), "the first 200 count");
    let read = items(&ann, Side::Public).await.iter().filter(|item| item["read"] == true).count();
    assert_eq!(read, 5);

    let all = ann.post("/api/notifications/mark-all-read", &Value::Null).await.expect(200).json();
    assert_eq!(all, json!({ "ok": true, "viewer": viewer, "role": "me", "marked": 55 }), "also below the newest 50");
    let again = ann.call(Method::POST, "/api/notifications/mark-all-read", None).await.expect(200).json();
    assert_eq!(again["marked"], 0);
    assert_eq!(kinds(&ann, Side::Work).await, ["reply!"], "the other Side is as it was");

    for path in ["/api/notifications/mark-read", "/api/notifications/mark-all-read"] {
        world.anonymous().post(path, &json!({})).await.refused(401, "restricted");
    }
    ann.post("/api/notifications/mark-read", &json!({ "ids": ["a\0"] })).await.refused(400, "invalid_text");
    world.auth().set_state(ann.id, AccountState::ReadOnly, None, Some("spam")).await.expect("set");
    for path in ["/api/notifications/mark-read", "/api/notifications/mark-all-read"] {
        ann.post(path, &json!({ "ids": [ids[5]] })).await.refused(403, "account_restricted");
    }
    assert_eq!(items(&ann, Side::Public).await.len(), 50, "reading is open");
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_marks_at_once_each_notification_turns_once() {
    let world = World::new().await;
    let [ann, ben] = world.people(["ann", "ben"]).await;
    world.jobs_done().await;
    write_posts(&world, &ann, 1..=40).await;
    let at = world.ambient.clock.now();
    for round in 1..=3 {
        let newer = at + Duration::seconds(round);
        apply(&world, (1..=40).map(|n| news(&ann, &ben, Kind::Like, &post(n), round, newer)).collect()).await;
        let ids: Vec<Value> = items(&ann, Side::Public).await.iter().map(|item| item["id"].clone()).collect();
        let marks = (0..12).map(|number| {
            let (ann, ids) = (ann.clone(), ids.clone());
            async move {
                let (path, body) = match number % 2 {
                    0 => ("/api/notifications/mark-read", json!({ "ids": ids })),
                    _ => ("/api/notifications/mark-all-read", Value::Null),
                };
                ann.post(path, &body).await.expect(200).json()["marked"].as_i64().unwrap()
            }
        });
        assert_eq!(join_all(marks).await.iter().sum::<i64>(), 40);
    }
}
