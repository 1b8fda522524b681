//! Owners who name many people at once: as exact as with one, and for a handful of locks.

use platform::Side;
use serde_json::{Value, json};
use testkit::{Answer, Person, World};
use tokio::task::JoinHandle;

use crate::{circles_statements::friends, people_scene::unhurried};

/// Circles of one request, and people of one circle.
const CIRCLES: usize = 20;
const MEMBERS: usize = 200;

/// Transactions that wait for a pair.
const WAITING: &str = "select count(*) from pg_locks where locktype = 'advisory' and not granted
    and database = (select oid from pg_database where datname = current_database())";

/// Locks on pairs and accounts that anybody holds.
const HELD: &str = "select count(*) from pg_locks where locktype = 'advisory' and granted
    and database = (select oid from pg_database where datname = current_database())";

fn making(owner: &Person, body: &Value) -> JoinHandle<Answer> {
    let (owner, body) = (owner.clone(), body.clone());
    tokio::spawn(async move { owner.post("/api/circles", &body).await })
}

fn blocking(blocker: &Person, other: &Person) -> JoinHandle<()> {
    let (blocker, other) = (blocker.clone(), other.clone());
    tokio::spawn(async move { blocker.blocks(&other).await })
}

/// Memberships of somebody whom the owner named.
async fn memberships(world: &World, person: &Person) -> i64 {
    sqlx::query_scalar("select count(*) from social.circle_member where account = $1")
        .bind(person.id.0)
        .fetch_one(&mut world.database.connect().await)
        .await
        .unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_block_and_an_owner_who_names_many_wait_for_each_other_in_turn() {
    let world = unhurried().without_worker().build().await;
    let [owner, ben, cara] = world.people(["holder", "ben", "cara"]).await;
    let mut names = friends(&world, &owner, 40).await;
    for person in [&ben, &cara] {
        owner.places(person, Side::Friends).await;
        names.push(person.handle());
    }
    let body = json!({ "members": names });

    let held = world.ambient.pauses.hold("social.circle.create.before_commit");
    let made = making(&owner, &body);
    held.reached().await;
    let block = blocking(&ben, &owner);
    world.social.until(WAITING, 1).await;
    held.release();
    assert_eq!(made.await.unwrap().expect(200).json()["item"]["members"].as_array().map(Vec::len), Some(42));
    block.await.unwrap();
    assert_eq!((memberships(&world, &ben).await, memberships(&world, &cara).await), (0, 1));

    let held = world.ambient.pauses.hold("social.apply_block.locked");
    let block = blocking(&owner, &cara);
    held.reached().await;
    let made = making(&owner, &body);
    world.social.until(WAITING, 1).await;
    held.release();
    block.await.unwrap();
    let made = made.await.unwrap().expect(200).json();
    assert_eq!(made["skipped"], json!([ben.handle(), cara.handle()]));
    assert_eq!((memberships(&world, &ben).await, memberships(&world, &cara).await), (0, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_largest_request_takes_a_handful_of_locks() {
    let world = unhurried().without_worker().build().await;
    let [owner] = world.people(["holder"]).await;
    let names = friends(&world, &owner, 4_000).await;
    assert_eq!(names.len(), CIRCLES * MEMBERS);
    let inputs: Vec<Value> = names.chunks(MEMBERS).map(|names| json!({ "label": "Many", "members": names })).collect();
    let held = world.ambient.pauses.hold("social.circle.create.locked");
    let made = making(&owner, &json!({ "inputs": inputs }));
    held.reached().await;
    let locks = world.social.count(HELD).await;
    held.release();
    assert!((1..=4).contains(&locks), "{locks} locks");
    let made = made.await.unwrap().expect(200).json();
    let members = |item: &Value| item["members"].as_array().map_or(0, Vec::len);
    let counts: Vec<usize> = made["items"].as_array().unwrap().iter().map(members).collect();
    assert_eq!(counts, [MEMBERS; CIRCLES]);
}
