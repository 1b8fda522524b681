//! Access requests: a wish that only its owner answers, once, and whose rejection nobody is told.

use http::Method;
use platform::{Side, person::AccountState};
use serde_json::{Value, json};
use testkit::{Answer, Person, World};

async fn ask(person: &Person, owner: &Person, side: &str, message: &str) -> Answer {
    let body = json!({ "username": owner.handle(), "side": side, "message": message });
    person.post("/api/access-requests", &body).await
}

async fn asked(person: &Person, owner: &Person, side: &str) -> String {
    let answer = ask(person, owner, side, "please").await.expect(200).json();
    assert_eq!(answer["status"], "pending");
    answer["id"].as_str().expect("an id").to_owned()
}

async fn respond(owner: &Person, id: &str, body: Value) -> Answer {
    owner.post(&format!("/api/access-requests/{id}/respond"), &body).await
}

async fn waiting(owner: &Person) -> Vec<Value> {
    let answer = owner.get("/api/access-requests").await.expect(200);
    assert!(answer.statements() <= 4, "{} statements", answer.statements());
    answer.json()["items"].as_array().expect("items").clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn refusals_come_in_the_contracts_order() {
    let world = World::new().await;
    let [person, owner, blocker, blocked] = world.people(["person", "holder", "blocker", "blocked"]).await;
    blocker.blocks(&person).await;
    person.blocks(&blocked).await;
    let call = |body: Value| {
        let person = person.clone();
        async move { person.post("/api/access-requests", &body).await }
    };
    call(json!({ "side": "zzz" })).await.refused(400, "missing_username");
    call(json!({ "username": "nobody", "side": "zzz" })).await.refused(400, "invalid_side");
    call(json!({ "username": "nobody", "side": "public" })).await.refused(400, "invalid_side");
    call(json!({ "username": "nobody", "side": "work" })).await.refused(404, "not_found");
    call(json!({ "username": "blocker", "side": "work" })).await.refused(404, "not_found");
    call(json!({ "username": "person", "side": "work" })).await.refused(400, "cannot_request_self");
    call(json!({ "username": "blocked", "side": "work" })).await.refused(403, "restricted");
    owner.places(&person, Side::Close).await;
    ask(&person, &owner, "friends", "").await.refused(409, "already_granted");
    ask(&person, &owner, "close", "").await.refused(409, "already_granted");
    ask(&person, &owner, "work", "").await.expect(200);
    world.anonymous().post("/api/access-requests", &json!({})).await.refused(401, "restricted");
    world.anonymous().get("/api/access-requests").await.refused(401, "restricted");
}

#[tokio::test(flavor = "multi_thread")]
async fn answers_are_refused_in_the_contracts_order() {
    let world = World::new().await;
    let [person, owner, stranger] = world.people(["person", "holder", "stranger"]).await;
    let id = asked(&person, &owner, "friends").await;
    respond(&owner, "x1", json!({})).await.refused(400, "bad_request");
    respond(&owner, "999999", json!({})).await.refused(404, "not_found");
    respond(&stranger, &id, json!({ "action": "zzz" })).await.refused(403, "restricted");
    respond(&person, &id, json!({ "action": "accept" })).await.refused(403, "restricted");
    respond(&owner, &id, json!({ "action": "zzz" })).await.refused(400, "bad_request");
    respond(&owner, &id, json!({ "action": "accept", "side": "public" })).await.refused(400, "invalid_side");
    assert_eq!(waiting(&owner).await.len(), 1, "nothing was decided");
    let answer = respond(&owner, &id, json!({ "action": " Reject " })).await.expect(200).json();
    assert_eq!(answer, json!({ "ok": true, "status": "rejected" }));
    respond(&owner, &id, json!({ "action": "accept" })).await.refused(409, "already_handled");
}

#[tokio::test(flavor = "multi_thread")]
async fn asking_gives_nothing_and_accepting_shows_the_side_at_once() {
    let world = World::new().await;
    let [person, owner] = world.people(["person", "holder"]).await;
    let post = owner.posts(Side::Friends, "for friends").await;
    let id = asked(&person, &owner, "friends").await;
    person.reads(&post).await.refused(404, "not_found");
    let item = waiting(&owner).await.remove(0);
    assert_eq!(item["from"], json!({ "id": person.id.0, "handle": "@person" }));
    assert_eq!((&item["id"], &item["side"], &item["message"]), (&json!(id), &json!("friends"), &json!("please")));
    let answer = respond(&owner, &id, json!({ "action": "accept" })).await.expect(200);
    assert_eq!(answer.json(), json!({ "ok": true, "status": "accepted", "grantedSide": "friends" }));
    assert!(answer.statements() <= 10, "{} statements", answer.statements());
    person.reads(&post).await.expect(200);
    assert!(waiting(&owner).await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn close_is_reached_through_friends_and_nothing_is_taken_away() {
    let world = World::new().await;
    let [person, owner] = world.people(["person", "holder"]).await;
    let id = asked(&person, &owner, "close").await;
    let answer = respond(&owner, &id, json!({ "action": "accept" })).await.expect(200).json();
    assert_eq!(answer["grantedSide"], "friends");
    let id = asked(&person, &owner, "close").await;
    // Accepting Close answers what waits for Friends too: there is nothing of that kind left to ask.
    let answer = respond(&owner, &id, json!({ "action": "accept" })).await.expect(200).json();
    assert_eq!(answer["grantedSide"], "close");
    let id = asked(&person, &owner, "work").await;
    let answer = respond(&owner, &id, json!({ "action": "accept", "side": "friends" })).await.expect(200).json();
    assert_eq!(answer["grantedSide"], "close", "accepting never lowers");
}

#[tokio::test(flavor = "multi_thread")]
async fn one_answer_serves_every_request_that_it_satisfies() {
    let world = World::new().await;
    let [person, owner] = world.people(["person", "holder"]).await;
    for side in ["friends", "close", "work"] {
        asked(&person, &owner, side).await;
    }
    let id = asked(&person, &owner, "close").await;
    respond(&owner, &id, json!({ "action": "accept" })).await.expect(200);
    let left: Vec<Value> = waiting(&owner).await.into_iter().map(|item| item["side"].clone()).collect();
    assert_eq!(left, [json!("work")]);
}

#[tokio::test(flavor = "multi_thread")]
async fn repeating_changes_the_words_and_a_rejection_is_never_told() {
    let world = World::new().await;
    let [person, other, owner] = world.people(["person", "other", "holder"]).await;
    let id = asked(&person, &owner, "friends").await;
    asked(&other, &owner, "friends").await;
    let again = ask(&person, &owner, "friends", &"x".repeat(300)).await.expect(200);
    assert_eq!(again.json()["id"], json!(id));
    let list = waiting(&owner).await;
    assert_eq!(list[0]["from"]["handle"], "@other", "a repeat does not move to the top");
    assert_eq!(list[1]["message"].as_str().map(str::len), Some(280));

    respond(&owner, &id, json!({ "action": "reject" })).await.expect(200);
    let rejected = ask(&person, &owner, "friends", "again").await.expect(200);
    assert_eq!(rejected.body_without_ids(), again.body_without_ids(), "the same answer");
    assert_eq!(waiting(&owner).await.len(), 1, "and nobody is asked again");
    world.ambient.clock.advance(time::Duration::days(7) + time::Duration::seconds(1));
    ask(&person, &owner, "friends", "again").await.expect(200);
    assert_eq!(waiting(&owner).await[0]["message"], "again");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cap_counts_what_was_asked_whatever_became_of_it() {
    let world = World::builder().setting("SIDDES_ACCESS_REQUEST_MAX_PENDING", "2").build().await;
    let [person, a, b, c] = world.people(["person", "ann", "bob", "cid"]).await;
    let id = asked(&person, &a, "friends").await;
    asked(&person, &b, "friends").await;
    respond(&a, &id, json!({ "action": "accept" })).await.expect(200);
    let refused = ask(&person, &c, "friends", "").await;
    refused.refused(429, "rate_limited");
    let refused = refused.json();
    assert_eq!(refused["scope"], "access_request");
    assert!(refused["retry_after_ms"].as_u64().expect("a time") > 86_400_000);
    asked(&person, &b, "friends").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_blocked_and_the_gone_neither_ask_nor_are_answered() {
    let world = World::new().await;
    let [person, gone, owner] = world.people(["person", "gone", "holder"]).await;
    let id = asked(&person, &owner, "friends").await;
    let of_gone = asked(&gone, &owner, "friends").await;
    owner.blocks(&person).await;
    world.auth().set_state(gone.id, AccountState::Banned, None, Some("spam")).await.expect("gone");
    assert!(waiting(&owner).await.is_empty());
    for id in [&id, &of_gone] {
        for action in ["accept", "reject"] {
            respond(&owner, id, json!({ "action": action })).await.refused(409, "already_handled");
        }
    }
    assert_eq!(world.count("select count(*) from social.placement").await, 0);
    // Lifting the block brings nothing back, but he may ask again.
    owner.unblocks(&person).await;
    assert!(waiting(&owner).await.is_empty());
    assert_eq!(asked(&person, &owner, "friends").await, id);
    assert_eq!(waiting(&owner).await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restricted_owner_may_reject_and_not_accept() {
    let world = World::new().await;
    let [person, owner] = world.people(["person", "holder"]).await;
    let id = asked(&person, &owner, "friends").await;
    world.auth().set_state(owner.id, AccountState::ReadOnly, None, None).await.expect("read only");
    respond(&owner, &id, json!({ "action": "accept" })).await.refused(403, "account_restricted");
    respond(&owner, &id, json!({ "action": "reject" })).await.expect(200);
    ask(&owner, &person, "friends", "").await.refused(403, "account_restricted");
}

#[tokio::test(flavor = "multi_thread")]
async fn of_eight_answers_at_once_exactly_one_counts() {
    let world = World::new().await;
    let [person, owner] = world.people(["person", "holder"]).await;
    let id = asked(&person, &owner, "friends").await;
    let calls = (0..8).map(|number| {
        let (owner, id) = (owner.clone(), id.clone());
        async move { respond(&owner, &id, json!({ "action": if number % 2 == 0 { "accept" } else { "reject" } })).await }
    });
    let answers = futures::future::join_all(calls).await;
    let won: Vec<&Answer> = answers.iter().filter(|answer| answer.status == 200).collect();
    assert_eq!(won.len(), 1);
    assert!(answers.iter().all(|answer| answer.status == 200 || answer.status == 409));
    let placed = i64::from(won[0].json()["status"] == "accepted");
    assert_eq!(world.count("select count(*) from social.placement").await, placed);
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_methods_have_no_door() {
    let world = World::new().await;
    let [person] = world.people(["person"]).await;
    person.call(Method::PATCH, "/api/access-requests", None).await.refused(405, "method_not_allowed");
    person.get("/api/access-requests/1/respond").await.refused(405, "method_not_allowed");
}
