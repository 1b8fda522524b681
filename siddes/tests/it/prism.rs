//! Faces: four a person, each changed by itself, computed until the first edit, and never written by reading.

use http::Method;
use platform::{Side, person::AccountState};
use serde_json::{Value, json};
use testkit::{Answer, Person, World};

async fn edit(person: &Person, body: Value) -> Answer {
    person.call(Method::PATCH, "/api/prism", Some(&body)).await
}

async fn face(person: &Person, side: &str) -> Value {
    let answer = person.get("/api/prism").await.expect(200);
    assert!(answer.statements() <= 2, "{} statements", answer.statements());
    let items = answer.json()["items"].as_array().expect("four faces").clone();
    items.into_iter().find(|item| item["side"] == side).expect("a face")
}

#[tokio::test(flavor = "multi_thread")]
async fn four_faces_are_computed_until_they_are_edited_and_reading_writes_nothing() {
    let world = World::new().await;
    let [person] = world.people(["anna_maria"]).await;
    let prism = person.get("/api/prism").await.expect(200).json();
    let expected = json!({ "id": person.id.0, "username": "anna_maria", "handle": "@anna_maria" });
    assert_eq!(prism["user"], expected);
    let sides: Vec<&str> =
        prism["items"].as_array().unwrap().iter().map(|item| item["side"].as_str().unwrap()).collect();
    assert_eq!(sides, ["close", "friends", "public", "work"]);
    for (side, name, label) in [
        ("public", "Anna Maria", "Town Hall"),
        ("friends", "Anna", "Pulse"),
        ("close", "A.", "Pulse"),
        ("work", "Anna Maria", "Pulse"),
    ] {
        let expected = json!({
            "side": side, "displayName": name, "headline": "", "bio": "", "location": null, "website": null,
            "coverImage": null, "avatarMediaKey": null, "avatarImage": null, "publicRostersHidden": false,
            "anthem": null, "pulse": { "label": label, "text": "" }, "updatedAt": null,
        });
        assert_eq!(face(&person, side).await, expected);
    }
    world.anonymous().get("/api/profile/anna_maria").await.expect(200);
    assert_eq!(world.count("select count(*) from social.facet").await, 0);
    world.anonymous().get("/api/prism").await.refused(401, "restricted");
    world.anonymous().call(Method::PATCH, "/api/prism", Some(&json!({}))).await.refused(401, "restricted");
}

#[tokio::test(flavor = "multi_thread")]
async fn only_what_is_given_changes_and_only_in_that_side() {
    let world = World::new().await;
    let [person] = world.people(["person"]).await;
    let answer = edit(&person, json!({ "side": " Friends ", "headline": " hi ", "bio": " kept \n" })).await.expect(200);
    assert!(answer.statements() <= 5, "{} statements", answer.statements());
    let item = &answer.json()["item"];
    assert_eq!((&item["headline"], &item["bio"]), (&json!("hi"), &json!(" kept \n")));
    assert_eq!(item["displayName"], "Person", "the first edit stores the whole face");
    assert!(item["updatedAt"].as_str().unwrap().ends_with("+00:00"));
    edit(&person, json!({ "side": "friends", "anthem": { "title": "T" }, "pulse": {} })).await.expect(200);
    let friends = face(&person, "friends").await;
    assert_eq!(friends["headline"], "hi");
    assert_eq!((&friends["anthem"], &friends["pulse"]), (&json!({ "title": "T", "artist": "" }), &json!(null)));
    edit(&person, json!({ "side": "friends", "anthem": null, "pulse": 5, "headline": 5, "publicRostersHidden": true }))
        .await
        .expect(200);
    assert_eq!(face(&person, "friends").await, friends, "what says nothing changes nothing, but the time of the edit");
    for side in ["public", "close", "work"] {
        assert_eq!(face(&person, side).await["updatedAt"], json!(null));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn sides_links_and_uploads_are_checked() {
    let world = World::new().await;
    let [person] = world.people(["person"]).await;
    for side in [json!("zzz"), json!(""), json!(null), json!(5)] {
        edit(&person, json!({ "side": side, "headline": "x" })).await.refused(400, "invalid_side");
    }
    edit(&person, json!({})).await.refused(400, "invalid_side");
    for (field, url) in [
        ("website", "javascript:alert(1)"),
        ("coverImage", "http://169.254.169.254/x"),
        ("avatarImage", "data:image/png;base64,x"),
    ] {
        let refused = edit(&person, json!({ "side": "public", field: url })).await;
        refused.refused(400, "invalid_url");
        let refused = refused.json();
        assert_eq!(refused["field"], field);
    }
    edit(&person, json!({ "side": "public", "avatarMediaKey": "u/1/x.jpg" })).await.refused(400, "invalid_media");
    edit(&person, json!({ "side": "public", "headline": "a\u{0}" })).await.refused(400, "invalid_text");
    assert_eq!(world.count("select count(*) from social.facet").await, 0, "nothing was stored");
    // Our own picture's address and the removal of an upload are no news.
    let own = json!({ "side": "public", "avatarImage": "/m/u/1/x.jpg?t=abc", "avatarMediaKey": "" });
    edit(&person, own).await.expect(200);
    assert_eq!(face(&person, "public").await["avatarImage"], json!(null));
    edit(&person, json!({ "side": "public", "website": "ann.example/x" })).await.expect(200);
    assert_eq!(face(&person, "public").await["website"], "ann.example/x");
}

#[tokio::test(flavor = "multi_thread")]
async fn edits_of_single_fields_at_once_all_hold() {
    let world = World::new().await;
    let [person] = world.people(["person"]).await;
    let fields = ["displayName", "headline", "bio", "location", "website"];
    let edits = fields.map(|field| {
        let person = person.clone();
        async move { edit(&person, json!({ "side": "work", field: "a.example" })).await.expect(200) }
    });
    futures::future::join_all(edits).await;
    let face = face(&person, "work").await;
    for field in fields {
        assert_eq!(face[field], "a.example", "{field}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restricted_account_reads_its_faces_and_edits_none() {
    let world = World::new().await;
    let [person] = world.people(["person"]).await;
    world.auth().set_state(person.id, AccountState::ReadOnly, None, None).await.expect("read only");
    edit(&person, json!({ "side": "public", "headline": "x" })).await.refused(403, "account_restricted");
    person.get("/api/prism").await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_edited_name_is_on_posts_at_once() {
    let world = World::new().await;
    let [author, friend] = world.people(["author", "friend"]).await;
    author.places(&friend, Side::Friends).await;
    author.posts(Side::Friends, "to friends").await;
    author.posts(Side::Public, "to all").await;
    edit(&author, json!({ "side": "friends", "displayName": "Annie" })).await.expect(200);
    assert_eq!(friend.feed(Side::Friends).await.json()["items"][0]["author"], "Annie");
    assert_eq!(friend.feed(Side::Public).await.json()["items"][0]["author"], "Author", "no face tells of another");
}
