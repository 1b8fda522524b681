//! Profiles: the face of one Side with its posts, to those to whom the Side is shown, and nothing of it to others.

use http::Method;
use platform::{Side, person::AccountState};
use serde_json::{Value, json};
use testkit::{Answer, Person, World};

async fn profile(viewer: &Person, of: &Person, query: &str) -> Answer {
    viewer.get(&format!("/api/profile/{}{query}", of.name)).await
}

fn texts(profile: &Value) -> Vec<&str> {
    profile["posts"]["items"].as_array().expect("posts").iter().map(|post| post["content"].as_str().unwrap()).collect()
}

/// A person with a face and a post in each Side.
async fn owner_of_four_faces(world: &World) -> Person {
    let [owner] = world.people(["holder"]).await;
    for side in Side::ALL {
        let body =
            json!({ "side": side.as_str(), "bio": format!("bio of {side}"), "displayName": format!("name of {side}") });
        owner.call(Method::PATCH, "/api/prism", Some(&body)).await.expect(200);
        owner.posts(side, &format!("post of {side}")).await;
    }
    owner
}

#[tokio::test(flavor = "multi_thread")]
async fn each_viewer_gets_the_sides_that_are_shown_to_him_and_nothing_of_the_others() {
    let world = World::new().await;
    let owner = owner_of_four_faces(&world).await;
    let [stranger, friend, close, work] = world.people(["stranger", "friend", "close", "work"]).await;
    owner.places(&friend, Side::Friends).await;
    owner.places(&close, Side::Close).await;
    owner.places(&work, Side::Work).await;
    // Showing somebody a Side opens none of his.
    stranger.places(&owner, Side::Close).await;
    let anonymous = world.anonymous();
    let table: [(&Person, &str, &[Side]); 6] = [
        (&anonymous, "public", &[Side::Public]),
        (&stranger, "public", &[Side::Public]),
        (&friend, "friends", &[Side::Public, Side::Friends]),
        (&close, "close", &[Side::Public, Side::Friends, Side::Close]),
        (&work, "work", &[Side::Public, Side::Work]),
        (&owner, "public", &Side::ALL),
    ];
    for (viewer, view_side, allowed) in table {
        let words: Vec<&str> = allowed.iter().map(|side| side.as_str()).collect();
        for side in Side::ALL {
            let answer = profile(viewer, &owner, &format!("?side={side}")).await;
            if !allowed.contains(&side) {
                answer.refused(403, "locked");
            }
            let body = answer.json();
            assert_eq!((&body["viewSide"], &body["requestedSide"]), (&json!(view_side), &json!(side.as_str())));
            assert_eq!(body["allowedSides"], json!(words), "{} asks for {side}", viewer.name);
            assert_eq!(body["user"], json!({ "id": owner.id.0, "username": "holder", "handle": "@holder" }));
            if allowed.contains(&side) {
                assert_eq!(body["facet"]["bio"], format!("bio of {side}"));
                assert_eq!(texts(&body), [format!("post of {side}")]);
                assert_eq!(body["posts"]["items"][0]["author"], format!("name of {side}"));
                for other in Side::ALL.into_iter().filter(|other| *other != side) {
                    assert!(!body.to_string().contains(&format!("of {other}")), "{side} tells of {other}");
                }
            } else {
                assert!(!body.to_string().contains(" of "), "a locked side tells nothing: {body}");
                assert!(["facet", "posts", "siders", "sharedSets"].iter().all(|key| body.get(key).is_none()));
            }
        }
        let whole = profile(viewer, &owner, "").await.expect(200).json();
        assert_eq!(whole["requestedSide"], view_side, "what is shown, if nothing is asked for");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn errors_come_in_the_contracts_order_and_nobody_is_told_apart() {
    let world = World::new().await;
    let [owner, viewer, blocker, gone] = world.people(["holder", "viewer", "blocker", "gone"]).await;
    blocker.blocks(&viewer).await;
    world.auth().set_state(gone.id, AccountState::Deactivated, None, None).await.expect("gone");
    let unknown = viewer.get("/api/profile/nobody?side=zzz").await;
    for (who, whose) in [(&viewer, &blocker), (&blocker, &viewer), (&viewer, &gone)] {
        let answer = profile(who, whose, "?side=zzz").await;
        answer.refused(404, "not_found");
        assert_eq!(answer.body_without_ids(), unknown.body_without_ids(), "{}", whose.name);
        who.get(&format!("/api/users/{}", whose.name)).await.refused(404, "not_found");
    }
    profile(&viewer, &owner, "?side=zzz").await.refused(400, "invalid_side");
    for path in ["/api/profile/@@holder", "/api/profile/holder%00", "/api/profile/1"] {
        viewer.get(path).await.refused(404, "not_found");
    }
    viewer.get("/api/profile/%40HOLDER").await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_joins_two_people_is_told_and_read_at_once() {
    let world = World::new().await;
    let [owner, viewer] = world.people(["holder", "viewer"]).await;
    viewer.places(&owner, Side::Work).await;
    viewer.post("/api/follow", &json!({ "username": "holder", "follow": true })).await.expect(200);
    let seen = profile(&viewer, &owner, "").await.expect(200).json();
    assert_eq!((&seen["viewerSidedAs"], &seen["viewerFollows"]), (&json!("work"), &json!(true)));
    assert_eq!(
        (&seen["followers"], &seen["publicFollowers"], &seen["publicFollowing"]),
        (&json!(1), &json!(1), &json!(0))
    );
    assert_eq!((&seen["isOwner"], &seen["viewerAuthed"], &seen["siders"]), (&json!(false), &json!(true), &json!(null)));
    let own = profile(&owner, &owner, "").await.expect(200).json();
    assert_eq!((&own["isOwner"], &own["viewerSidedAs"], &own["siders"]), (&json!(true), &json!(null), &json!(1)));
    viewer.unplaces(&owner).await;
    assert_eq!(profile(&viewer, &owner, "").await.expect(200).json()["viewerSidedAs"], json!(null));
    assert_eq!(profile(&owner, &owner, "").await.expect(200).json()["siders"], json!(0));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_number_of_siders_is_for_the_owner_friends_and_work() {
    let world = World::new().await;
    let [owner, friend, close, stranger] = world.people(["holder", "friend", "close", "stranger"]).await;
    owner.places(&friend, Side::Friends).await;
    owner.places(&close, Side::Close).await;
    stranger.places(&owner, Side::Friends).await;
    assert_eq!(profile(&friend, &owner, "").await.expect(200).json()["siders"], 1);
    assert_eq!(profile(&friend, &owner, "?side=public").await.expect(200).json()["siders"], json!(null));
    assert_eq!(profile(&close, &owner, "").await.expect(200).json()["siders"], "Close Vault");
    for viewer in [&stranger, &world.anonymous()] {
        assert_eq!(profile(viewer, &owner, "").await.expect(200).json()["siders"], json!(null));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn shared_circles_are_the_viewers_own_and_posts_in_circles_are_for_those_who_see_them() {
    let world = World::new().await;
    let [owner, viewer, other] = world.people(["holder", "viewer", "other"]).await;
    let sets = async |viewer: &Person| profile(viewer, &owner, "").await.expect(200).json()["sharedSets"].take();
    viewer.places(&owner, Side::Friends).await;
    let made = async |label: &str| {
        let body = json!({ "label": label, "side": "public", "members": ["@holder"] });
        viewer.post("/api/circles", &body).await.expect(200).json()["item"]["id"].as_str().unwrap().to_owned()
    };
    let (walks, _) = (made("Walks").await, made("Meals").await);
    viewer.post("/api/circles", &json!({ "label": "Others", "members": [] })).await.expect(200);
    // Another circle of the same name, and one of the person's own, are told as nothing more.
    made("Walks").await;
    let theirs = json!({ "label": "Theirs", "side": "public", "members": ["@viewer"] });
    owner.places(&viewer, Side::Work).await;
    owner.post("/api/circles", &theirs).await.expect(200);
    assert_eq!(sets(&viewer).await, json!(["Walks", "Meals"]));
    for stranger in [&other, &owner, &world.anonymous()] {
        assert_eq!(sets(stranger).await, json!([]), "{}", stranger.name);
    }

    owner.post("/api/post", &json!({ "text": "in walks", "setId": walks })).await.expect(201);
    let public = async |viewer: &Person| {
        let seen = profile(viewer, &owner, "?side=public").await.expect(200).json();
        texts(&seen).into_iter().map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(public(&viewer).await, ["in walks"]);
    assert_eq!(public(&owner).await, ["in walks"]);
    assert!(public(&other).await.is_empty() && public(&world.anonymous()).await.is_empty());
    // Moved, the circle takes along neither the post nor its readers.
    let moved = json!({ "side": "work" });
    viewer.call(Method::PATCH, &format!("/api/circles/{walks}"), Some(&moved)).await.expect(200);
    assert!(public(&viewer).await.is_empty());
    assert_eq!(public(&owner).await, ["in walks"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn un_siding_holds_on_the_next_request() {
    let world = World::new().await;
    let owner = owner_of_four_faces(&world).await;
    let [friend] = world.people(["friend"]).await;
    owner.places(&friend, Side::Close).await;
    profile(&friend, &owner, "?side=close").await.expect(200);
    owner.places(&friend, Side::Friends).await;
    profile(&friend, &owner, "?side=close").await.refused(403, "locked");
    owner.unplaces(&friend).await;
    profile(&friend, &owner, "?side=friends").await.refused(403, "locked");
}

#[tokio::test(flavor = "multi_thread")]
async fn posts_page_exactly_and_a_mute_does_not_matter_here() {
    let world = World::builder().setting("SIDDES_THROTTLE_POST_CREATE", "off").build().await;
    let [owner, viewer] = world.people(["holder", "viewer"]).await;
    for number in 0..6 {
        owner.posts(Side::Public, &format!("number {number}")).await;
    }
    viewer.mutes(&owner).await;
    let mut seen = Vec::new();
    let mut cursor = String::new();
    for page in 0.. {
        let answer = profile(&viewer, &owner, &format!("?side=public&limit=3&cursor={cursor}")).await.expect(200);
        assert!(answer.statements() <= 10, "{} statements", answer.statements());
        let body = answer.json();
        assert_eq!(body["posts"]["count"], 3);
        seen.extend(texts(&body).into_iter().map(str::to_owned));
        assert_eq!(body["posts"]["hasMore"], page == 0, "an exactly full last page is the last");
        let Some(next) = body["posts"]["nextCursor"].as_str() else { break };
        next.clone_into(&mut cursor);
    }
    assert_eq!(seen, ["number 5", "number 4", "number 3", "number 2", "number 1", "number 0"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_card_tells_the_least() {
    let world = World::new().await;
    let [person, other] = world.people(["person", "other"]).await;
    let card = person.get("/api/users/Other").await.expect(200).json();
    let user = json!({ "id": other.id.0, "username": "other", "handle": "@other", "isStaff": false });
    assert_eq!(card, json!({ "ok": true, "restricted": false, "user": user }));
    person.get("/api/users/nobody").await.refused(404, "not_found");
    for name in ["other", "nobody"] {
        let card = world.anonymous().get(&format!("/api/users/{name}")).await.expect(200).json();
        let expected = json!({ "ok": true, "restricted": true, "viewer": null, "role": "anon", "user": null });
        assert_eq!(card, expected);
    }
}
