//! Laws of people that no other file shows: faces in lists, renames, follows beside placements, and reading what one
//! has just written (prism laws 7, 11, 13 and 17).

use http::Method;
use platform::{Side, person::AccountState};
use serde_json::{Value, json};
use testkit::{Answer, Person, World};

use crate::people_scene::unhurried;

async fn follow(person: &Person, other: &Person, follow: bool) -> Answer {
    person.post("/api/follow", &json!({ "username": other.handle(), "follow": follow })).await
}

async fn edit(person: &Person, body: Value) -> Answer {
    person.call(Method::PATCH, "/api/prism", Some(&body)).await.expect(200)
}

#[tokio::test(flavor = "multi_thread")]
async fn lists_of_people_show_the_public_face_and_nothing_of_the_others() {
    let world = World::new().await;
    let [holder, person] = world.people(["holder", "person"]).await;
    for side in Side::ALL {
        let picture = format!("https://example.test/{side}.jpg");
        let face = json!({ "side": side.as_str(), "displayName": format!("face of {side}"), "avatarImage": picture });
        edit(&person, face).await;
    }
    // In every way in which two can be joined, Close included.
    holder.places(&person, Side::Close).await;
    person.places(&holder, Side::Close).await;
    follow(&person, &holder, true).await.expect(200);
    follow(&holder, &person, true).await.expect(200);
    let wish = json!({ "username": "holder", "side": "work" });
    person.post("/api/access-requests", &wish).await.expect(200);
    for path in [
        "/api/siders",
        "/api/followers",
        "/api/public-followers/holder",
        "/api/public-following/holder",
        "/api/access-requests",
    ] {
        let told = holder.get(path).await.expect(200).json().to_string();
        assert!(told.contains("@person"), "{path}: {told}");
        let faces = path != "/api/access-requests";
        assert_eq!(told.contains("face of public") && told.contains("/public.jpg"), faces, "{path}: {told}");
        for side in ["friends", "close", "work"] {
            assert!(!told.contains(&format!("face of {side}")) && !told.contains(&format!("/{side}.jpg")), "{path}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_block_outlives_every_rename_on_every_call() {
    let world = World::builder().setting("SIDDES_THROTTLE_AUTH_USERNAME_SET", "off").build().await;
    let [ann, ben] = world.people(["ann", "ben"]).await;
    ann.blocks(&ben).await;
    for (name, renamed, other, other_name) in [("benjamin", &ben, &ann, "ann"), ("anna", &ann, &ben, "benjamin")] {
        renamed.post("/api/auth/username/set", &json!({ "username": name })).await.expect(200);
        world.jobs_done().await;
        for path in ["/api/profile", "/api/public-followers", "/api/public-following", "/api/users"] {
            for (person, whose) in [(other, name), (renamed, other_name)] {
                let nowhere = person.get(&format!("{path}/nobody")).await;
                let answer = person.get(&format!("{path}/{whose}")).await;
                assert_eq!(answer.body_without_ids(), nowhere.body_without_ids(), "{path}/{whose}");
                answer.refused(404, "not_found");
            }
        }
        // By the old name they are nobody to each other either, as to all.
        other.get(&format!("/api/profile/{}", renamed.name)).await.refused(404, "not_found");
    }
    for (path, body) in [
        ("/api/side", json!({ "username": "anna", "side": "friends" })),
        ("/api/follow", json!({ "username": "anna", "follow": true })),
        ("/api/access-requests", json!({ "username": "anna", "side": "work" })),
    ] {
        ben.post(path, &body).await.refused(404, "not_found");
        let mut own = body.clone();
        own["username"] = "benjamin".into();
        ann.post(path, &own).await.refused(403, "restricted");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn placements_change_no_follow_and_follows_change_no_placement() {
    let world = unhurried().build().await;
    let [ann, ben] = world.people(["ann", "ben"]).await;
    let stands = "select coalesce(string_agg(f.follower || ' ' || f.target, ', ' order by f.follower), '')
                  from social.follow f";
    let shows = "select coalesce(string_agg(p.owner || ' ' || p.member || ' ' || p.side, ', ' order by p.owner), '')
                 from social.placement p";
    let mut conn = world.database.connect().await;
    for following in [true, false] {
        follow(&ann, &ben, following).await.expect(200);
        let before: String = sqlx::query_scalar(stands).fetch_one(&mut conn).await.unwrap();
        for side in ["friends", "close", "work", "friends", "public"] {
            ann.side(&ben, side).await.expect(200);
            if side != "close" {
                ben.side(&ann, side).await.expect(200);
            }
            let after: String = sqlx::query_scalar(stands).fetch_one(&mut conn).await.unwrap();
            assert_eq!(after, before, "{side}");
            let before: String = sqlx::query_scalar(shows).fetch_one(&mut conn).await.unwrap();
            follow(&ben, &ann, true).await.expect(200);
            follow(&ben, &ann, false).await.expect(200);
            let after: String = sqlx::query_scalar(shows).fetch_one(&mut conn).await.unwrap();
            assert_eq!(after, before, "{side}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn after_every_200_the_next_reading_tells_of_it() {
    let world = unhurried().build().await;
    let [ann, ben] = world.people(["ann", "ben"]).await;
    let profile = async || ann.get("/api/profile/ben?side=public").await.expect(200).json();
    for side in ["friends", "close", "friends", "work", "public"] {
        ann.side(&ben, side).await.expect(200);
        let expected = if side == "public" { json!(null) } else { json!(side) };
        assert_eq!(profile().await["viewerSidedAs"], expected);
        for (person, path) in [(&ann, "/api/siders"), (&ben, "/api/followers")] {
            let counts = person.get(path).await.expect(200).json()["counts"].take();
            for bucket in ["friends", "close", "work"] {
                assert_eq!(counts[bucket], i32::from(bucket == side), "{path} {bucket} after {side}");
            }
        }
        assert_eq!(ben.get("/api/profile/ann").await.expect(200).json()["viewSide"], side);
    }
    for on in [true, false] {
        assert_eq!(follow(&ann, &ben, on).await.expect(200).json()["followers"], i32::from(on));
        let told = profile().await;
        assert_eq!((&told["viewerFollows"], &told["followers"]), (&json!(on), &json!(i32::from(on))));
        let roster = world.anonymous().get("/api/public-followers/ben").await.expect(200).json();
        let listed = roster["items"].as_array().map(Vec::len);
        assert_eq!((&roster["total"], listed), (&told["followers"], Some(usize::from(on))));
    }
    for number in 0..3 {
        edit(&ben, json!({ "side": "public", "headline": format!("headline {number}") })).await;
        assert_eq!(profile().await["facet"]["headline"], format!("headline {number}"));
        let post = ben.posts(Side::Public, &format!("post {number}")).await;
        assert_eq!(profile().await["posts"]["items"][0]["content"], format!("post {number}"));
        ben.delete(&format!("/api/post/{post}")).await.expect(200);
        assert_eq!(profile().await["posts"]["count"], 0);
        edit(&ben, json!({ "side": "public", "publicRostersHidden": number != 1 })).await;
        let roster = ann.get("/api/public-followers/ben").await.expect(200).json();
        assert_eq!(roster.get("hidden").is_some(), number != 1);
    }
    ann.blocks(&ben).await;
    ann.get("/api/profile/ben").await.refused(404, "not_found");
    ann.unblocks(&ben).await;
    profile().await;
    world.auth().set_state(ben.id, AccountState::Deactivated, None, None).await.expect("gone");
    ann.get("/api/profile/ben").await.refused(404, "not_found");
}
