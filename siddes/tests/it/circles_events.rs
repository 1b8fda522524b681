//! The history of a circle: who may read which part of it, with whose names, and how long it is kept.

use platform::{Role, Side, person::AccountState};
use serde_json::{Value, json};
use testkit::{Person, World};

use crate::circles::{make, patch};

async fn page(person: &Person, id: &str, query: &str) -> Value {
    person.get(&format!("/api/circles/{id}/events{query}")).await.expect(200).json()
}

fn kinds(page: &Value) -> Vec<String> {
    page["items"].as_array().unwrap().iter().map(|event| event["kind"].as_str().unwrap().to_owned()).collect()
}

/// A circle with this many renamings, each at a time of its own.
async fn renamed(world: &World, id: &str, times: i64) {
    sqlx::query(
        "insert into social.circle_event (id, circle, kind, actor, data, created_at)
         select 'se_' || n || '_x', c.id, 'renamed', c.owner, jsonb_build_object('from', n::text, 'to', (n + 1)::text),
                c.created_at + n * interval '1 second'
         from generate_series(1, $2) n, social.circle c where c.id = $1",
    )
    .bind(id)
    .bind(times)
    .execute(&mut world.database.connect().await)
    .await
    .unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_owner_reads_all_of_it_and_a_member_what_came_after_him() {
    let world = World::new().await;
    let [owner, early, late] = world.people(["holder", "early", "late"]).await;
    let id = make(&owner, Side::Friends, &[&early]).await;
    patch(&owner, &id, &json!({ "label": "Hikes" })).await.expect(200);
    owner.places(&late, Side::Friends).await;
    owner.post(&format!("/api/circles/{id}/members"), &json!({ "add": ["@late"] })).await.expect(200);
    patch(&owner, &id, &json!({ "color": "rose" })).await.expect(200);
    let all = page(&owner, &id, "").await;
    assert_eq!(kinds(&all), ["recolored", "members_updated", "renamed", "created"]);
    assert_eq!(kinds(&page(&early, &id, "").await), kinds(&all));
    assert_eq!(kinds(&page(&late, &id, "").await), ["recolored", "members_updated"]);
    let created = &all["items"][3];
    let keys: Vec<&String> = created.as_object().unwrap().keys().collect();
    assert_eq!(keys, ["id", "setId", "kind", "ts", "by", "data"]);
    assert!(created["id"].as_str().unwrap().starts_with("se_") && created["ts"].is_i64());
    assert_eq!(
        (&created["setId"], &created["by"], &created["data"]),
        (&json!(id), &json!("@holder"), &json!({ "label": "Walks", "side": "friends" }))
    );
    // Whoever comes back begins anew.
    owner.post(&format!("/api/circles/{id}/members"), &json!({ "remove": ["@early"] })).await.expect(200);
    owner.post(&format!("/api/circles/{id}/members"), &json!({ "add": ["@early"] })).await.expect(200);
    assert_eq!(kinds(&page(&early, &id, "").await), ["members_updated"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn names_are_present_ones_and_whom_the_reader_does_not_see_still_counts() {
    let world = World::new().await;
    let [owner, ben, cara, dan] = world.people(["holder", "ben", "cara", "dan"]).await;
    let id = make(&owner, Side::Friends, &[&ben, &cara, &dan]).await;
    patch(&owner, &id, &json!({ "members": ["@ben", "@cara"] })).await.expect(200);
    ben.blocks(&cara).await;
    world.auth().set_state(dan.id, AccountState::Deactivated, None, None).await.expect("gone");
    let told = |page: Value| page["items"][0]["data"].clone();
    let expected = json!({ "from": ["@unknown", "@cara", "@unknown"], "to": ["@unknown", "@cara"], "via": "removed" });
    assert_eq!(told(page(&cara, &id, "").await), expected);
    let expected = json!({ "from": ["@ben", "@unknown", "@unknown"], "to": ["@ben", "@unknown"], "via": "removed" });
    assert_eq!(told(page(&ben, &id, "").await), expected);
    owner.post("/api/auth/username/set", &json!({ "username": "holder_2" })).await.expect(200);
    cara.post("/api/auth/username/set", &json!({ "username": "caroline" })).await.expect(200);
    world.jobs_done().await;
    let expected = json!({ "from": ["@ben", "@caroline", "@unknown"], "to": ["@ben", "@caroline"], "via": "removed" });
    let all = page(&owner, &id, "").await;
    assert_eq!((&all["items"][0]["data"], &all["items"][0]["by"]), (&expected, &json!("@holder_2")));
    // Nothing that is stored is a name.
    let stored: String = sqlx::query_scalar("select string_agg(data::text, ' ') from social.circle_event")
        .fetch_one(&mut world.database.connect().await)
        .await
        .unwrap();
    assert!(!stored.contains('@') && !stored.contains("ben"), "{stored}");
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_follow_one_another_without_a_gap_and_a_cursor_is_of_no_use_elsewhere() {
    let world = World::new().await;
    let [owner, member] = world.people(["holder", "member"]).await;
    let id = make(&owner, Side::Friends, &[&member]).await;
    renamed(&world, &id, 24).await;
    let mut seen = Vec::new();
    let mut query = "?limit=7".to_owned();
    loop {
        let page = page(&owner, &id, &query).await;
        seen.extend(page["items"].as_array().unwrap().iter().map(|event| event["id"].clone()));
        let Some(cursor) = page["nextCursor"].as_str() else { break };
        query = format!("?limit=7&cursor={cursor}");
    }
    let all = page(&owner, &id, "").await;
    let expected: Vec<Value> = all["items"].as_array().unwrap().iter().map(|event| event["id"].clone()).collect();
    assert_eq!((seen.len(), &seen), (25, &expected));
    assert_eq!(all["nextCursor"], json!(null));
    let cursor = page(&owner, &id, "?limit=7").await["nextCursor"].as_str().unwrap().to_owned();
    let first = page(&member, &id, "?limit=7").await;
    assert_eq!(page(&member, &id, &format!("?limit=7&cursor={cursor}")).await["items"], first["items"]);
    for (limit, count) in [("0", 1), ("-1", 1), ("abc", 25), ("999", 25)] {
        let page = page(&owner, &id, &format!("?limit={limit}")).await;
        assert_eq!(page["items"].as_array().unwrap().len(), count, "{limit}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_newest_five_hundred_are_kept() {
    let world = World::new().await;
    let [owner] = world.people(["holder"]).await;
    let id = make(&owner, Side::Friends, &[]).await;
    renamed(&world, &id, 1_600).await;
    world.run_scheduled(Role::Social, "social.circle_event.trim").await;
    let own = "select count(*) from social.circle_event where circle not like 'seed%'";
    assert_eq!(world.count(own).await, 500);
    let newest = page(&owner, &id, "?limit=1").await["items"][0]["data"]["from"].take();
    assert_eq!(newest, "1600");
    assert_eq!(world.count("select count(*) from social.circle_event where circle like 'seed%'").await, 4);
    world.run_scheduled(Role::Social, "social.circle_event.trim").await;
    assert_eq!(world.count(own).await, 500);
}
