//! Posts in circles (law 5): who writes them, who reads them where, and what becomes of them.

use futures::future::join_all;
use platform::{Side, person::AccountState};
use serde_json::json;
use testkit::{Answer, Person, World};

use crate::circles::{make, patch, read};

async fn write(author: &Person, id: &str, text: &str) -> Answer {
    author.post("/api/post", &json!({ "text": text, "setId": id })).await
}

async fn written(author: &Person, id: &str, text: &str) -> String {
    write(author, id, text).await.expect(201).json()["post"]["id"].as_str().unwrap().to_owned()
}

/// What a feed shows, filtered by the circle or not.
async fn feed(person: &Person, side: Side, query: &str) -> Vec<String> {
    person.get(&format!("/api/feed?side={side}{query}")).await.expect(200).contents()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_post_is_of_the_circles_side_and_says_where_it_is() {
    let world = World::new().await;
    let [owner, ben] = world.people(["holder", "ben"]).await;
    let id = make(&owner, Side::Close, &[&ben]).await;
    // Whatever Side the client thinks of.
    let body = json!({ "text": "x".repeat(900), "side": "public", "setId": id, "publicChannel": "tech" });
    let created = ben.post("/api/post", &body).await.expect(201).json();
    assert_eq!(created["side"], "close");
    let post = &created["post"];
    for (name, value) in [("setId", json!(id)), ("setLabel", json!("Walks")), ("setColor", json!("rose"))] {
        assert_eq!(post[name], value, "{name}");
    }
    assert!(post.get("publicChannel").is_none() && post.get("trustLevel").is_none());
    for reader in [&owner, &ben] {
        let listed = reader.feed(Side::Close).await.json()["items"][0].take();
        assert_eq!((&listed["setId"], &listed["setLabel"]), (&json!(id), &json!("Walks")), "{}", reader.name);
    }
    // In a public circle the public length holds, and the channel if it was asked for.
    let public = make(&owner, Side::Public, &[]).await;
    let body = json!({ "text": "x".repeat(801), "side": "close", "setId": public });
    owner.post("/api/post", &body).await.refused(400, "too_long");
    let body = json!({ "text": "x", "setId": public, "publicChannel": "tech" });
    assert_eq!(owner.post("/api/post", &body).await.expect(201).json()["post"]["publicChannel"], "tech");
}

#[tokio::test(flavor = "multi_thread")]
async fn only_owner_and_members_write_and_everybody_else_finds_no_circle() {
    let world = World::new().await;
    let [owner, ben, friend, former] = world.people(["holder", "ben", "friend", "former"]).await;
    let id = make(&owner, Side::Friends, &[&ben, &former]).await;
    owner.places(&friend, Side::Friends).await;
    former.post(&format!("/api/circles/{id}/leave"), &json!({})).await.expect(200);
    for person in [&friend, &former] {
        let answer = write(person, &id, "x").await;
        let unknown = write(person, "set_1_00000000", "x").await;
        assert_eq!((answer.status, answer.body_without_ids()), (unknown.status, unknown.body_without_ids()));
        assert_eq!((answer.statements(), answer.error().as_str()), (unknown.statements(), "not_found"));
    }
    for id in ["b_1", "a b", "%", " \u{7f}"] {
        write(&owner, id, "x").await.refused(404, "not_found");
    }
    // Before anything else that is wrong with it.
    let body = json!({ "text": "", "setId": id, "mediaKeys": ["a", "b", "c", "d", "e"] });
    friend.post("/api/post", &body).await.refused(404, "not_found");
    owner.post("/api/post", &body).await.refused(400, "too_many_media");
    write(&ben, &id, "mine").await.expect(201);
    write(&owner, &id, "ours").await.expect(201);
    world.auth().set_state(owner.id, AccountState::Banned, None, None).await.expect("banned");
    write(&ben, &id, "too late").await.refused(404, "not_found");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_feed_holds_the_posts_of_the_circles_of_its_side_and_a_filter_those_of_one() {
    let world = World::new().await;
    let [owner, ben, friend] = world.people(["holder", "ben", "friend"]).await;
    for side in [Side::Public, Side::Friends, Side::Work] {
        let id = make(&owner, side, &[&ben]).await;
        let other = make(&owner, side, &[]).await;
        if side != Side::Public {
            owner.places(&friend, side).await;
        }
        written(&owner, &id, "to ben #tag").await;
        written(&owner, &other, "to nobody #tag").await;
        written(&ben, &id, "by ben").await;
        owner.post("/api/post", &json!({ "text": "to all", "side": side.as_str() })).await.expect(201);
        let set = format!("&set={id}");
        assert_eq!(feed(&ben, side, "").await, ["to all", "by ben", "to ben #tag"], "{side}");
        assert_eq!(feed(&owner, side, "").await, ["to all", "by ben", "to nobody #tag", "to ben #tag"], "{side}");
        assert_eq!(feed(&friend, side, "").await, ["to all"], "a placement opens no circle: {side}");
        assert_eq!(feed(&ben, side, &set).await, ["by ben", "to ben #tag"], "{side}");
        assert_eq!(feed(&ben, side, "&tag=tag").await, ["to ben #tag"], "{side}");
        assert_eq!(feed(&ben, side, &format!("{set}&tag=tag")).await, ["to ben #tag"], "{side}");
        assert_eq!(feed(&owner, side, &format!("&set={other}")).await, ["to nobody #tag"], "{side}");
        for (person, query) in [(&friend, set.as_str()), (&ben, &format!("&set={other}")), (&ben, "&set=b_1")] {
            assert!(feed(person, side, query).await.is_empty(), "{side}: {query}");
        }
        let elsewhere = if side == Side::Close { Side::Work } else { Side::Close };
        assert!(feed(&ben, elsewhere, &set).await.is_empty());
        if side == Side::Public {
            assert_eq!(world.anonymous().feed(side).await.contents(), ["to all"]);
            assert!(world.anonymous().get(&format!("/api/feed?side=public{set}")).await.contents().is_empty());
            assert_eq!(feed(&ben, side, "&topic=general").await, ["to all", "by ben", "to ben #tag"]);
            assert_eq!(feed(&ben, side, "&topic=general&tag=tag").await, ["to ben #tag"]);
            assert!(feed(&ben, side, "&topic=tech").await.is_empty());
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_left_keeps_his_own_posts_and_no_others() {
    let world = World::new().await;
    let [owner, ben] = world.people(["holder", "ben"]).await;
    let id = make(&owner, Side::Friends, &[&ben]).await;
    let own = written(&ben, &id, "by ben").await;
    let theirs = written(&owner, &id, "by holder").await;
    ben.reads(&theirs).await.expect(200);
    ben.post(&format!("/api/circles/{id}/leave"), &json!({})).await.expect(200);
    ben.reads(&theirs).await.refused(404, "not_found");
    for contents in [feed(&ben, Side::Friends, "").await, feed(&ben, Side::Friends, &format!("&set={id}")).await] {
        assert_eq!(contents, ["by ben"]);
    }
    let post = ben.reads(&own).await.expect(200).json()["post"].take();
    assert_eq!((&post["setId"], post.get("setLabel"), post.get("setColor")), (&json!(id), None, None));
    owner.reads(&own).await.expect(200);
    ben.delete(&format!("/api/post/{own}")).await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_move_hides_earlier_posts_from_all_but_their_authors_and_moving_back_shows_them() {
    let world = World::new().await;
    let [owner, ben] = world.people(["holder", "ben"]).await;
    owner.places(&ben, Side::Close).await;
    let made = owner.post("/api/circles", &json!({ "side": "friends", "members": ["@ben"] })).await.expect(200).json();
    let id = made["item"]["id"].as_str().unwrap();
    let early = written(&ben, id, "for friends").await;
    let count = async || read(&owner, id).await.json()["item"]["count"].as_i64().unwrap();
    assert_eq!(count().await, 1);
    patch(&owner, id, &json!({ "side": "close" })).await.expect(200);
    owner.reads(&early).await.refused(404, "not_found");
    assert_eq!(ben.reads(&early).await.expect(200).json()["side"], "friends");
    let late = written(&owner, id, "for close ones").await;
    ben.reads(&late).await.expect(200);
    assert_eq!(feed(&owner, Side::Friends, "").await, Vec::<String>::new());
    assert_eq!(feed(&ben, Side::Close, &format!("&set={id}")).await, ["for close ones"]);
    assert_eq!(count().await, 1);
    patch(&owner, id, &json!({ "side": "friends" })).await.expect(200);
    owner.reads(&early).await.expect(200);
    ben.reads(&late).await.refused(404, "not_found");
    assert_eq!(count().await, 1);
    ben.delete(&format!("/api/post/{early}")).await.expect(200);
    owner.delete(&format!("/api/post/{late}")).await.expect(200);
    assert_eq!(count().await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_circles_badge_counts_its_posts_exactly() {
    let world = World::builder().setting("SIDDES_THROTTLE_POST_CREATE", "off").build().await;
    let [owner, ben] = world.people(["holder", "ben"]).await;
    let id = make(&owner, Side::Friends, &[&ben]).await;
    let count = async || read(&ben, &id).await.json()["item"]["count"].as_i64().unwrap();
    let before = read(&ben, &id).await.json()["item"]["updatedAt"].take();
    let authors = [&owner, &ben];
    let posts = join_all((0..12).map(|number| written(authors[number % 2], &id, "x"))).await;
    assert_eq!(count().await, 12);
    let body = json!({ "text": "once", "setId": id, "client_key": "k" });
    for _ in 0..2 {
        ben.post("/api/post", &body).await.expect(201);
    }
    assert_eq!(count().await, 13);
    let gone = |(number, post): (usize, &String)| {
        let path = format!("/api/post/{post}");
        async move { authors[number % 2].delete(&path).await.expect(200) }
    };
    join_all(posts.iter().enumerate().map(gone)).await;
    assert_eq!(count().await, 1);
    assert_eq!(read(&ben, &id).await.json()["item"]["updatedAt"], before, "a post is no change of the circle");
}
