//! Writing replies: what is refused, in which order; what a repeat under a key is told; and who comes between.

use futures::future::join_all;
use platform::{Side, person::AccountState};
use serde_json::{Value, json};
use testkit::{Answer, Person, World};

use crate::replies::{listed, reply};

async fn send(person: &Person, post: &str, body: &Value) -> Answer {
    person.post(&format!("/api/post/{post}/reply"), body).await
}

fn id(answer: &Answer) -> String {
    answer.json()["reply"]["id"].as_str().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn refusals_come_in_the_contracts_order_and_nothing_is_stored() {
    let world = World::new().await;
    let [author, friend, outsider] = world.people(["author", "friend", "outsider"]).await;
    author.places(&friend, Side::Friends).await;
    let post = author.posts(Side::Friends, "hello").await;
    let elsewhere = author.posts(Side::Friends, "another").await;
    let foreign = reply(&author, &elsewhere, None, "there").await;
    let long = "é".repeat(2_001);
    let (real, unknown) = (post.as_str(), "p_1_00000000");
    for (post, body, status, error) in [
        (unknown, json!({ "text": "", "client_key": "k".repeat(129) }), 400, "invalid_client_key"),
        (unknown, json!({ "text": " \n" }), 400, "empty_text"),
        (unknown, json!({ "text": 5 }), 400, "empty_text"),
        (unknown, json!({ "text": long, "parentId": "r_missing" }), 400, "too_long"),
        ("no_post", json!({ "text": "" }), 400, "empty_text"),
        ("no_post", json!({ "text": "x @outsider" }), 404, "not_found"),
        (unknown, json!({ "text": "x @outsider", "parentId": "r_missing", "client_key": "k" }), 404, "not_found"),
        (real, json!({ "text": "x @outsider", "parentId": "r_missing" }), 400, "mention_forbidden"),
        (real, json!({ "text": "x", "parentId": "r_missing" }), 400, "parent_not_found"),
        (real, json!({ "text": "x", "parent_id": foreign }), 400, "parent_not_found"),
        (real, json!({ "text": "x", "parentId": "a\u{0}" }), 400, "parent_not_found"),
        (real, json!({ "text": "x\u{0}" }), 400, "invalid_text"),
    ] {
        let answer = send(&friend, post, &body).await;
        answer.refused(status, error);
        if error == "too_long" {
            assert_eq!(answer.json()["max"], 2_000);
        }
    }
    send(&outsider, real, &json!({ "text": "x" })).await.refused(404, "not_found");
    send(&world.anonymous(), real, &json!({ "text": "x" })).await.refused(401, "restricted");
    assert_eq!(world.count("select count(*) from social.reply where body <> 'there'").await, 0);
    assert_eq!(world.count("select count(*) from social.reply_key").await, 0);
    send(&friend, real, &json!({ "text": "é".repeat(2_000), "client_key": "k" })).await.expect(201);
}

#[tokio::test(flavor = "multi_thread")]
async fn depths_go_from_nought_to_twenty_five() {
    let world = World::new().await;
    let [author] = world.people(["author"]).await;
    let post = author.posts(Side::Public, "hello").await;
    let mut parent = reply(&author, &post, None, "level 0").await;
    for level in 1..=25 {
        parent = reply(&author, &post, Some(&parent), &format!("level {level}")).await;
    }
    let body = json!({ "text": "level 26", "parentId": parent });
    send(&author, &post, &body).await.refused(400, "parent_too_deep");
    let (texts, count) = listed(&author, &post).await;
    assert_eq!((texts[25].as_str(), count), ("25 level 25", 26));
}

#[tokio::test(flavor = "multi_thread")]
async fn one_key_makes_one_reply_under_each_post_and_twelve_equal_answers() {
    let world = World::new().await;
    let [author, other] = world.people(["author", "other"]).await;
    let post = author.posts(Side::Public, "hello").await;
    let body = json!({ "text": "once", "client_key": "reply_1" });
    let answers = join_all((0..12).map(|_| send(&author, &post, &body))).await;
    let first = answers[0].json();
    for answer in answers {
        assert_eq!(answer.expect(201).json()["reply"], first["reply"]);
    }
    assert_eq!(world.count("select count(*) from social.reply").await, 1);
    assert_eq!(world.count("select reply_count from social.post").await, 1);
    // Another's key, and the same key under another post, are other keys.
    send(&other, &post, &body).await.expect(201);
    let second = author.posts(Side::Public, "another").await;
    send(&author, &second, &body).await.expect(201);
    assert_eq!(world.count("select count(*) from social.reply").await, 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_repeat_comes_before_all_that_is_wrong_with_it_and_tells_nobody() {
    let world = World::builder().without_worker().build().await;
    let [author, friend] = world.people(["author", "friend"]).await;
    author.places(&friend, Side::Friends).await;
    let post = author.posts(Side::Friends, "hello").await;
    let first = send(&friend, &post, &json!({ "text": "mine", "client_key": "k" })).await.expect(201).json();
    let jobs = "select coalesce(sum(id * 1000 + revision), 0)::bigint from social_jobs._private_jobs";
    let before = world.count(jobs).await;
    for body in [
        json!({ "text": "other", "client_key": "k" }),
        json!({ "text": "", "clientKey": "k", "parentId": "r_missing" }),
        json!({ "text": "@nobody_at_all", "client_key": "k" }),
    ] {
        assert_eq!(send(&friend, &post, &body).await.expect(201).json(), first);
    }
    assert_eq!(world.count(jobs).await, before);
    // What he does not see any more is not told him, but that it was made.
    author.unplaces(&friend).await;
    let mut blank = first.clone();
    blank["reply"]["text"] = "".into();
    assert_eq!(send(&friend, &post, &json!({ "text": "mine", "client_key": "k" })).await.expect(201).json(), blank);
    send(&friend, &post, &json!({ "text": "mine", "client_key": "k2" })).await.refused(404, "not_found");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_repeat_after_the_post_is_deleted_writes_nothing() {
    let world = World::new().await;
    let [author, friend] = world.people(["author", "friend"]).await;
    let post = author.posts(Side::Public, "hello").await;
    let body = json!({ "text": "mine", "client_key": "k" });
    let first = send(&friend, &post, &body).await.expect(201);
    author.delete(&format!("/api/post/{post}")).await.expect(200);
    assert_eq!(world.count("select count(*) from social.reply").await, 0);
    let again = send(&friend, &post, &body).await.expect(201);
    assert_eq!((id(&again), &again.json()["reply"]["text"]), (id(&first), &json!("")));
    send(&friend, &post, &json!({ "text": "mine" })).await.refused(404, "not_found");
    assert_eq!(world.count("select count(*) from social.reply").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reply_names_the_author_and_the_posts_audience_and_nobody_else() {
    let world = World::new().await;
    let [author, friend, close, outsider] = world.people(["author", "friend", "close_one", "outsider"]).await;
    author.places(&friend, Side::Friends).await;
    author.places(&close, Side::Close).await;
    // Whom the replier shows something is none of the post's audience.
    friend.places(&outsider, Side::Close).await;
    let post = author.posts(Side::Friends, "hello").await;
    send(&friend, &post, &json!({ "text": "as @author and @close_one know." })).await.expect(201);
    let answer = send(&friend, &post, &json!({ "text": "I bring @outsider and @nobody_here, @author" })).await;
    answer.refused(400, "mention_forbidden");
    assert_eq!(answer.json()["handles"], json!(["@outsider", "@nobody_here"]));
    let named = "select count(*) from social.mention m join social.person x on x.id = m.account
                 where m.reply <> '' and x.username in ('author', 'close_one')";
    assert_eq!((world.count(named).await, world.count("select count(*) from social.mention").await), (2, 2));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_quota_counts_replies_that_were_made() {
    let world = World::builder().setting("SIDDES_QUOTA_POST_REPLY_CREATE_PER_DAY", "2").build().await;
    let [author] = world.people(["author"]).await;
    let post = author.posts(Side::Public, "hello").await;
    send(&author, &post, &json!({ "text": "" })).await.refused(400, "empty_text");
    send(&author, &post, &json!({ "text": "x", "parentId": "r_1" })).await.refused(400, "parent_not_found");
    let keyed = json!({ "text": "one", "client_key": "k" });
    send(&author, &post, &keyed).await.expect(201);
    send(&author, &post, &keyed).await.expect(201);
    send(&author, &post, &json!({ "text": "two" })).await.expect(201);
    let answer = send(&author, &post, &json!({ "text": "three", "client_key": "k3" })).await;
    answer.refused(429, "quota_exceeded");
    assert_eq!((&answer.json()["action"], &answer.json()["limit"]), (&json!("post_reply_create"), &json!(2)));
    send(&author, &post, &keyed).await.expect(201);
    assert_eq!(world.count("select reply_count from social.post").await, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reply_stands_after_what_it_answers_whatever_the_clocks_say() {
    let world = World::new().await;
    let [author] = world.people(["author"]).await;
    let post = author.posts(Side::Public, "hello").await;
    let first = reply(&author, &post, None, "first").await;
    sqlx::query("update social.reply set created_at = created_at + interval '1 hour'")
        .execute(&mut world.database.connect().await)
        .await
        .unwrap();
    reply(&author, &post, Some(&first), "second").await;
    assert_eq!(listed(&author, &post).await.0, ["0 first", "1 second"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn ban_between_authenticate_and_reply() {
    let world = World::new().await;
    let [author, friend] = world.people(["author", "friend"]).await;
    let post = author.posts(Side::Public, "hello").await;
    let held = world.ambient.pauses.hold("social.reply.keyed");
    let late = tokio::spawn({
        let (friend, post) = (friend.clone(), post.clone());
        async move { send(&friend, &post, &json!({ "text": "too late", "client_key": "k" })).await }
    });
    held.reached().await;
    world.auth().set_state(friend.id, AccountState::Banned, None, Some("spam")).await.expect("banned");
    held.release();
    late.await.unwrap().refused(403, "account_restricted");
    assert_eq!(world.count("select count(*) from social.reply").await, 0);
    send(&friend, &post, &json!({ "text": "still" })).await.refused(403, "account_restricted");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reply_that_waited_for_a_block_finds_nothing() {
    let world = World::new().await;
    let [author, friend] = world.people(["author", "friend"]).await;
    let post = author.posts(Side::Public, "hello").await;
    let held = world.ambient.pauses.hold("social.apply_block.locked");
    let block = tokio::spawn({
        let (author, friend) = (author.clone(), friend.clone());
        async move { author.blocks(&friend).await }
    });
    held.reached().await;
    let late = tokio::spawn({
        let (friend, post) = (friend.clone(), post.clone());
        async move { send(&friend, &post, &json!({ "text": "too late" })).await }
    });
    held.release();
    block.await.unwrap();
    let late = late.await.unwrap();
    late.refused(404, "not_found");
    assert_eq!(world.count("select count(*) from social.reply").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_revoked_while_he_replies_has_replied_and_no_more() {
    let world = World::new().await;
    let [author, friend] = world.people(["author", "friend"]).await;
    author.places(&friend, Side::Friends).await;
    let post = author.posts(Side::Friends, "hello").await;
    let held = world.ambient.pauses.hold("social.reply.held");
    let first = tokio::spawn({
        let (friend, post) = (friend.clone(), post.clone());
        async move { send(&friend, &post, &json!({ "text": "in time" })).await }
    });
    held.reached().await;
    let revoke = tokio::spawn({
        let (author, friend) = (author.clone(), friend.clone());
        async move { author.unplaces(&friend).await }
    });
    held.release();
    first.await.unwrap().expect(201);
    revoke.await.unwrap();
    send(&friend, &post, &json!({ "text": "too late" })).await.refused(404, "not_found");
    crate::replies::read(&friend, &post).await.refused(404, "not_found");
    assert_eq!(listed(&author, &post).await, (vec!["0 in time".to_owned()], 1));
}
