//! Follows: they show nobody anything, count what is there, and name nobody who hides, blocks or is gone.

use platform::{Side, person::AccountState};
use serde_json::{Value, json};
use testkit::{Answer, PASSWORD, Person, World};

async fn follow(person: &Person, other: &Person, follow: bool) -> Answer {
    person.post("/api/follow", &json!({ "username": other.handle(), "follow": follow })).await
}

async fn roster(person: &Person, list: &str, of: &Person) -> Value {
    person.get(&format!("/api/public-{list}/{}", of.name)).await.expect(200).json()
}

fn names(roster: &Value) -> Vec<&str> {
    roster["items"].as_array().expect("items").iter().map(|item| item["handle"].as_str().expect("a handle")).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn refusals_come_in_the_contracts_order() {
    let world = World::new().await;
    let [person, blocker, blocked] = world.people(["person", "blocker", "blocked"]).await;
    blocker.blocks(&person).await;
    person.blocks(&blocked).await;
    let call = |body: Value| {
        let person = person.clone();
        async move { person.post("/api/follow", &body).await }
    };
    call(json!({ "follow": true })).await.refused(400, "missing_username");
    call(json!({ "username": "nobody", "follow": true })).await.refused(404, "not_found");
    call(json!({ "username": "blocker", "follow": true })).await.refused(404, "not_found");
    call(json!({ "username": "blocker", "follow": false })).await.refused(404, "not_found");
    call(json!({ "username": "person", "follow": true })).await.refused(400, "cannot_follow_self");
    call(json!({ "username": "person" })).await.refused(400, "cannot_follow_self");
    call(json!({ "username": "blocked", "follow": true })).await.refused(403, "restricted");
    call(json!({ "handle": "@Blocked", "follow": "no" })).await.expect(200);
    world.anonymous().post("/api/follow", &json!({ "username": "person" })).await.refused(401, "restricted");
}

#[tokio::test(flavor = "multi_thread")]
async fn following_counts_once_and_is_taken_back_once() {
    let world = World::new().await;
    let [fan, star] = world.people(["fan", "star"]).await;
    for _ in 0..2 {
        let answer = follow(&fan, &star, true).await.expect(200);
        let expected = json!({
            "ok": true, "following": true, "followers": 1, "publicFollowers": 1, "publicFollowing": 0,
        });
        assert_eq!(answer.json(), expected);
        assert!(answer.statements() <= 5, "{} statements", answer.statements());
    }
    assert_eq!(roster(&star, "following", &fan).await["total"], 1);
    for _ in 0..2 {
        let answer = follow(&fan, &star, false).await.expect(200).json();
        assert_eq!((&answer["following"], &answer["followers"]), (&json!(false), &json!(0)));
    }
    assert_eq!(roster(&star, "following", &fan).await["total"], 0);
    // Anything but yes unfollows.
    follow(&fan, &star, true).await.expect(200);
    let answer = fan.post("/api/follow", &json!({ "username": "star", "follow": "maybe" })).await.expect(200).json();
    assert_eq!(answer["followers"], 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_follow_shows_nobody_anything_and_a_placement_is_no_follow() {
    let world = World::new().await;
    let [fan, star] = world.people(["fan", "star"]).await;
    let post = star.posts(Side::Friends, "for friends").await;
    follow(&fan, &star, true).await.expect(200);
    fan.reads(&post).await.refused(404, "not_found");
    assert!(fan.feed(Side::Friends).await.contents().is_empty());
    star.places(&fan, Side::Friends).await;
    assert_eq!(roster(&star, "following", &star).await["total"], 0);
    follow(&fan, &star, false).await.expect(200);
    fan.reads(&post).await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn rosters_page_newest_first_without_repeating_anybody() {
    let world = World::new().await;
    let [star, viewer] = world.people(["star", "viewer"]).await;
    let mut expected = Vec::new();
    for number in 0..7 {
        let fan = Person::sign_up(world.http.clone(), &format!("fan_{number}")).await;
        follow(&fan, &star, true).await.expect(200);
        expected.insert(0, fan.handle());
    }
    let mut seen = Vec::new();
    let mut cursor = String::new();
    loop {
        let answer = viewer.get(&format!("/api/public-followers/star?limit=3&cursor={cursor}")).await.expect(200);
        assert!(answer.statements() <= 4, "{} statements", answer.statements());
        let page = answer.json();
        assert_eq!(page["total"], 7);
        assert!(page.get("hidden").is_none());
        seen.extend(names(&page).into_iter().map(str::to_owned));
        let Some(next) = page["nextCursor"].as_str() else { break };
        assert_eq!(names(&page).len(), 3, "a page with another after it is full");
        next.clone_into(&mut cursor);
        // Of no use to another viewer, nor for the other list.
        let stolen = world.anonymous().get(&format!("/api/public-followers/star?limit=3&cursor={cursor}")).await;
        assert_eq!(names(&stolen.expect(200).json()), expected[..3]);
    }
    assert_eq!(seen, expected);
    let first = &roster(&world.anonymous(), "followers", &star).await["items"][0];
    assert_eq!(
        *first,
        json!({
            "id": first["id"], "handle": "@fan_6", "displayName": "Fan 6", "avatarImage": null,
        })
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_blocked_and_the_gone_are_in_no_roster_and_have_none() {
    let world = World::new().await;
    let [star, fan, other, viewer] = world.people(["star", "fan", "other", "viewer"]).await;
    for person in [&fan, &other] {
        follow(person, &star, true).await.expect(200);
    }
    viewer.blocks(&fan).await;
    // A block is not to be seen in the number.
    let seen = roster(&viewer, "followers", &star).await;
    assert_eq!((names(&seen), &seen["total"]), (vec!["@other"], &json!(2)));
    let seen = roster(&fan, "followers", &star).await;
    assert_eq!(names(&seen), ["@other", "@fan"]);
    for (who, whose) in [(&viewer, &fan), (&fan, &viewer)] {
        let blocked = who.get(&format!("/api/public-followers/{}", whose.name)).await;
        blocked.refused(404, "not_found");
        let unknown = who.get("/api/public-followers/nobody").await;
        assert_eq!(blocked.body_without_ids(), unknown.body_without_ids());
    }

    world.auth().set_state(other.id, AccountState::Deactivated, None, None).await.expect("gone");
    world.jobs_done().await;
    let seen = roster(&world.anonymous(), "followers", &star).await;
    assert_eq!((names(&seen), &seen["total"]), (vec!["@fan"], &json!(1)));
    star.get("/api/public-following/other").await.refused(404, "not_found");
    follow(&star, &other, true).await.refused(404, "not_found");
    follow(&star, &other, false).await.refused(404, "not_found");

    // The way back from there is signing in.
    other.post("/api/auth/login", &json!({ "identifier": "other", "password": PASSWORD })).await.expect(200);
    world.jobs_done().await;
    assert_eq!(roster(&world.anonymous(), "followers", &star).await["total"], 2);
    assert_eq!(roster(&world.anonymous(), "following", &other).await["total"], 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_gone_can_still_be_unfollowed_and_the_numbers_stay_true() {
    let world = World::new().await;
    let [fan, star] = world.people(["fan", "star"]).await;
    follow(&fan, &star, true).await.expect(200);
    world.auth().set_state(star.id, AccountState::Banned, None, Some("spam")).await.expect("gone");
    follow(&fan, &star, false).await.expect(200);
    follow(&fan, &star, false).await.refused(404, "not_found");
    world.jobs_done().await;
    assert_eq!(roster(&world.anonymous(), "following", &fan).await["total"], 0);
    world.auth().set_state(star.id, AccountState::Active, None, None).await.expect("back");
    world.jobs_done().await;
    assert_eq!(roster(&world.anonymous(), "followers", &star).await["total"], 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn hidden_rosters_name_nobody_but_to_their_owner() {
    let world = World::new().await;
    let [star, fan] = world.people(["star", "fan"]).await;
    follow(&fan, &star, true).await.expect(200);
    let patch = json!({ "side": "public", "publicRostersHidden": true });
    star.call(http::Method::PATCH, "/api/prism", Some(&patch)).await.expect(200);
    for viewer in [&fan, &world.anonymous()] {
        for (list, total) in [("followers", 1), ("following", 0)] {
            let seen = viewer.get(&format!("/api/public-{list}/star?limit=80")).await.expect(200).json();
            let expected = json!({ "ok": true, "hidden": true, "items": [], "nextCursor": null, "total": total });
            assert_eq!(seen, expected);
        }
    }
    let own = roster(&star, "followers", &star).await;
    assert_eq!((names(&own), own.get("hidden")), (vec!["@fan"], None));
    // Hiding one's own lists takes nobody out of other people's.
    follow(&star, &fan, true).await.expect(200);
    assert_eq!(names(&roster(&world.anonymous(), "followers", &fan).await), ["@star"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_block_ends_follows_both_ways_and_their_numbers() {
    let world = World::new().await;
    let [a, b] = world.people(["ann", "bob"]).await;
    follow(&a, &b, true).await.expect(200);
    follow(&b, &a, true).await.expect(200);
    a.blocks(&b).await;
    assert_eq!(world.count("select count(*) from social.follow").await, 0);
    a.unblocks(&b).await;
    for (person, other) in [(&a, &b), (&b, &a)] {
        assert_eq!(roster(other, "followers", person).await["total"], 0);
        assert_eq!(roster(other, "following", person).await["total"], 0);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restricted_account_follows_nobody_and_unfollows_whom_it_likes() {
    let world = World::new().await;
    let [fan, star, other] = world.people(["fan", "star", "other"]).await;
    follow(&fan, &star, true).await.expect(200);
    world.auth().set_state(fan.id, AccountState::Suspended, None, Some("spam")).await.expect("suspended");
    follow(&fan, &other, true).await.refused(403, "account_restricted");
    let answer = follow(&fan, &star, false).await.expect(200).json();
    assert_eq!(answer["followers"], 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn numbers_are_exact_after_everybody_followed_everybody_at_once() {
    let world = World::new().await;
    let people = world.people(["ann", "bob", "cid", "dan"]).await;
    for round in 0..4 {
        let calls = people.iter().flat_map(|person| {
            people.iter().filter(move |other| other.id != person.id).map(move |other| {
                let on = round % 2 == 0 || (person.id.0 + other.id.0) % 3 == 0;
                async move { follow(person, other, on).await.expect(200) }
            })
        });
        futures::future::join_all(calls).await;
    }
    let wrong = "select count(*) from social.person_count c where
        followers <> (select count(*) from social.follow where target = c.person)
        or following <> (select count(*) from social.follow where follower = c.person)";
    assert_eq!(world.count(wrong).await, 0);
    assert!(world.count("select count(*) from social.follow").await > 0);
}
