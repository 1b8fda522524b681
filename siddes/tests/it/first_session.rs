//! The main job, as a first session: sign up, post into a Side, be read by exactly those you chose.

use platform::Side;
use testkit::World;

#[tokio::test(flavor = "multi_thread")]
async fn a_post_reaches_whom_its_author_chose_and_is_taken_back_at_once() {
    let world = World::new().await;
    let [ann, ben, stranger] = world.people(["ann", "ben", "stranger"]).await;

    ann.places(&ben, Side::Friends).await;
    let post = ann.posts(Side::Friends, "only for friends").await;
    assert_eq!(ben.feed(Side::Friends).await.contents(), ["only for friends"]);
    ben.reads(&post).await.expect(200);

    let unknown = stranger.reads("p_1_00000000").await.expect(404);
    for nobody in [&stranger, &world.anonymous()] {
        let answer = nobody.reads(&post).await.expect(404);
        assert_eq!(answer.body_without_ids(), unknown.body_without_ids());
    }

    ann.unplaces(&ben).await;
    assert!(ben.feed(Side::Friends).await.contents().is_empty());
    ben.reads(&post).await.expect(404);

    let public = ann.posts(Side::Public, "for everybody").await;
    ben.reads(&public).await.expect(200);
    let of_ben = ben.posts(Side::Public, "ben's own").await;
    ann.blocks(&ben).await;
    ben.reads(&public).await.expect(404);
    ann.reads(&of_ben).await.expect(404);
    assert_eq!(ben.feed(Side::Public).await.contents(), ["ben's own"]);
    assert_eq!(ann.feed(Side::Public).await.contents(), ["for everybody"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn ones_own_new_post_is_in_the_very_next_feed() {
    let world = World::new().await;
    let [author] = world.people(["author"]).await;
    for side in Side::ALL {
        author.feed(side).await;
        author.posts(side, &format!("new in {side}")).await;
        assert_eq!(author.feed(side).await.contents(), [format!("new in {side}")]);
    }
}
