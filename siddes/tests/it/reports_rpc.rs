//! What safety asks about something that is reported: what it is, and whether the reporter may see it, blocks aside.

use platform::{Role, Side, person::AccountState};
use proto::{
    common::v1::Side as WireSide,
    social::v1::{DescribeTargetRequest, DescribeTargetResponse, TargetKind, targets_client::TargetsClient},
};
use serde_json::json;
use testkit::{Person, World};

use crate::circles::make;

async fn describe(world: &World, reporter: &Person, kind: TargetKind, id: &str) -> DescribeTargetResponse {
    let request = DescribeTargetRequest { reporter: reporter.id.0, kind: kind.into(), id: id.to_owned() };
    let mut client = TargetsClient::new(world.channel(Role::Safety, Role::Social));
    client.describe_target(request).await.expect("an answer").into_inner()
}

fn told(author: &Person, side: WireSide, text: &str, visible: bool) -> DescribeTargetResponse {
    DescribeTargetResponse { exists: true, visible, author: author.id.0, side: side.into(), text: text.to_owned() }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_post_is_described_to_whoever_asks_and_visible_to_whom_the_laws_let_read_it_but_for_blocks() {
    let world = World::new().await;
    let [author, friend, stranger] = world.people(["author", "friend", "stranger"]).await;
    author.places(&friend, Side::Close).await;
    let public = author.posts(Side::Public, "for all").await;
    let private = author.posts(Side::Friends, "for friends").await;
    let visible =
        async |reporter: &Person, post: &str| describe(&world, reporter, TargetKind::Post, post).await.visible;
    assert_eq!(
        describe(&world, &stranger, TargetKind::Post, &public).await,
        told(&author, WireSide::Public, "for all", true)
    );
    let expected = told(&author, WireSide::Friends, "for friends", false);
    assert_eq!(describe(&world, &stranger, TargetKind::Post, &private).await, expected);
    assert!(visible(&friend, &private).await && visible(&author, &private).await);

    // Blocks, mutes and what he hid himself are left aside; moderation and states are not.
    stranger.mutes(&author).await;
    let hide = json!({ "postId": public, "hidden": true });
    stranger.post("/api/hidden-posts", &hide).await.expect(200);
    stranger.blocks(&author).await;
    assert!(visible(&stranger, &public).await);
    sqlx::query("update social.post set hidden = true").execute(&mut world.database.connect().await).await.unwrap();
    assert!(!visible(&friend, &public).await && visible(&author, &public).await);
    sqlx::query("update social.post set hidden = false").execute(&mut world.database.connect().await).await.unwrap();
    world.auth().set_state(friend.id, AccountState::Banned, None, None).await.expect("banned");
    assert!(!visible(&friend, &private).await && visible(&friend, &public).await, "a banned one reads as a stranger");
    world.auth().set_state(author.id, AccountState::Banned, None, None).await.expect("banned");
    assert!(!visible(&stranger, &public).await);
    for id in ["", "p_1_00000000", "r_1_00000000", "p_\0", "set_1_00000000"] {
        assert_eq!(
            describe(&world, &stranger, TargetKind::Post, id).await,
            DescribeTargetResponse::default(),
            "{id:?}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_post_in_a_circle_and_a_reply_are_seen_by_those_who_see_the_circle() {
    let world = World::new().await;
    let [owner, member, stranger] = world.people(["holder", "member", "stranger"]).await;
    let circle = make(&owner, Side::Friends, &[&member]).await;
    let body = json!({ "text": "among us", "setId": circle });
    let made = owner.post("/api/post", &body).await.expect(201).json();
    let post = made["post"]["id"].as_str().unwrap();
    let made = member.post(&format!("/api/post/{post}/reply"), &json!({ "text": "so it is" })).await.expect(201).json();
    let reply = made["reply"]["id"].as_str().unwrap();
    for (reporter, visible) in [(&owner, true), (&member, true), (&stranger, false)] {
        let expected = told(&owner, WireSide::Friends, "among us", visible);
        assert_eq!(describe(&world, reporter, TargetKind::Post, post).await, expected, "{}", reporter.name);
        let expected = told(&member, WireSide::Friends, "so it is", visible);
        assert_eq!(describe(&world, reporter, TargetKind::Reply, reply).await, expected, "{}", reporter.name);
    }
    assert_eq!(describe(&world, &owner, TargetKind::Reply, post).await, DescribeTargetResponse::default());
    assert_eq!(describe(&world, &owner, TargetKind::Broadcast, "b_1").await, DescribeTargetResponse::default());
    world.auth().set_state(member.id, AccountState::Banned, None, None).await.expect("banned");
    assert!(!describe(&world, &owner, TargetKind::Reply, reply).await.visible);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_user_is_described_by_his_public_face() {
    let world = World::new().await;
    let [ann, ben] = world.people(["ann", "ben"]).await;
    for (side, bio) in [("public", "open"), ("close", "secret")] {
        let body = json!({ "side": side, "headline": format!("headline of {side}"), "bio": bio });
        ann.call(http::Method::PATCH, "/api/prism", Some(&body)).await.expect(200);
    }
    let described = describe(&world, &ben, TargetKind::User, &ann.id.to_string()).await;
    assert!(described.visible && described.text.ends_with("headline of public\nopen"), "{}", described.text);
    assert_eq!((described.author, described.side()), (ann.id.0, WireSide::Public));
    world.auth().set_state(ann.id, AccountState::Banned, None, None).await.expect("banned");
    let described = describe(&world, &ben, TargetKind::User, &ann.id.to_string()).await;
    assert!(described.exists && !described.visible);
    for id in ["me_999999", "@ann", ""] {
        assert_eq!(describe(&world, &ben, TargetKind::User, id).await, DescribeTargetResponse::default(), "{id}");
    }
}
