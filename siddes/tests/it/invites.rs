//! Invites: only an owner asks, each person once, and whoever is asked learns what stands in the invite and no more.

use futures::future::join_all;
use http::Method;
use platform::{Side, person::AccountState};
use serde_json::{Value, json};
use testkit::{Answer, Person, World};

use crate::circles::{make, read};

pub const PENDING: &str = "select count(*) from social.invite where status = 'pending'";

pub async fn invite(owner: &Person, circle: &str, to: &str) -> Answer {
    owner.post("/api/invites", &json!({ "setId": circle, "to": to })).await
}

/// Asks somebody, and returns the invite's id.
pub async fn invited(owner: &Person, circle: &str, to: &Person) -> String {
    let item = invite(owner, circle, &to.handle()).await.expect(200).json()["item"].take();
    assert_eq!(item["status"], "pending", "{item}");
    item["id"].as_str().unwrap().to_owned()
}

pub async fn answer(person: &Person, id: &str, action: &str) -> Answer {
    let body = json!({ "action": action });
    person.call(Method::PATCH, &format!("/api/invites/{id}"), Some(&body)).await
}

/// The invite as one of its parties reads it; null for everybody else.
pub async fn told(person: &Person, id: &str) -> Value {
    person.get(&format!("/api/invites/{id}")).await.expect(200).json()["item"].take()
}

pub async fn list(person: &Person, query: &str) -> Vec<Value> {
    let answer = person.get(&format!("/api/invites{query}")).await.expect(200).json();
    answer["items"].as_array().unwrap().clone()
}

async fn ids(person: &Person, query: &str) -> Vec<String> {
    list(person, query).await.iter().map(|item| item["id"].as_str().unwrap().to_owned()).collect()
}

/// As many members as these, of whom nothing else is known.
pub async fn fill(world: &World, circle: &str, many: i64) {
    let sql = "insert into social.circle_member (circle, account, via, joined_at)
               select $1, 1000000 + n, 'add', now() from generate_series(1, $2) n on conflict do nothing";
    sqlx::query(sql).bind(circle).bind(many).execute(&mut world.database.connect().await).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn refusals_come_in_the_contracts_order() {
    let world = World::builder().setting("SIDDES_THROTTLE_INVITES_CREATE", "off").build().await;
    let [owner, member, stranger, blocker, blocked, gone, naysayer] =
        world.people(["holder", "member", "stranger", "blocker", "blocked", "gone", "naysayer"]).await;
    blocker.blocks(&owner).await;
    owner.blocks(&blocked).await;
    world.auth().set_state(gone.id, AccountState::Deactivated, None, None).await.expect("gone");
    let id = make(&owner, Side::Friends, &[&member]).await;
    let foreign = make(&stranger, Side::Friends, &[]).await;
    let call = async |body: Value| owner.post("/api/invites", &body).await;
    for body in [json!({}), json!({ "setId": id }), json!({ "to": "@stranger" }), json!({ "setId": " ", "to": 5 })] {
        call(body).await.refused(400, "bad_request");
    }
    for circle in ["set_1_00000000", "b_team", "no such", foreign.as_str()] {
        for to in ["@holder", "@nobody", "@stranger"] {
            invite(&owner, circle, to).await.refused(404, "not_found");
        }
    }
    invite(&member, &id, "@stranger").await.refused(404, "not_found");
    invite(&owner, &id, "@Holder").await.refused(400, "cannot_invite_self");
    for to in ["@nobody", "bad handle", "me_999999", "@blocker", "@gone"] {
        invite(&owner, &id, to).await.refused(404, "user_not_found");
    }
    invite(&owner, &id, "@blocked").await.refused(403, "restricted");
    invite(&owner, &id, "@member").await.refused(409, "already_member");
    let asked = invited(&owner, &id, &naysayer).await;
    answer(&naysayer, &asked, "reject").await.expect(200);
    fill(&world, &id, 199).await;
    invite(&owner, &id, "@naysayer").await.refused(409, "recently_rejected");
    invite(&owner, &id, "@stranger").await.refused(409, "circle_full");
    sqlx::query("delete from social.circle_member where account > 1000000 and account < 1000011")
        .execute(&mut world.database.connect().await)
        .await
        .unwrap();
    let sql = "insert into social.invite (id, circle, inviter, invitee, label, side, status, created_at, updated_at)
               select 'inv_x_' || n, 'set_x_' || n, $1, $2, 'x', 'work', 'pending', now(), now()
               from generate_series(1, 200) n";
    sqlx::query(sql).bind(owner.id.0).bind(member.id.0).execute(&mut world.database.connect().await).await.unwrap();
    invite(&owner, &id, "@stranger").await.refused(409, "invite_limit");
    world.anonymous().post("/api/invites", &json!({})).await.refused(401, "restricted");
    assert_eq!(world.count(PENDING).await, 200, "nobody was asked");
}

#[tokio::test(flavor = "multi_thread")]
async fn whom_one_may_not_ask_is_one_answer_at_one_price() {
    let world = World::new().await;
    let [owner, blocker, gone] = world.people(["holder", "blocker", "gone"]).await;
    blocker.blocks(&owner).await;
    world.auth().set_state(gone.id, AccountState::Banned, None, Some("spam")).await.expect("gone");
    let id = make(&owner, Side::Friends, &[]).await;
    let unknown = invite(&owner, &id, "@nobody").await;
    for to in ["@blocker", "@gone"] {
        let refused = invite(&owner, &id, to).await;
        assert_eq!(refused.body_without_ids(), unknown.body_without_ids(), "{to}");
        assert_eq!(refused.headers_without_ids(), unknown.headers_without_ids(), "{to}");
        assert_eq!(refused.statements(), unknown.statements(), "{to}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_asked_knows_the_invite_and_nothing_of_the_circle() {
    let world = World::new().await;
    let [owner, member, ben] = world.people(["holder", "member", "ben"]).await;
    let circle = make(&owner, Side::Friends, &[&member]).await;
    let id = invited(&owner, &circle, &ben).await;
    let item = told(&ben, &id).await;
    let keys: Vec<&String> = item.as_object().unwrap().keys().collect();
    let all = ["id", "setId", "setLabel", "side", "from", "to", "status", "message", "createdAt", "updatedAt"];
    assert_eq!(keys, all);
    for (name, value) in [
        ("id", json!(id)),
        ("setId", json!(circle)),
        ("setLabel", json!("Walks")),
        ("side", json!("friends")),
        ("from", json!("@holder")),
        ("to", json!("@ben")),
        ("status", json!("pending")),
        ("message", json!("")),
    ] {
        assert_eq!(item[name], value, "{name}");
    }
    assert!(id.starts_with("inv_") && item["createdAt"].is_i64() && item["updatedAt"].is_i64());
    assert_eq!(told(&owner, &id).await, item);
    assert_eq!(list(&ben, "?direction=incoming").await, [item]);
    read(&ben, &circle).await.refused(404, "not_found");
    // What the circle is called later is not told outside.
    crate::circles::patch(&owner, &circle, &json!({ "label": "Secret" })).await.expect(200);
    assert_eq!(told(&ben, &id).await["setLabel"], "Walks");
}

#[tokio::test(flavor = "multi_thread")]
async fn to_everybody_but_its_parties_an_invite_does_not_exist() {
    let world = World::new().await;
    let [owner, member, ben, stranger, blocker, gone] =
        world.people(["holder", "member", "ben", "stranger", "blocker", "gone"]).await;
    let circle = make(&owner, Side::Friends, &[&member]).await;
    let id = invited(&owner, &circle, &ben).await;
    let unknown = stranger.get("/api/invites/inv_1_00000000").await.expect(200);
    for (person, who) in [(&stranger, "stranger"), (&member, "member")] {
        let answer = person.get(&format!("/api/invites/{id}")).await.expect(200);
        assert_eq!(answer.json()["item"], Value::Null, "{who}");
        assert_eq!(answer.statements(), unknown.statements(), "{who}");
        assert!(list(person, "").await.is_empty(), "{who}");
    }
    // Of people who are not there for each other neither hears anything, whatever they wrote before.
    let (of_blocker, of_gone) = (invited(&owner, &circle, &blocker).await, invited(&owner, &circle, &gone).await);
    blocker.blocks(&owner).await;
    world.auth().set_state(gone.id, AccountState::Banned, None, None).await.expect("gone");
    for (person, id) in [(&owner, &of_blocker), (&blocker, &of_blocker), (&owner, &of_gone), (&gone, &of_gone)] {
        let answer = person.get(&format!("/api/invites/{id}")).await.expect(200);
        assert_eq!(answer.json()["item"], Value::Null);
        assert_eq!(answer.statements(), unknown.statements());
        assert!(!ids(person, "").await.contains(id));
    }
    assert_eq!(ids(&owner, "").await, std::slice::from_ref(&id));
    // Nobody in particular is told that he is signed out.
    let nobody = world.anonymous();
    let envelope = json!({ "ok": true, "restricted": true, "viewer": null, "role": "anon" });
    for (path, name, empty) in
        [("/api/invites".to_owned(), "items", json!([])), (format!("/api/invites/{id}"), "item", json!(null))]
    {
        let mut answer = nobody.get(&path).await.expect(200).json();
        answer.as_object_mut().unwrap().remove("nextCursor");
        let mut expected = envelope.clone();
        expected[name] = empty;
        assert_eq!(answer, expected, "{path}");
    }
    answer(&nobody, &id, "accept").await.refused(401, "restricted");
    owner.delete(&format!("/api/invites/{id}")).await.refused(405, "method_not_allowed");
}

#[tokio::test(flavor = "multi_thread")]
async fn asking_again_gives_the_same_invite_also_at_once() {
    let world = World::new().await;
    let [owner, ben] = world.people(["holder", "ben"]).await;
    let circle = make(&owner, Side::Work, &[]).await;
    let answers = join_all((0..8).map(|_| invite(&owner, &circle, "@ben"))).await;
    let first = answers[0].json()["item"]["id"].clone();
    for answer in answers {
        assert_eq!(answer.expect(200).json()["item"]["id"], first);
    }
    let body = json!({ "set_id": circle, "toId": ben.id.to_string(), "message": "please", "side": "public" });
    let again = owner.post("/api/invites", &body).await.expect(200).json();
    let item = &again["item"];
    assert_eq!((&item["id"], &item["side"], &item["message"]), (&first, &json!("work"), &json!("")));
    assert_eq!(world.count("select count(*) from social.invite").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_strangers_invite_carries_no_words() {
    let world = World::new().await;
    let [owner, stranger, placer, follower] = world.people(["holder", "stranger", "placer", "follower"]).await;
    let circle = make(&owner, Side::Friends, &[]).await;
    // What the owner shows them does not matter.
    owner.places(&stranger, Side::Close).await;
    placer.places(&owner, Side::Work).await;
    follower.post("/api/follow", &json!({ "username": "holder", "follow": true })).await.expect(200);
    for (to, message) in [("@stranger", ""), ("@placer", "come along"), ("@follower", "come along")] {
        let body = json!({ "setId": circle, "to": to, "message": "  come along  " });
        assert_eq!(owner.post("/api/invites", &body).await.expect(200).json()["item"]["message"], message, "{to}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_waits_comes_first_and_pages_lose_nothing() {
    let world = World::builder().setting("SIDDES_THROTTLE_INVITES_CREATE", "off").build().await;
    let [owner, ann, ben, cara, other] = world.people(["holder", "ann", "ben", "cara", "other"]).await;
    let circle = make(&owner, Side::Friends, &[]).await;
    let theirs = make(&other, Side::Friends, &[]).await;
    let mut expected = Vec::new();
    for person in [&ann, &ben, &cara] {
        expected.insert(0, invited(&owner, &circle, person).await);
    }
    let incoming = invited(&other, &theirs, &owner).await;
    answer(&cara, &expected[0], "reject").await.expect(200);
    expected.rotate_left(1);
    let all = [vec![incoming.clone()], expected.clone()].concat();
    assert_eq!(ids(&owner, "").await, all);
    assert_eq!(ids(&owner, "?direction=zzz").await, all);
    assert_eq!(ids(&owner, "?direction=outgoing").await, expected);
    assert_eq!(ids(&owner, "?direction=%20Incoming").await, [incoming]);
    for limit in [1, 2, 3] {
        let (mut paged, mut cursor) = (Vec::new(), String::new());
        loop {
            let page = owner.get(&format!("/api/invites?limit={limit}&cursor={cursor}")).await.expect(200).json();
            let items = page["items"].as_array().unwrap();
            assert!(items.len() <= limit);
            paged.extend(items.iter().map(|item| item["id"].as_str().unwrap().to_owned()));
            let Some(next) = page["nextCursor"].as_str() else { break };
            cursor = next.to_owned();
        }
        assert_eq!(paged, all, "{limit}");
    }
    // A muted person's invites are not brought to one's eyes; he learns nothing of it.
    owner.mutes(&other).await;
    assert!(ids(&owner, "?direction=incoming").await.is_empty());
    assert_eq!(ids(&other, "").await.len(), 1);
}
