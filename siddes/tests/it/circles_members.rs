//! Who becomes a member: by the owner's word only whom he shows enough of himself; everybody else by his own.

use platform::{Side, person::AccountState};
use serde_json::{Value, json};
use testkit::{Answer, Person, World};

use crate::circles::{make, patch, read};

const MEMBERS: &str = "select count(*) from social.circle_member";

async fn add(owner: &Person, id: &str, names: &Value) -> Answer {
    owner.post(&format!("/api/circles/{id}/members"), &json!({ "add": names })).await
}

async fn remove(owner: &Person, id: &str, names: &Value) -> Answer {
    owner.post(&format!("/api/circles/{id}/members"), &json!({ "remove": names })).await
}

/// Members, those asked, those skipped.
fn told(answer: &Answer) -> Value {
    let json = answer.json();
    json!([json["item"]["members"], json["invited"], json["skipped"]])
}

/// Whether this circle is in somebody's list.
async fn sees(person: &Person, id: &str) -> bool {
    let items = person.get("/api/circles").await.expect(200).json()["items"].take();
    let listed = items.as_array().unwrap().iter().any(|item| item["id"] == id);
    assert_eq!(listed, read(person, id).await.status == 200);
    listed
}

#[tokio::test(flavor = "multi_thread")]
async fn a_placement_that_covers_the_side_makes_a_member_and_anything_less_an_invite() {
    let world = World::builder().setting("SIDDES_THROTTLE_CIRCLES_WRITE", "off").build().await;
    let [owner, stranger, friend, close, work, fan] =
        world.people(["holder", "stranger", "friend", "close_one", "colleague", "fan"]).await;
    owner.places(&friend, Side::Friends).await;
    owner.places(&close, Side::Close).await;
    owner.places(&work, Side::Work).await;
    // Showing the owner something gives nothing.
    stranger.places(&owner, Side::Close).await;
    fan.post("/api/follow", &json!({ "username": "holder", "follow": true })).await.expect(200);
    let names = json!(["@stranger", "@friend", "@close_one", "@colleague", "@fan"]);
    for (side, members) in [
        ("public", json!(["@friend", "@close_one", "@colleague", "@fan"])),
        ("friends", json!(["@friend", "@close_one"])),
        ("close", json!(["@close_one"])),
        ("work", json!(["@colleague"])),
    ] {
        let made = owner.post("/api/circles", &json!({ "side": side, "members": names })).await.expect(200);
        let asked: Vec<&Value> =
            names.as_array().unwrap().iter().filter(|name| !members.as_array().unwrap().contains(name)).collect();
        assert_eq!(told(&made), json!([members, asked, null]), "{side}");
        let id = made.json()["item"]["id"].as_str().unwrap().to_owned();
        for person in [&stranger, &friend, &close, &work, &fan] {
            let member = members.as_array().unwrap().contains(&json!(person.handle()));
            assert_eq!(sees(person, &id).await, member, "{side}: {}", person.name);
        }
    }
    let asked = world.count("select count(*) from social.invite where status = 'pending' and message = ''").await;
    assert_eq!(asked, 1 + 3 + 4 + 4);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_may_not_be_asked_is_skipped_without_a_reason() {
    let world = World::new().await;
    let [owner, blocker, blocked, gone, friend] =
        world.people(["holder", "blocker", "blocked", "gone", "friend"]).await;
    for person in [&blocker, &blocked, &gone, &friend] {
        owner.places(person, Side::Friends).await;
    }
    blocker.blocks(&owner).await;
    owner.blocks(&blocked).await;
    world.auth().set_state(gone.id, AccountState::Deactivated, None, None).await.expect("gone");
    let names = json!(["nobody", "@Holder", "blocker", " @BLOCKED ", "gone", "me_999999", "bad handle", "@friend", 5]);
    let skipped = json!(["@nobody", "@holder", "@blocker", "@blocked", "@gone", "me_999999"]);
    let made = owner.post("/api/circles", &json!({ "members": names })).await.expect(200);
    assert_eq!(told(&made), json!([["@friend"], null, skipped]));
    let id = made.json()["item"]["id"].as_str().unwrap().to_owned();
    let added = add(&owner, &id, &names).await.expect(200);
    assert_eq!(told(&added), json!([["@friend"], null, skipped]));
    let edited = patch(&owner, &id, &json!({ "members": names })).await.expect(200);
    assert_eq!(told(&edited), json!([["@friend"], null, skipped]));
    assert_eq!(world.count(MEMBERS).await, 1);
    assert_eq!(world.count("select count(*) from social.invite").await, 0);
    // What it costs does not tell either.
    let costs = async |name: &str| add(&owner, &id, &json!([name])).await.expect(200).statements();
    let unknown = costs("@nobody").await;
    for name in ["@blocker", "@blocked", "@gone"] {
        assert_eq!(costs(name).await, unknown, "{name}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_that_nobody_bears_is_never_a_member_and_a_renamed_member_stays_one() {
    let world = World::new().await;
    let [owner, ben] = world.people(["holder", "ben"]).await;
    let id = make(&owner, Side::Friends, &[&ben]).await;
    assert_eq!(told(&add(&owner, &id, &json!(["@later"])).await.expect(200))[2], json!(["@later"]));
    let later = Person::sign_up(world.http.clone(), "later").await;
    assert!(!sees(&later, &id).await);
    ben.post("/api/auth/username/set", &json!({ "username": "benjamin" })).await.expect(200);
    world.jobs_done().await;
    assert_eq!(read(&owner, &id).await.json()["item"]["members"], json!(["@benjamin"]));
    assert!(sees(&ben, &id).await);
    // By token, and by a name that he bears no more.
    let again = add(&owner, &id, &json!([ben.id.to_string(), "@ben"])).await.expect(200);
    assert_eq!(told(&again), json!([["@benjamin"], null, ["@ben"]]));
    assert_eq!(world.count(MEMBERS).await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_left_comes_back_by_his_own_act_and_who_was_removed_by_the_owners() {
    let world = World::new().await;
    let [owner, leaver, removed] = world.people(["holder", "leaver", "removed"]).await;
    let id = make(&owner, Side::Friends, &[&leaver, &removed]).await;
    leaver.post(&format!("/api/circles/{id}/leave"), &json!({})).await.expect(200);
    assert_eq!(told(&remove(&owner, &id, &json!(["@removed", "@nobody"])).await.expect(200)), json!([[], null, null]));
    assert!(!sees(&removed, &id).await && !sees(&leaver, &id).await);
    let again = add(&owner, &id, &json!(["@leaver", "@removed"])).await.expect(200);
    assert_eq!(told(&again), json!([["@removed"], ["@leaver"], null]));
    // Named again, he is asked still, and no member.
    let again = add(&owner, &id, &json!(["@leaver"])).await.expect(200);
    assert_eq!(told(&again), json!([["@removed"], ["@leaver"], null]));
    assert_eq!(world.count("select count(*) from social.invite").await, 1);
    assert_eq!(world.count("select count(*) from social.circle_departure where how = 'left'").await, 1);
    assert_eq!(world.count("select count(*) from social.circle_departure").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn adding_and_removing_at_once_does_not_depend_on_the_list() {
    let world = World::new().await;
    let [owner, ann, ben, cara] = world.people(["holder", "ann", "ben", "cara"]).await;
    let id = make(&owner, Side::Work, &[&ann, &ben]).await;
    owner.places(&cara, Side::Work).await;
    let path = format!("/api/circles/{id}/members");
    let body = json!({ "add": ["@cara", "@ben"], "remove": ["@ben", "@holder"] });
    assert_eq!(told(&owner.post(&path, &body).await.expect(200)), json!([["@ann", "@cara"], null, null]));
    let nothing = owner.post(&path, &json!({ "add": "@ben", "remove": {} })).await.expect(200);
    assert_eq!(told(&nothing), json!([["@ann", "@cara"], null, null]));
    let names: Vec<String> = (0..201).map(|number| format!("@nobody_{number}")).collect();
    for list in ["add", "remove"] {
        owner.post(&path, &json!({ list: names })).await.refused(400, "too_many_members");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn two_hundred_members_are_the_most() {
    let world = World::new().await;
    let [owner, last, over] = world.people(["holder", "last", "over"]).await;
    let id = make(&owner, Side::Friends, &[]).await;
    world.jobs_done().await;
    for sql in [
        "insert into social.person (id, username, full_name, state, staff, email_verified, created_at, version)
         select n, 'filler_' || n, '', 'active', false, false, now(), 1 from generate_series(10001, 10199) n",
        "insert into social.circle_member (circle, account, via, joined_at)
         select c.id, n, 'add', now() from generate_series(10001, 10199) n,
                (select id from social.circle where id not like 'seed%') c",
    ] {
        sqlx::query(sql).execute(&mut world.database.connect().await).await.unwrap();
    }
    owner.places(&last, Side::Friends).await;
    owner.places(&over, Side::Friends).await;
    let both = add(&owner, &id, &json!(["@last", "@over"])).await;
    both.refused(400, "too_many_members");
    add(&owner, &id, &json!(["@last"])).await.expect(200);
    add(&owner, &id, &json!(["@over"])).await.refused(400, "too_many_members");
    assert_eq!(world.count(MEMBERS).await, 200);
    // One goes, one comes.
    let path = format!("/api/circles/{id}/members");
    owner.post(&path, &json!({ "add": ["@over"], "remove": ["@last"] })).await.expect(200);
    assert_eq!(read(&over, &id).await.expect(200).json()["item"]["members"].as_array().unwrap().len(), 200);
}
