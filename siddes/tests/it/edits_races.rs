//! Edits beside other things: the end of the window, the deletion, one another, a block.

use futures::future::join_all;
use platform::{Side, person::AccountState};
use testkit::{Answer, Person, World};
use time::Duration;
use tokio::task::JoinHandle;

use crate::edits::edit;

fn editing(author: &Person, post: &str, text: &'static str) -> JoinHandle<Answer> {
    let (author, post) = (author.clone(), post.to_owned());
    tokio::spawn(async move { edit(&author, &post, text).await })
}

#[tokio::test(flavor = "multi_thread")]
async fn an_edit_that_gets_its_post_after_the_window_is_refused() {
    let world = World::new().await;
    let [author] = world.people(["author"]).await;
    let post = author.posts(Side::Public, "before").await;
    let held = world.ambient.pauses.hold("social.edit.begun");
    let late = editing(&author, &post, "after");
    held.reached().await;
    world.ambient.clock.advance(Duration::seconds(900));
    held.release();
    late.await.unwrap().refused(403, "edit_window_closed");
    assert_eq!(author.reads(&post).await.json()["post"]["content"], "before");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_edit_after_the_deletion_finds_nothing_and_brings_nothing_back() {
    let world = World::new().await;
    let [author] = world.people(["author"]).await;
    let post = author.posts(Side::Public, "before #tag").await;
    let held = world.ambient.pauses.hold("social.edit.begun");
    let late = editing(&author, &post, "after #tag");
    held.reached().await;
    author.delete(&format!("/api/post/{post}")).await.expect(200);
    held.release();
    late.await.unwrap().refused(404, "not_found");
    assert_eq!(world.count("select count(*) from social.post").await, 0);
    assert_eq!(world.count("select count(*) from social.post_tag").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn edits_beside_the_deletion_leave_nothing() {
    let world = World::new().await;
    let [author] = world.people(["author"]).await;
    for _ in 0..5 {
        let post = author.posts(Side::Public, "before").await;
        let gone = format!("/api/post/{post}");
        let edits = join_all((0..4).map(|_| edit(&author, &post, "after #tag")));
        let (answers, deleted) = tokio::join!(edits, author.delete(&gone));
        deleted.expect(200);
        for answer in answers {
            assert!([200, 404].contains(&answer.status.as_u16()), "{}", answer.status);
        }
        assert_eq!(world.count("select count(*) from social.post_tag").await, 0);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_several_edits_at_once_one_stays_with_its_own_tags_and_mentions() {
    let world = World::builder().setting("SIDDES_THROTTLE_POST_EDIT", "off").build().await;
    let [author, ..] = world.people(["author", "ann", "ben", "cid"]).await;
    let post = author.posts(Side::Public, "before").await;
    for _ in 0..5 {
        let texts = ["#ann @ann", "#ben @ben", "#cid @cid"];
        for answer in join_all(texts.map(|text| edit(&author, &post, text))).await {
            // Who finds another text three times over may say so.
            assert!([200, 503].contains(&answer.status.as_u16()), "{}", answer.status);
        }
        let whole = "select count(*) from social.post p
                     join social.post_tag t on t.post = p.id
                     join social.mention m on m.post = p.id
                     join social.person x on x.id = m.account
                     where p.body = '#' || t.tag || ' @' || x.username and x.username = t.tag";
        assert_eq!(world.count(whole).await, 1);
        assert_eq!(world.count("select count(*) from social.post_tag").await, 1);
        assert_eq!(world.count("select count(*) from social.mention").await, 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn ban_between_authenticate_and_edit() {
    let world = World::new().await;
    let [author] = world.people(["author"]).await;
    let post = author.posts(Side::Public, "before").await;
    let held = world.ambient.pauses.hold("social.edit.begun");
    let late = editing(&author, &post, "after");
    held.reached().await;
    world.auth().set_state(author.id, AccountState::Banned, None, Some("spam")).await.expect("banned");
    held.release();
    late.await.unwrap().refused(403, "account_restricted");
    assert_eq!(world.count("select count(*) from social.post where body = 'before'").await, 1);
}
