//! Answers to invites: each party has its own, one counts, and accepting checks again what was true when it was made.

use http::Method;
use platform::{Side, person::AccountState};
use serde_json::{Value, json};
use testkit::{PASSWORD, Person, World};

use crate::{
    circles::{is_unknown, make, patch, read},
    invites::{PENDING, answer, fill, invited, told},
};

const MEMBERS: &str = "select count(*) from social.circle_member";

/// The state that an answer tells.
async fn becomes(person: &Person, id: &str, action: &str) -> String {
    let item = answer(person, id, action).await.expect(200).json()["item"].take();
    item["status"].as_str().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn refusals_come_in_the_contracts_order() {
    let world = World::new().await;
    let [owner, ben, stranger] = world.people(["holder", "ben", "stranger"]).await;
    let circle = make(&owner, Side::Friends, &[]).await;
    let id = invited(&owner, &circle, &ben).await;
    let path = format!("/api/invites/{id}");
    for body in [json!({}), json!({ "action": "zzz" }), json!({ "status": "pending" }), json!({ "action": 5 })] {
        stranger.call(Method::PATCH, &path, Some(&body)).await.refused(400, "bad_request");
    }
    for action in ["accept", "reject", "revoke"] {
        let unknown = answer(&stranger, "inv_1_00000000", action).await;
        is_unknown(&answer(&stranger, &id, action).await, &unknown, action);
        unknown.refused(404, "not_found");
    }
    answer(&ben, "no%20such", "accept").await.refused(404, "not_found");
    answer(&owner, &id, "accept").await.refused(403, "restricted");
    answer(&owner, &id, "reject").await.refused(403, "restricted");
    answer(&ben, &id, "revoke").await.refused(403, "restricted");
    fill(&world, &circle, 200).await;
    answer(&ben, &id, "accept").await.refused(409, "circle_full");
    sqlx::query("delete from social.circle_member").execute(&mut world.database.connect().await).await.unwrap();
    for sql in [
        "insert into social.circle (id, owner, side, label, color, created_at, updated_at)
         select 'set_x_' || n, 1000000, 'work', 'x', 'blue', now(), now() from generate_series(1, 500) n where $1 > 0",
        "insert into social.circle_member (circle, account, via, joined_at)
         select 'set_x_' || n, $1, 'add', now() from generate_series(1, 500) n",
    ] {
        sqlx::query(sql).bind(ben.id.0).execute(&mut world.database.connect().await).await.unwrap();
    }
    answer(&ben, &id, "accept").await.refused(409, "membership_limit");
    assert_eq!(told(&ben, &id).await["status"], "pending", "it goes on waiting");
    sqlx::query("delete from social.circle_member").execute(&mut world.database.connect().await).await.unwrap();
    assert_eq!(becomes(&ben, &id, "accept").await, "accepted");
}

#[tokio::test(flavor = "multi_thread")]
async fn accepting_makes_a_member_and_the_history_says_so() {
    let world = World::new().await;
    let [owner, ben] = world.people(["holder", "ben"]).await;
    let circle = make(&owner, Side::Close, &[]).await;
    let id = invited(&owner, &circle, &ben).await;
    read(&ben, &circle).await.refused(404, "not_found");
    let accepted = answer(&ben, &id, " Accept ").await.expect(200).json();
    assert_eq!((&accepted["restricted"], &accepted["role"]), (&json!(false), &json!("me")));
    assert_eq!(accepted["item"], told(&owner, &id).await);
    let item = read(&ben, &circle).await.expect(200).json()["item"].take();
    assert_eq!((&item["members"], &item["isOwner"]), (&json!(["@ben"]), &json!(false)));
    let events = owner.get(&format!("/api/circles/{circle}/events")).await.expect(200).json();
    let event = &events["items"][0];
    assert_eq!((&event["by"], &event["data"]["via"]), (&json!("@ben"), &json!("invite")));
    assert!(!events.to_string().contains(&id), "no id of an invite in the history");
    // Neither a placement nor a follow comes of it.
    assert_eq!(world.count("select count(*) from social.placement").await, 0);
    assert_eq!(world.count("select count(*) from social.follow").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invite_makes_one_transition() {
    let world = World::builder()
        .setting("SIDDES_THROTTLE_INVITES_ACTION", "off")
        .setting("SIDDES_INVITE_REJECT_COOLDOWN_DAYS", "0")
        .build()
        .await;
    let [owner, ben] = world.people(["holder", "ben"]).await;
    for (first, status) in [("revoke", "revoked"), ("reject", "rejected"), ("accept", "accepted")] {
        let circle = make(&owner, Side::Friends, &[]).await;
        let id = invited(&owner, &circle, &ben).await;
        let body = json!({ "status": status.to_uppercase() });
        let person = if first == "revoke" { &owner } else { &ben };
        let path = format!("/api/invites/{id}");
        let done = person.call(Method::PATCH, &path, Some(&body)).await.expect(200).json()["item"].take();
        assert_eq!(done["status"], status);
        for (person, action) in [(&ben, "accept"), (&ben, "reject"), (&owner, "revoke")] {
            let again = answer(person, &id, action).await.expect(200).json()["item"].take();
            assert_eq!(again, done, "{action} after {first}");
        }
        assert_eq!(read(&ben, &circle).await.status == 200, status == "accepted");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_removal_is_not_undone_by_accepting_again_but_by_a_new_invite() {
    let world = World::new().await;
    let [owner, ben] = world.people(["holder", "ben"]).await;
    let circle = make(&owner, Side::Friends, &[]).await;
    let id = invited(&owner, &circle, &ben).await;
    assert_eq!(becomes(&ben, &id, "accept").await, "accepted");
    let members = format!("/api/circles/{circle}/members");
    owner.post(&members, &json!({ "remove": ["@ben"] })).await.expect(200);
    assert_eq!(becomes(&ben, &id, "accept").await, "accepted");
    read(&ben, &circle).await.refused(404, "not_found");
    let next = invited(&owner, &circle, &ben).await;
    assert_eq!(becomes(&ben, &next, "accept").await, "accepted");
    read(&ben, &circle).await.expect(200);
    assert_eq!(world.count("select count(*) from social.circle_departure").await, 0);
    // Who was added meanwhile is a member once.
    let [cara] = world.people(["cara"]).await;
    let id = invited(&owner, &circle, &cara).await;
    owner.places(&cara, Side::Friends).await;
    owner.post(&members, &json!({ "add": ["@cara"] })).await.expect(200);
    assert_eq!(becomes(&cara, &id, "accept").await, "accepted");
    assert_eq!(world.count(MEMBERS).await, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_as_it_was_when_it_was_made_ends_revoked() {
    let world = World::new().await;
    let [owner, ben, blocker, blocked, leaver] = world.people(["holder", "ben", "blocker", "blocked", "leaver"]).await;
    let deleted = make(&owner, Side::Friends, &[]).await;
    let moved = make(&owner, Side::Friends, &[]).await;
    let stays = make(&owner, Side::Friends, &[]).await;
    let of_deleted = invited(&owner, &deleted, &ben).await;
    let of_moved = invited(&owner, &moved, &ben).await;
    let of_blocker = invited(&owner, &stays, &blocker).await;
    let of_blocked = invited(&owner, &stays, &blocked).await;
    let of_leaver = invited(&leaver, &make(&leaver, Side::Work, &[]).await, &ben).await;
    owner.delete(&format!("/api/circles/{deleted}")).await.expect(200);
    patch(&owner, &moved, &json!({ "side": "close" })).await.expect(200);
    patch(&owner, &moved, &json!({ "side": "friends" })).await.expect(200);
    patch(&owner, &stays, &json!({ "label": "Other", "side": "friends" })).await.expect(200);
    assert_eq!(world.count(PENDING).await, 3, "what does not change ends nothing");
    blocker.blocks(&owner).await;
    owner.blocks(&blocked).await;
    world.auth().set_state(leaver.id, AccountState::Deactivated, None, None).await.expect("gone");
    assert_eq!(world.count(PENDING).await, 1, "the blocks have ended theirs");
    for (person, id) in [(&ben, &of_deleted), (&ben, &of_moved), (&blocker, &of_blocker), (&blocked, &of_blocked)] {
        assert_eq!(becomes(person, id, "accept").await, "revoked");
    }
    assert_eq!(told(&ben, &of_deleted).await["setLabel"], "Walks", "its name stays");
    // Nobody had ended this one: accepting does.
    assert_eq!(becomes(&ben, &of_leaver, "accept").await, "revoked");
    // The way back from there is signing in.
    leaver.post("/api/auth/login", &json!({ "identifier": "leaver", "password": PASSWORD })).await.expect(200);
    world.jobs_done().await;
    assert_eq!(told(&ben, &of_leaver).await["status"], "revoked");
    assert_eq!((world.count(MEMBERS).await, world.count(PENDING).await), (0, 0));
    // Unblocking restores nothing.
    owner.unblocks(&blocked).await;
    assert_eq!(becomes(&blocked, &of_blocked, "accept").await, "revoked");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_state_of_account_may_say_no() {
    let world = World::new().await;
    let [owner, ben, cara] = world.people(["holder", "ben", "cara"]).await;
    let circle = make(&owner, Side::Friends, &[]).await;
    let (of_ben, of_cara) = (invited(&owner, &circle, &ben).await, invited(&owner, &circle, &cara).await);
    for person in [&owner, &ben] {
        world.auth().set_state(person.id, AccountState::ReadOnly, None, None).await.expect("read only");
    }
    answer(&ben, &of_ben, "accept").await.refused(403, "account_restricted");
    assert_eq!(becomes(&ben, &of_ben, "reject").await, "rejected");
    assert_eq!(becomes(&owner, &of_cara, "revoke").await, "revoked");
    assert_eq!(answer(&cara, &of_cara, "accept").await.json()["item"]["status"], Value::from("revoked"));
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_asked_again_for_a_week_who_said_no() {
    let world = World::new().await;
    let [owner, ben] = world.people(["holder", "ben"]).await;
    let circle = make(&owner, Side::Friends, &[]).await;
    let other = make(&owner, Side::Friends, &[]).await;
    let id = invited(&owner, &circle, &ben).await;
    assert_eq!(becomes(&ben, &id, "reject").await, "rejected");
    crate::invites::invite(&owner, &circle, "@ben").await.refused(409, "recently_rejected");
    let body = json!({ "add": ["@ben"] });
    let added = owner.post(&format!("/api/circles/{circle}/members"), &body).await.expect(200).json();
    assert_eq!(added["skipped"], json!(["@ben"]), "nor is he by being named");
    invited(&owner, &other, &ben).await;
    world.ambient.clock.advance(time::Duration::days(7) + time::Duration::seconds(1));
    invited(&owner, &circle, &ben).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_names_nobody_who_is_blocked_or_gone() {
    let world = World::new().await;
    let [owner, ben, cara, gone] = world.people(["holder", "ben", "cara", "leaver"]).await;
    let circle = make(&owner, Side::Friends, &[]).await;
    let (of_ben, of_cara) = (invited(&owner, &circle, &ben).await, invited(&owner, &circle, &cara).await);
    let of_gone = invited(&gone, &make(&gone, Side::Work, &[]).await, &ben).await;
    owner.blocks(&ben).await;
    cara.blocks(&owner).await;
    world.auth().set_state(gone.id, AccountState::Deactivated, None, None).await.expect("gone");
    owner.post("/api/auth/username/set", &json!({ "username": "renamed_1" })).await.expect(200);
    cara.post("/api/auth/username/set", &json!({ "username": "renamed_2" })).await.expect(200);
    world.jobs_done().await;
    for (person, id, action, others, own) in [
        (&ben, &of_ben, "reject", "from", "@ben"),
        (&owner, &of_cara, "revoke", "to", "@renamed_1"),
        (&ben, &of_gone, "accept", "from", "@ben"),
    ] {
        let item = answer(person, id, action).await.expect(200).json()["item"].take();
        assert_eq!(item["status"], "revoked");
        assert_eq!(item[others], "@unknown", "{item}");
        assert_eq!(item[if others == "from" { "to" } else { "from" }], own, "{item}");
    }
}
