//! What lets somebody write stays so until he has written: taking it away waits for him, or he finds it taken. And
//! nobody waits for somebody who waits for him.

use platform::{Side, person::AccountState};
use serde_json::{Value, json};
use testkit::{Answer, Person, World};
use tokio::task::JoinHandle;

use crate::{
    circles::{make, read},
    people_scene::unhurried,
};

/// Transactions that wait for another.
const WAITING: &str = "select count(*) from pg_locks l join pg_stat_activity a on a.pid = l.pid
    where not l.granted and a.datname = current_database()";

fn later(person: &Person, path: &str, body: &Value) -> JoinHandle<Answer> {
    let (person, path, body) = (person.clone(), path.to_owned(), body.clone());
    tokio::spawn(async move { person.post(&path, &body).await })
}

async fn run(world: &World, sql: &'static str) {
    sqlx::query(sql).execute(&mut world.database.connect().await).await.expect(sql);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_acts_in_a_circle_while_his_row_is_renewed_and_its_owner_do_not_wait_for_each_other() {
    let world = unhurried().without_worker().build().await;
    let [owner, ben] = world.people(["holder", "ben"]).await;
    let id = make(&owner, Side::Friends, &[&ben]).await;
    let made = owner.post("/api/post", &json!({ "text": "hello", "setId": id })).await.expect(201).json();
    let post = format!("/api/post/{}", made["post"]["id"].as_str().unwrap());
    let (members, add) = (format!("/api/circles/{id}/members"), json!({ "add": ["@ben"] }));
    for (by, path, body) in [
        (&ben, "/api/post", json!({ "text": "hello", "setId": id })),
        (&ben, &*format!("{post}/reply"), json!({ "text": "hello @holder" })),
        (&ben, &*format!("{post}/like"), json!({})),
        (&owner, "/api/side", json!({ "username": "ben", "side": "close", "confirm": true })),
    ] {
        let held = world.ambient.pauses.hold("social.circle.edit.locked");
        let editing = later(&owner, &members, &add);
        held.reached().await;
        // Of both auth knows more by now.
        run(&world, "update social.person set version = version - 1").await;
        let acting = later(by, path, &body);
        world.social.until(WAITING, 1).await;
        held.release();
        assert_eq!(editing.await.unwrap().expect(200).json()["item"]["members"], json!(["@ben"]), "{path}");
        let acted = acting.await.unwrap();
        assert!(acted.status.is_success(), "{path}: {}", acted.status);
        let older = "select count(*) from social.person x join auth.account a on a.id = x.id and a.version > x.version
                     where x.username = 'ben'";
        assert_eq!(world.count(older).await, 0, "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_owner_who_goes_waits_for_the_post_that_came_first_and_the_later_one_finds_no_circle() {
    let world = unhurried().without_worker().build().await;
    let [owner, ben] = world.people(["holder", "ben"]).await;
    let id = make(&owner, Side::Friends, &[&ben]).await;
    let body = json!({ "text": "in time", "setId": id });
    let goes = || world.auth().set_state(owner.id, AccountState::Banned, None, Some("spam"));

    let held = world.ambient.pauses.hold("social.create.granted");
    let writing = later(&ben, "/api/post", &body);
    held.reached().await;
    let release = async {
        world.social.until(WAITING, 1).await;
        held.release();
    };
    let (gone, ()) = tokio::join!(goes(), release);
    gone.expect("banned");
    writing.await.unwrap().expect(201);
    read(&ben, &id).await.refused(404, "not_found");

    world.auth().set_state(owner.id, AccountState::Active, None, None).await.expect("back");
    let held = world.ambient.pauses.hold("social.create.keyed");
    let writing = later(&ben, "/api/post", &body);
    held.reached().await;
    goes().await.expect("banned");
    held.release();
    writing.await.unwrap().refused(404, "not_found");
    assert_eq!(world.count("select count(*) from social.post").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_allows_the_words_of_an_invite_is_taken_back_before_them_or_after() {
    let world = unhurried().without_worker().build().await;
    let [owner, ben] = world.people(["holder", "ben"]).await;
    let id = make(&owner, Side::Friends, &[]).await;
    let body = json!({ "setId": id, "to": "@ben", "message": "come along" });
    let follows = |follow: bool| json!({ "username": "holder", "follow": follow });
    let shows = |side: &str| json!({ "username": "holder", "side": side });
    for (path, give, take) in
        [("/api/follow", follows(true), follows(false)), ("/api/side", shows("friends"), shows("public"))]
    {
        ben.post(path, &give).await.expect(200);
        let held = world.ambient.pauses.hold("social.invite.create.before_commit");
        let inviting = later(&owner, "/api/invites", &body);
        held.reached().await;
        let taking = later(&ben, path, &take);
        world.social.until(WAITING, 1).await;
        held.release();
        assert_eq!(inviting.await.unwrap().expect(200).json()["item"]["message"], "come along", "{path}");
        taking.await.unwrap().expect(200);
        run(&world, "delete from social.invite").await;

        ben.post(path, &give).await.expect(200);
        let held = world.ambient.pauses.hold("social.invite.create.met");
        let inviting = later(&owner, "/api/invites", &body);
        held.reached().await;
        ben.post(path, &take).await.expect(200);
        held.release();
        assert_eq!(inviting.await.unwrap().expect(200).json()["item"]["message"], "", "{path}");
        run(&world, "delete from social.invite").await;
    }
}
