//! The slate: the same for everybody, kept by whoever likes, and without what people wrote who are gone.

use http::{HeaderMap, HeaderName, Method, header};
use platform::person::AccountState;
use serde_json::json;
use testkit::{Answer, Person, World};

async fn entry(world: &World, id: &str, target: &str, writer: &Person, trust: i32, second: i32) {
    sqlx::query(
        "insert into social.slate_entry (id, target, writer, from_name, from_handle, kind, body, trust_level, created_at)
         values ($1, $2, $3, $4, '@' || $4, case when $5 = 0 then 'question' else 'vouch' end, 'words of ' || $1, $5,
                 timestamptz '2026-11-24 09:48:00.25+00' + $6 * interval '1 second')",
    )
    .bind(id)
    .bind(target)
    .bind(writer.id.0)
    .bind(&writer.name)
    .bind(trust)
    .bind(second)
    .execute(&mut world.database.connect().await)
    .await
    .unwrap();
}

async fn ask(world: &World, query: &str, headers: &[(HeaderName, &str)]) -> Answer {
    let headers: HeaderMap = headers.iter().map(|(name, value)| (name.clone(), value.parse().unwrap())).collect();
    world.http.send(Method::GET, &format!("/api/slate{query}"), headers, "").await
}

fn ids(answer: &Answer) -> Vec<String> {
    let items = answer.json()["items"].as_array().unwrap().clone();
    items.iter().map(|item| item["id"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_most_trusted_come_first_and_of_the_gone_there_is_nothing() {
    let world = World::new().await;
    let [ann, bob, eve] = world.people(["ann", "bob", "eve"]).await;
    for (id, writer, trust, second) in [("s1", &bob, 2, 1), ("s2", &eve, 0, 9), ("s3", &bob, 2, 2), ("s4", &eve, 3, 0)]
    {
        entry(&world, id, "ann", writer, trust, second).await;
    }
    entry(&world, "s9", "bob", &eve, 3, 0).await;
    let told = ask(&world, "?target=@ann", &[]).await.expect(200);
    assert_eq!(ids(&told), ["s4", "s3", "s1", "s2"]);
    let json = told.json();
    assert_eq!((&json["target"], &json["count"]), (&json!("@ann"), &json!(4)));
    let first = json!({
        "id": "s4", "targetHandle": "@ann", "fromUserId": eve.id.to_string(), "fromName": "eve", "fromHandle": "@eve",
        "kind": "vouch", "text": "words of s4", "trustLevel": 3, "ts": 1_795_513_680_250_i64
    });
    assert_eq!((&json["items"][0], &json["items"][3]["kind"]), (&first, &json!("question")));
    assert_eq!(told.statements(), 1, "no session is looked at");
    for query in ["?target=ANN", "?handle=%20@Ann", "?target=&handle=ann"] {
        assert_eq!(ask(&world, query, &[]).await.bytes, told.bytes, "{query}");
    }
    assert_eq!(ann.get("/api/slate?target=ann").await.bytes, told.bytes, "signed in or not");
    for query in ["", "?target=", "?target=@", "?target=%00"] {
        ask(&world, query, &[]).await.refused(400, "missing_target");
    }
    assert!(ids(&ask(&world, "?target=nobody", &[]).await.expect(200)).is_empty());

    world.auth().set_state(eve.id, AccountState::Banned, None, None).await.expect("banned");
    assert_eq!(ids(&ask(&world, "?target=ann", &[]).await), ["s3", "s1"]);
    world.auth().set_state(eve.id, AccountState::Active, None, None).await.expect("back");
    assert_eq!(ids(&ask(&world, "?target=ann", &[]).await), ["s4", "s3", "s1", "s2"]);
    world.auth().set_state(ann.id, AccountState::Deactivated, None, None).await.expect("gone");
    assert!(ids(&ask(&world, "?target=ann", &[]).await).is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn fifty_are_told_of_many() {
    let world = World::new().await;
    let [_ann, bob] = world.people(["ann", "bob"]).await;
    for number in 0..60 {
        entry(&world, &format!("s{number}"), "ann", &bob, 1, number).await;
    }
    let told = ids(&ask(&world, "?target=ann", &[]).await.expect(200));
    assert_eq!((told.len(), told[0].as_str(), told[49].as_str()), (50, "s59", "s10"));
}

#[tokio::test(flavor = "multi_thread")]
async fn who_has_it_already_gets_no_second_copy() {
    let world = World::new().await;
    let [_ann, bob, eve] = world.people(["ann", "bob", "eve"]).await;
    entry(&world, "s1", "ann", &bob, 2, 5).await;
    entry(&world, "s2", "ann", &eve, 1, 0).await;
    let whole = ask(&world, "?target=ann", &[]).await.expect(200);
    let tag = whole.headers["etag"].to_str().unwrap().to_owned();
    assert!(tag.starts_with('"') && tag.ends_with('"') && tag.len() > 20, "{tag}");
    let changed = "Tue, 24 Nov 2026 09:48:05 GMT";
    for (name, value) in [("last-modified", changed), ("cache-control", "public, max-age=0, must-revalidate")] {
        assert_eq!(whole.headers[name], value);
    }
    for absent in ["vary", "set-cookie", "pragma", "expires"] {
        assert!(!whole.headers.contains_key(absent), "{absent}");
    }
    let (weak, list) = (format!("W/{tag}"), format!("\"x\", {tag}"));
    let (none, since) = (header::IF_NONE_MATCH, header::IF_MODIFIED_SINCE);
    for (headers, status) in [
        (vec![(none.clone(), tag.as_str())], 304),
        (vec![(none.clone(), weak.as_str())], 304),
        (vec![(none.clone(), list.as_str())], 304),
        (vec![(none.clone(), "*")], 304),
        (vec![(none.clone(), "\"x\"")], 200),
        (vec![(since.clone(), changed)], 304),
        (vec![(since.clone(), "Tue, 24 Nov 2026 09:48:04 GMT")], 200),
        (vec![(since.clone(), "no date")], 200),
        (vec![(none.clone(), "\"x\""), (since.clone(), changed)], 200),
    ] {
        let answer = ask(&world, "?target=ann", &headers).await;
        assert_eq!(answer.status.as_u16(), status, "{headers:?}");
        assert_eq!(answer.bytes.is_empty(), status == 304_u16, "{headers:?}");
        assert_eq!(answer.headers["etag"], tag.as_str());
        assert_eq!(answer.headers["last-modified"], changed);
        assert_eq!(answer.headers["cache-control"], "public, max-age=0, must-revalidate");
    }
    // Somebody's going takes words away and moves no time.
    world.auth().set_state(eve.id, AccountState::Banned, None, None).await.expect("banned");
    let answer = ask(&world, "?target=ann", &[(none.clone(), &tag)]).await.expect(200);
    assert_ne!(answer.headers["etag"], tag.as_str());
    world.auth().set_state(bob.id, AccountState::Banned, None, None).await.expect("banned");
    let empty = ask(&world, "?target=ann", &[(since, "Wed, 24 Nov 2027 00:00:00 GMT")]).await.expect(200);
    assert_eq!(empty.headers["last-modified"], "Thu, 01 Jan 1970 00:00:00 GMT");
    assert_eq!(empty.json()["count"], 0);
}
