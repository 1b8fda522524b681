//! Circles as they are read: to owner and members they are there, to everybody else they are not.

use http::Method;
use platform::{Side, person::AccountState};
use serde_json::{Value, json};
use testkit::{Answer, Person, World};

/// Makes a circle with people in it whom the owner shows its Side, and returns its id.
pub async fn make(owner: &Person, side: Side, members: &[&Person]) -> String {
    for member in members {
        let shown = if side == Side::Public { Side::Friends } else { side };
        owner.places(member, shown).await;
    }
    let names: Vec<String> = members.iter().map(|member| member.handle()).collect();
    let body = json!({ "side": side.as_str(), "label": "Walks", "members": names });
    let made = owner.post("/api/circles", &body).await.expect(200).json();
    assert_eq!(made["item"]["members"].as_array().map(Vec::len), Some(members.len()), "{made}");
    made["item"]["id"].as_str().unwrap().to_owned()
}

pub async fn patch(person: &Person, id: &str, body: &Value) -> Answer {
    person.call(Method::PATCH, &format!("/api/circles/{id}"), Some(body)).await
}

pub async fn read(person: &Person, id: &str) -> Answer {
    person.get(&format!("/api/circles/{id}")).await
}

/// What one who may not see it gets, as what nobody may see gets it.
#[track_caller]
pub fn is_unknown(answer: &Answer, unknown: &Answer, what: &str) {
    assert_eq!(answer.status, 404, "{what}");
    assert_eq!(answer.body_without_ids(), unknown.body_without_ids(), "{what}");
    assert_eq!(answer.headers_without_ids(), unknown.headers_without_ids(), "{what}");
    assert_eq!(answer.statements(), unknown.statements(), "{what}");
}

/// Labels of somebody's circles, without those that he has from the start.
async fn labels(person: &Person) -> Vec<String> {
    let items = person.get("/api/circles").await.expect(200).json()["items"].take();
    let items = items.as_array().unwrap().clone();
    let own = |item: &&Value| !item["id"].as_str().unwrap().starts_with("seed_");
    items.iter().filter(own).map(|item| item["label"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn owner_and_members_read_the_same_circle() {
    let world = World::new().await;
    let [ann_lee, ben, cara] = world.people(["ann_lee", "ben", "cara"]).await;
    let id = make(&ann_lee, Side::Friends, &[&ben, &cara]).await;
    assert!(id.starts_with("set_"), "{id}");
    let own = read(&ann_lee, &id).await.expect(200).json();
    let keys: Vec<&String> = own.as_object().unwrap().keys().collect();
    assert_eq!(keys, ["ok", "restricted", "viewer", "role", "item"]);
    assert_eq!((&own["restricted"], &own["role"]), (&json!(false), &json!("me")));
    assert_eq!(own["viewer"], json!(ann_lee.id.to_string()));
    let item = &own["item"];
    for (name, value) in [
        ("id", json!(id)),
        ("side", json!("friends")),
        ("label", json!("Walks")),
        ("color", json!("emerald")),
        ("members", json!(["@ben", "@cara"])),
        ("count", json!(0)),
        ("isOwner", json!(true)),
        ("owner", json!({ "handle": "@ann_lee", "name": "Ann" })),
    ] {
        assert_eq!(item[name], value, "{name}");
    }
    assert!(item["createdAt"].is_i64() && item["updatedAt"].is_i64());
    let theirs = read(&ben, &id).await.expect(200).json()["item"].take();
    let mut expected = item.clone();
    expected["isOwner"] = json!(false);
    assert_eq!(theirs, expected);
    assert_eq!(labels(&cara).await, ["Walks"]);
    // The same handlers answer under the older name.
    assert_eq!(ben.get(&format!("/api/sets/{id}")).await.expect(200).json()["item"], theirs);
    assert_eq!(ben.get("/api/sets?side=friends").await.json()["items"][0], theirs);
}

#[tokio::test(flavor = "multi_thread")]
async fn to_everybody_else_a_circle_does_not_exist() {
    let world = World::new().await;
    let [owner, member, friend, former, stranger, staff] =
        world.people(["holder", "member", "friend", "former", "stranger", "keeper"]).await;
    sqlx::query("update auth.account set staff = true where username = 'keeper'")
        .execute(&mut world.database.connect().await)
        .await
        .unwrap();
    let id = make(&owner, Side::Friends, &[&member, &former]).await;
    owner.places(&friend, Side::Friends).await;
    former.post(&format!("/api/circles/{id}/leave"), &json!({})).await.expect(200);
    for (person, who) in [(&friend, "friend"), (&former, "former"), (&stranger, "stranger"), (&staff, "staff")] {
        let unknown = "set_1_00000000";
        for tail in ["", "/events"] {
            let answer = person.get(&format!("/api/circles/{id}{tail}")).await;
            let nothing = person.get(&format!("/api/circles/{unknown}{tail}")).await;
            is_unknown(&answer, &nothing, &format!("{who} reads {tail}"));
            answer.refused(404, "not_found");
            assert_eq!(answer.json()["restricted"], json!(false), "{who}: no login is lost");
        }
        for (method, tail) in
            [(Method::PATCH, ""), (Method::DELETE, ""), (Method::POST, "/members"), (Method::POST, "/leave")]
        {
            let body = json!({ "label": "Mine now", "members": [] });
            let answer = person.call(method.clone(), &format!("/api/circles/{id}{tail}"), Some(&body)).await;
            let nothing = person.call(method.clone(), &format!("/api/circles/{unknown}{tail}"), Some(&body)).await;
            is_unknown(&answer, &nothing, &format!("{who} calls {method} {tail}"));
        }
        assert!(labels(person).await.is_empty(), "{who}");
    }
    // A member reads, and writes nothing.
    patch(&member, &id, &json!({ "label": "Mine now" })).await.refused(404, "not_found");
    member.delete(&format!("/api/circles/{id}")).await.refused(404, "not_found");
    let body = json!({ "add": ["@friend"] });
    member.post(&format!("/api/circles/{id}/members"), &body).await.refused(404, "not_found");
    assert_eq!(read(&owner, &id).await.json()["item"]["label"], "Walks");
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_in_particular_is_told_that_he_is_signed_out() {
    let world = World::new().await;
    let [owner] = world.people(["holder"]).await;
    let id = make(&owner, Side::Public, &[]).await;
    let nobody = world.anonymous();
    let envelope = json!({ "ok": true, "restricted": true, "viewer": null, "role": "anon" });
    for (path, name, empty) in [
        ("/api/circles".to_owned(), "items", json!([])),
        (format!("/api/circles/{id}"), "item", json!(null)),
        ("/api/circles/set_1_00000000".to_owned(), "item", json!(null)),
        (format!("/api/circles/{id}/events"), "items", json!([])),
    ] {
        let mut answer = nobody.get(&path).await.expect(200).json();
        answer.as_object_mut().unwrap().remove("nextCursor");
        let mut expected = envelope.clone();
        expected[name] = empty;
        assert_eq!(answer, expected, "{path}");
    }
    for tail in ["", &format!("/{id}/members"), &format!("/{id}/leave")] {
        nobody.post(&format!("/api/circles{tail}"), &json!({})).await.refused(401, "restricted");
    }
    patch(&nobody, &id, &json!({})).await.refused(401, "restricted");
    nobody.delete(&format!("/api/circles/{id}")).await.refused(401, "restricted");
    owner.call(Method::PUT, &format!("/api/circles/{id}"), Some(&json!({}))).await.refused(405, "method_not_allowed");
    owner.get(&format!("/api/circles/{id}/")).await.refused(404, "not_found");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_list_is_of_one_side_or_of_all_and_the_last_change_comes_first() {
    let world = World::new().await;
    let [owner, member] = world.people(["holder", "member"]).await;
    let first = make(&owner, Side::Work, &[&member]).await;
    let second = make(&owner, Side::Public, &[]).await;
    let ids = |answer: Answer| -> Vec<String> {
        let items = answer.expect(200).json()["items"].take();
        items.as_array().unwrap().iter().map(|item| item["id"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(ids(owner.get("/api/circles").await)[..2], [second.clone(), first.clone()]);
    patch(&owner, &first, &json!({ "label": "Changed" })).await.expect(200);
    for query in ["", "?side=", "?side=zzz"] {
        let all = ids(owner.get(&format!("/api/circles{query}")).await);
        assert_eq!(all[..2], [first.clone(), second.clone()], "{query}");
    }
    assert_eq!(ids(owner.get("/api/circles?side=%20Public").await), [second]);
    assert_eq!(ids(member.get("/api/circles?side=work").await)[0], first);
}

#[tokio::test(flavor = "multi_thread")]
async fn four_empty_circles_are_there_from_the_start_and_never_again() {
    let world = World::new().await;
    let [ann] = world.people(["ann"]).await;
    world.jobs_done().await;
    let items = ann.get("/api/circles").await.expect(200).json()["items"].take();
    let mut seeds: Vec<Value> = items.as_array().unwrap().clone();
    seeds.sort_by_key(|item| item["id"].as_str().unwrap().to_owned());
    let told: Vec<Value> =
        seeds.iter().map(|seed| json!([seed["id"], seed["label"], seed["side"], seed["color"]])).collect();
    let id = |name: &str| format!("seed_{}_{name}", ann.id);
    assert_eq!(
        json!(told),
        json!([
            [id("close_family"), "Family", "close", "rose"],
            [id("friends_closefriends"), "Close Friends", "friends", "emerald"],
            [id("friends_gym"), "Gym Crew", "friends", "emerald"],
            [id("work_team"), "Team", "work", "slate"],
        ])
    );
    assert!(seeds.iter().all(|seed| seed["members"] == json!([]) && seed["isOwner"] == json!(true)));
    let gym = id("friends_gym");
    let events = ann.get(&format!("/api/circles/{gym}/events")).await.expect(200).json();
    assert_eq!(events["items"][0]["kind"], "created");
    // Deleted or renamed, they stay so, whatever auth tells of the account afterwards.
    ann.delete(&format!("/api/circles/{gym}")).await.expect(200);
    patch(&ann, &id("work_team"), &json!({ "label": "The office" })).await.expect(200);
    for state in [AccountState::Suspended, AccountState::Active] {
        world.auth().set_state(ann.id, state, None, None).await.expect("set");
    }
    world.jobs_done().await;
    assert_eq!(world.count("select count(*) from social.circle").await, 3);
    assert_eq!(world.count("select count(*) from social.circle where label = 'The office'").await, 1);
}
