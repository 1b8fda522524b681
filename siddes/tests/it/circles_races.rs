//! Things done to a circle at once: arranged by pause points where the order matters, many times over where it must not.

use futures::future::join_all;
use platform::Side;
use serde_json::{Value, json};
use testkit::{Answer, Person, World, WorldBuilder};

use crate::circles::{make, patch, read};

fn unhurried() -> WorldBuilder {
    ["CIRCLES_WRITE", "CIRCLES_READ", "SIDE_WRITE", "SAFETY_BLOCK", "POST_CREATE", "INVITES_ACTION"]
        .iter()
        .fold(World::builder(), |builder, scope| builder.setting(&format!("SIDDES_THROTTLE_{scope}"), "off"))
}

async fn add(owner: &Person, id: &str, name: &str) -> Answer {
    owner.post(&format!("/api/circles/{id}/members"), &json!({ "add": [name] })).await
}

/// The members as the last event tells them, and as they are.
async fn told_and_true(owner: &Person, id: &str) -> (Value, Value) {
    let events = owner.get(&format!("/api/circles/{id}/events")).await.expect(200).json()["items"].take();
    let last = events.as_array().unwrap().iter().find(|event| event["kind"] == "members_updated");
    let told = last.map_or(json!([]), |event| event["data"]["to"].clone());
    (told, read(owner, id).await.expect(200).json()["item"]["members"].take())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_block_waits_for_the_owner_who_came_first_and_ends_what_he_made() {
    let world = World::new().await;
    let [ann, ben] = world.people(["ann", "ben"]).await;
    let id = make(&ann, Side::Friends, &[]).await;
    ann.places(&ben, Side::Friends).await;
    let held = world.ambient.pauses.hold("social.circle.edit.before_commit");
    let adding = tokio::spawn({
        let (ann, id) = (ann.clone(), id.clone());
        async move { add(&ann, &id, "@ben").await }
    });
    held.reached().await;
    let committed = world.ambient.pauses.hold("safety.block.committed");
    let block = tokio::spawn({
        let (ann, ben) = (ann.clone(), ben.clone());
        async move { ben.blocks(&ann).await }
    });
    committed.reached().await;
    committed.release();
    held.release();
    assert_eq!(adding.await.unwrap().expect(200).json()["item"]["members"], json!(["@ben"]));
    block.await.unwrap();
    assert_eq!(world.count("select count(*) from social.circle_member").await, 0);
    read(&ben, &id).await.refused(404, "not_found");
    assert_eq!(add(&ann, &id, "@ben").await.expect(200).json()["skipped"], json!(["@ben"]));
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_runs_beside_a_block_no_membership_is_left_between_the_two() {
    let world = unhurried().build().await;
    let [ann, ben] = world.people(["ann", "ben"]).await;
    let id = make(&ann, Side::Friends, &[]).await;
    for _ in 0..25 {
        ann.places(&ben, Side::Friends).await;
        let adds = (0..3).map(|_| add(&ann, &id, "@ben"));
        let body = json!({ "members": ["@ben"] });
        let creates = (0..2).map(|_| ann.post("/api/circles", &body));
        tokio::join!(join_all(adds), join_all(creates), ben.blocks(&ann), patch(&ann, &id, &body));
        assert_eq!(world.count("select count(*) from social.circle_member").await, 0);
        assert_eq!(world.count("select count(*) from social.invite where status = 'pending'").await, 0);
        ben.unblocks(&ann).await;
        if world.count("select count(*) from social.circle").await > 150 {
            break;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_owner_who_takes_a_placement_back_takes_the_membership_with_it() {
    let world = unhurried().build().await;
    let [owner, ben] = world.people(["holder", "ben"]).await;
    let id = make(&owner, Side::Friends, &[]).await;
    owner.places(&ben, Side::Friends).await;
    // The adding one came first, and has read the placement: taking it back waits, and then prunes.
    let held = world.ambient.pauses.hold("social.circle.edit.before_commit");
    let adding = tokio::spawn({
        let (owner, id) = (owner.clone(), id.clone());
        async move { add(&owner, &id, "@ben").await }
    });
    held.reached().await;
    let at_the_lock = world.ambient.pauses.hold("social.place.met");
    let taking = tokio::spawn({
        let (owner, ben) = (owner.clone(), ben.clone());
        async move { owner.side(&ben, "public").await }
    });
    at_the_lock.reached().await;
    at_the_lock.release();
    held.release();
    assert_eq!(adding.await.unwrap().expect(200).json()["item"]["members"], json!(["@ben"]));
    taking.await.unwrap().expect(200);
    assert_eq!(world.count("select count(*) from social.circle_member").await, 0);
    for _ in 0..15 {
        owner.side(&ben, "friends").await.expect(200);
        tokio::join!(add(&owner, &id, "@ben"), add(&owner, &id, "@ben"), owner.side(&ben, "public"));
        let left = "select count(*) from social.circle_member m join social.circle c on c.id = m.circle
                    where not exists (select from social.placement pl where pl.owner = c.owner and pl.member = m.account)";
        assert_eq!(world.count(left).await, 0);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn edits_at_once_lose_nothing_and_the_history_says_what_is() {
    let world = unhurried().build().await;
    let [owner, ann, ben, cara] = world.people(["holder", "ann", "ben", "cara"]).await;
    let id = make(&owner, Side::Friends, &[&ann, &ben, &cara]).await;
    let path = format!("/api/circles/{id}/members");
    for _ in 0..10 {
        let leave = format!("/api/circles/{id}/leave");
        let (by_add, by_list) = (json!({ "add": ["@ann", "@ben"] }), json!({ "members": ["@cara", "@ann"] }));
        let (label, removed) = (json!({ "label": "Other", "members": ["@cara"] }), json!({ "remove": ["@ben"] }));
        let nothing = json!({});
        tokio::join!(
            owner.post(&path, &by_add),
            patch(&owner, &id, &by_list),
            patch(&owner, &id, &label),
            owner.post(&path, &removed),
            ann.post(&leave, &nothing),
        );
        let (told, is) = told_and_true(&owner, &id).await;
        assert_eq!(told, is);
        // Each event goes on from where the one before it ended.
        let gaps = "select count(*) from (
                        select data -> 'from' as before, lag(data -> 'to') over (order by created_at, id) as after
                        from social.circle_event where kind = 'members_updated') e
                    where after is not null and before <> after";
        assert_eq!(world.count(gaps).await, 0);
        sqlx::query("delete from social.circle_departure").execute(&mut world.database.connect().await).await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_taken_out_while_he_writes_has_written_before_or_not_at_all() {
    let world = unhurried().build().await;
    let [owner, ben] = world.people(["holder", "ben"]).await;
    let id = make(&owner, Side::Friends, &[&ben]).await;
    let body = json!({ "text": "too late", "setId": id, "client_key": "k" });
    let write = |body: &Value| {
        let (ben, body) = (ben.clone(), body.clone());
        tokio::spawn(async move { ben.post("/api/post", &body).await })
    };
    // He holds the circle: taking him out waits for his post.
    let held = world.ambient.pauses.hold("social.create.before_commit");
    let first = write(&json!({ "text": "in time", "setId": id }));
    held.reached().await;
    let removing = tokio::spawn({
        let (owner, path) = (owner.clone(), format!("/api/circles/{id}/members"));
        async move { owner.post(&path, &json!({ "remove": ["@ben"] })).await }
    });
    held.release();
    first.await.unwrap().expect(201);
    removing.await.unwrap().expect(200);
    // He was found to be a member, and is none any more when he holds it.
    add(&owner, &id, "@ben").await.expect(200);
    let held = world.ambient.pauses.hold("social.create.keyed");
    let second = write(&body);
    held.reached().await;
    owner.post(&format!("/api/circles/{id}/members"), &json!({ "remove": ["@ben"] })).await.expect(200);
    held.release();
    second.await.unwrap().refused(404, "not_found");
    // Nor is a post written for a Side that the circle has left.
    add(&owner, &id, "@ben").await.expect(200);
    let held = world.ambient.pauses.hold("social.create.keyed");
    let third = write(&body);
    held.reached().await;
    patch(&owner, &id, &json!({ "side": "public" })).await.expect(200);
    held.release();
    assert_eq!(third.await.unwrap().expect(201).json()["side"], "public");
    assert_eq!(world.count("select count(*) from social.post").await, 2);
    assert_eq!(read(&owner, &id).await.json()["item"]["count"], 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn writing_beside_moves_and_deletions_keeps_the_badge_exact() {
    let world = unhurried().build().await;
    let [owner, ben] = world.people(["holder", "ben"]).await;
    owner.places(&ben, Side::Close).await;
    let made = owner.post("/api/circles", &json!({ "side": "friends", "members": ["@ben"] })).await.expect(200).json();
    let id = made["item"]["id"].as_str().unwrap();
    let body = json!({ "text": "x", "setId": id });
    let mut side = "close";
    for _ in 0..8 {
        let writes = (0..3).map(|number| [&owner, &ben][number % 2].post("/api/post", &body));
        let to = json!({ "side": side });
        let other = if side == "close" { "friends" } else { "close" };
        let first = owner.get(&format!("/api/feed?side={other}")).await;
        let oldest = first.json()["items"][0]["id"].as_str().unwrap_or("p_1_00000000").to_owned();
        let path = format!("/api/post/{oldest}");
        tokio::join!(join_all(writes), patch(&owner, id, &to), owner.delete(&path));
        let exact = "select count(*) from social.circle c
                     where c.post_count <> (select count(*) from social.post p where p.circle = c.id and p.side = c.side)";
        assert_eq!(world.count(exact).await, 0);
        side = if side == "close" { "friends" } else { "close" };
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn deleting_beside_everything_else_leaves_a_whole_circle_or_none() {
    let world = unhurried().build().await;
    let [owner, ben, cara] = world.people(["holder", "ben", "cara"]).await;
    for _ in 0..8 {
        let id = make(&owner, Side::Friends, &[&ben]).await;
        let (path, nothing) = (format!("/api/circles/{id}"), json!({}));
        let (leave, members) = (format!("{path}/leave"), format!("{path}/members"));
        let (named, asked) = (json!({ "label": "Late" }), json!({ "add": ["@cara"] }));
        let answers = tokio::join!(
            owner.delete(&path),
            patch(&owner, &id, &named),
            ben.post(&leave, &nothing),
            owner.post(&members, &asked),
            owner.side(&ben, "work"),
        );
        answers.0.expect(200);
        answers.4.expect(200);
        for answer in [answers.1, answers.2, answers.3] {
            assert!([200, 404].contains(&answer.status.as_u16()), "{}", answer.status);
        }
        assert_eq!(world.count("select count(*) from social.circle where id not like 'seed%'").await, 0);
    }
    drop(cara);
}
