//! Replies written at once: none lost, none twice, none where it may not be, and every number right.

use futures::future::join_all;
use platform::Side;
use serde_json::json;
use testkit::{Person, World};

use crate::replies::{listed, reply};

/// Posts whose numbers are not those of what is there.
pub const WRONG_NUMBERS: &str = "select count(*) from social.post p
     where reply_count <> (select count(*) from social.reply r join social.person x on x.id = r.author and not x.gone
                           where r.post = p.id)
        or like_count <> (select count(*) from social.post_like l join social.person x on x.id = l.account and not x.gone
                          where l.post = p.id)";

#[tokio::test(flavor = "multi_thread")]
async fn forty_replies_at_once_are_forty_and_counted_so() {
    let world = World::new().await;
    let people = world.people(["author", "ben", "cara", "dan"]).await;
    let post = people[0].posts(Side::Public, "hello").await;
    let top = reply(&people[0], &post, None, "top").await;
    let path = format!("/api/post/{post}/reply");
    let answers = join_all((0..40).map(|number| {
        let parent = (number % 2 == 0).then_some(&top);
        let body = json!({ "text": format!("{number}"), "parentId": parent, "client_key": format!("k{number}") });
        let (person, path) = (&people[number % 4], &path);
        async move {
            // A machine that is busy may say 503, which may be repeated under the same key.
            loop {
                let answer = person.post(path, &body).await;
                if answer.status != 503 {
                    return answer;
                }
            }
        }
    }))
    .await;
    for answer in answers {
        answer.expect(201);
    }
    assert_eq!(listed(&people[1], &post).await.1, 41);
    assert_eq!(world.count("select reply_count from social.post").await, 41);
    assert_eq!(world.count(WRONG_NUMBERS).await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_block_is_told_nobody_has_replied_to_the_other_since() {
    let world = World::builder().setting("SIDDES_THROTTLE_SAFETY_BLOCK", "off").build().await;
    let [author, friend] = world.people(["author", "friend"]).await;
    let post = author.posts(Side::Public, "hello").await;
    let path = format!("/api/post/{post}/reply");
    for _ in 0..10 {
        let body = json!({ "text": "x" });
        let replies = join_all((0..3).map(|_| friend.post(&path, &body)));
        let (answers, ()) = tokio::join!(replies, author.blocks(&friend));
        let before = world.count("select count(*) from social.reply").await;
        for answer in answers {
            assert!([201, 404].contains(&answer.status.as_u16()), "{}", answer.status);
        }
        friend.post(&path, &body).await.refused(404, "not_found");
        assert_eq!(world.count("select count(*) from social.reply").await, before);
        author.unblocks(&friend).await;
    }
    assert_eq!(world.count(WRONG_NUMBERS).await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deletion_beside_replies_leaves_none_of_them() {
    let world = World::new().await;
    let [author, friend] = world.people(["author", "friend"]).await;
    for _ in 0..5 {
        let post = author.posts(Side::Public, "hello").await;
        let (path, gone) = (format!("/api/post/{post}/reply"), format!("/api/post/{post}"));
        let body = json!({ "text": "x" });
        let replies = join_all((0..4).map(|_| friend.post(&path, &body)));
        let (answers, deleted) = tokio::join!(replies, author.delete(&gone));
        deleted.expect(200);
        for answer in answers {
            assert!([201, 404].contains(&answer.status.as_u16()), "{}", answer.status);
        }
    }
    assert_eq!(world.count("select count(*) from social.reply").await, 0);
}

/// Somebody goes and comes back while others write.
#[tokio::test(flavor = "multi_thread")]
async fn numbers_are_true_after_somebody_went_and_came_back_among_writers() {
    use platform::person::AccountState::{Active, Banned};
    let world = World::new().await;
    let [author, leaver, friend] = world.people(["author", "leaver", "friend"]).await;
    let mut posts = Vec::new();
    for number in 0..4 {
        let post = author.posts(Side::Public, &format!("hello {number}")).await;
        reply(&leaver, &post, None, "before").await;
        leaver.post(&format!("/api/post/{post}/like"), &json!({})).await.expect(200);
        posts.push(post);
    }
    let write = async |person: &Person| {
        for post in &posts {
            // The one who goes may be refused.
            person.post(&format!("/api/post/{post}/reply"), &json!({ "text": "meanwhile" })).await;
            person.delete(&format!("/api/post/{post}/like")).await;
            person.post(&format!("/api/post/{post}/like"), &json!({})).await;
        }
    };
    let states = async {
        for state in [Banned, Active, Banned, Active, Banned] {
            world.auth().set_state(leaver.id, state, None, None).await.expect("set");
        }
    };
    tokio::join!(write(&friend), write(&leaver), states);
    world.jobs_done().await;
    assert_eq!(world.count(WRONG_NUMBERS).await, 0);
    assert_eq!(world.count("select count(*) from social.recounting").await, 0);
    world.auth().set_state(leaver.id, Active, None, None).await.expect("back");
    world.jobs_done().await;
    assert_eq!(world.count(WRONG_NUMBERS).await, 0);
    assert_eq!(world.count("select count(*) from social.reply where not counted").await, 0);
}
