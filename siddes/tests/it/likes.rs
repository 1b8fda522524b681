//! Likes: one a person and post, counted exactly, told once.

use futures::future::join_all;
use platform::{Side, person::AccountState};
use serde_json::json;
use testkit::{Answer, Person, World};

use crate::replies_races::WRONG_NUMBERS;

async fn like(person: &Person, post: &str) -> Answer {
    person.post(&format!("/api/post/{post}/like"), &json!({})).await
}

async fn unlike(person: &Person, post: &str) -> Answer {
    person.delete(&format!("/api/post/{post}/like")).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_like_counts_once_and_is_taken_back_once() {
    let world = World::new().await;
    let [author, friend] = world.people(["author", "friend"]).await;
    let post = author.posts(Side::Public, "hello").await;
    for _ in 0..2 {
        let answer = like(&friend, &post).await.expect(200).json();
        assert_eq!(answer, json!({ "ok": true, "liked": true, "postId": post, "likeCount": 1 }));
    }
    // Whatever the body says.
    let odd = friend.post(&format!("/api/post/{post}/like"), &json!({ "liked": false })).await.expect(200).json();
    assert_eq!((&odd["liked"], &odd["likeCount"]), (&json!(true), &json!(1)));
    assert_eq!(like(&author, &post).await.expect(200).json()["likeCount"], 2, "one's own may be liked");
    for (person, liked) in [(&friend, true), (&author, true), (&world.anonymous(), false)] {
        let item = person.reads(&post).await.expect(200).json()["post"].take();
        assert_eq!((&item["liked"], &item["likeCount"], &item["likes"]), (&json!(liked), &json!(2), &json!(2)));
    }
    for _ in 0..2 {
        let answer = unlike(&friend, &post).await.expect(200).json();
        assert_eq!(answer, json!({ "ok": true, "liked": false, "postId": post, "likeCount": 1 }));
    }
    assert_eq!(friend.feed(Side::Public).await.json()["items"][0]["liked"], false);
    for answer in [like(&world.anonymous(), &post).await, unlike(&world.anonymous(), &post).await] {
        answer.refused(401, "restricted");
    }
    for answer in [like(&friend, "p_1_00000000").await, unlike(&friend, "nothing").await] {
        answer.refused(404, "not_found");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn only_a_change_is_told() {
    let world = World::builder().without_worker().build().await;
    let [author, friend] = world.people(["author", "friend"]).await;
    let post = author.posts(Side::Public, "hello").await;
    // What waits to be told, as a number that changes with everything that is added or put anew.
    let jobs = "select coalesce(sum(id * 1000 + revision), 0)::bigint from social_jobs._private_jobs";
    let mut before = world.count(jobs).await;
    for (first, again) in [(true, true), (false, false), (true, true)] {
        let call = async |on: bool| if on { like(&friend, &post).await } else { unlike(&friend, &post).await };
        call(first).await.expect(200);
        let told = world.count(jobs).await;
        assert_ne!(told, before);
        call(again).await.expect(200);
        assert_eq!(world.count(jobs).await, told, "nothing changed");
        before = told;
    }
    like(&author, &post).await.expect(200);
    assert_eq!(world.count(jobs).await, before, "nobody is told of himself");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_number_is_exact_whatever_runs_at_once() {
    let world = World::new().await;
    let people = world.people(["author", "ben", "cara", "dan", "eve", "finn"]).await;
    let post = people[0].posts(Side::Public, "hello").await;
    let calls = people.iter().flat_map(|person| (0..6).map(move |number| (person, number)));
    let post = &post;
    let calls = calls.map(|(person, number)| async move {
        if number % 3 == 2 { unlike(person, post).await } else { like(person, post).await }
    });
    for answer in join_all(calls).await {
        assert!([200, 503].contains(&answer.status.as_u16()), "{}", answer.status);
    }
    assert_eq!(world.count(WRONG_NUMBERS).await, 0);
    for person in &people {
        like(person, post).await.expect(200);
    }
    assert_eq!(world.count("select like_count from social.post").await, 6);
    assert_eq!(world.count("select count(*) from social.post_like").await, 6);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_may_only_read_takes_a_like_back_and_gives_none() {
    let world = World::new().await;
    let [author, friend] = world.people(["author", "friend"]).await;
    let post = author.posts(Side::Public, "hello").await;
    like(&friend, &post).await.expect(200);
    world.auth().set_state(friend.id, AccountState::ReadOnly, None, Some("spam")).await.expect("restricted");
    like(&friend, &post).await.refused(403, "account_restricted");
    assert_eq!(unlike(&friend, &post).await.expect(200).json()["likeCount"], 0);
    like(&friend, &post).await.refused(403, "account_restricted");
}

#[tokio::test(flavor = "multi_thread")]
async fn likes_of_the_gone_count_for_nobody_and_come_back_with_them() {
    let world = World::new().await;
    let [author, friend, leaver] = world.people(["author", "friend", "leaver"]).await;
    let post = author.posts(Side::Public, "hello").await;
    like(&friend, &post).await.expect(200);
    like(&leaver, &post).await.expect(200);
    let number = async || author.reads(&post).await.json()["post"]["likeCount"].clone();
    for (state, expected) in [(AccountState::Banned, 1), (AccountState::Active, 2), (AccountState::Banned, 1)] {
        world.auth().set_state(leaver.id, state, None, Some("spam")).await.expect("set");
        world.jobs_done().await;
        assert_eq!(number().await, expected, "{state:?}");
    }
    // Taking it back while gone changes no number: it did not count.
    assert_eq!(unlike(&leaver, &post).await.expect(200).json()["likeCount"], 1);
    world.auth().set_state(leaver.id, AccountState::Active, None, None).await.expect("back");
    world.jobs_done().await;
    assert_eq!(number().await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_like_is_kept_from_nobody_but_a_post_is() {
    let world = World::new().await;
    let [author, friend] = world.people(["author", "friend"]).await;
    author.places(&friend, Side::Friends).await;
    let post = author.posts(Side::Friends, "hello").await;
    like(&friend, &post).await.expect(200);
    author.unplaces(&friend).await;
    for answer in [like(&friend, &post).await, unlike(&friend, &post).await] {
        answer.refused(404, "not_found");
    }
    assert_eq!(author.reads(&post).await.json()["post"]["likeCount"], 1);
    author.places(&friend, Side::Friends).await;
    assert_eq!(friend.reads(&post).await.json()["post"]["liked"], true);
}
