//! What safety decides about accounts, auth holds: in every copy before it answers, and never of staff or of oneself.

use platform::{AccountId, Kind, Role, Side, error::refusal};
use proto::{
    auth::v1::{SetModerationRequest, SetModerationResponse, moderation_client::ModerationClient},
    common::v1::AccountState,
};
use serde_json::json;
use testkit::{Person, World};
use time::Duration;
use tonic::{Code, Status};

use crate::circles::{make, read};

/// Who decides; no account of the world.
const ACTOR: AccountId = AccountId(4_711);

fn decision(actor: AccountId, target: AccountId, state: AccountState, minutes: i64) -> SetModerationRequest {
    SetModerationRequest { actor: actor.0, target: target.0, state: state.into(), minutes, reason: "spam".to_owned() }
}

async fn ask(world: &World, caller: Role, request: SetModerationRequest) -> Result<SetModerationResponse, Status> {
    let mut client = ModerationClient::new(world.channel(caller, Role::Auth));
    client.set_moderation(request).await.map(tonic::Response::into_inner)
}

async fn set(world: &World, target: &Person, state: AccountState, minutes: i64) -> SetModerationResponse {
    ask(world, Role::Safety, decision(ACTOR, target.id, state, minutes)).await.expect("set")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_decision_holds_on_the_very_next_request_on_feed_profile_and_circles() {
    let world = World::new().await;
    let [ann, ben] = world.people(["ann", "ben"]).await;
    let circle = make(&ann, Side::Friends, &[&ben]).await;
    ann.posts(Side::Friends, "between us").await;
    let sees = async || {
        let feed = ben.feed(Side::Friends).await.contents();
        let profile = ben.get("/api/profile/ann").await.status.as_u16();
        (feed, profile, read(&ben, &circle).await.status.as_u16())
    };
    let all = (vec!["between us".to_owned()], 200, 200);
    assert_eq!(sees().await, all);
    let answer = set(&world, &ann, AccountState::Banned, 90).await;
    assert_eq!((answer.state(), answer.until), (AccountState::Banned, None), "a ban does not lapse");
    assert_eq!(sees().await, (Vec::new(), 404, 404));
    for state in [AccountState::Suspended, AccountState::ReadOnly] {
        assert_eq!(set(&world, &ann, state, 0).await.state(), state);
        assert_eq!(sees().await, all, "still to be seen");
        let refused = ann.post("/api/post", &json!({ "text": "x", "side": "public" })).await;
        refused.refused(403, "account_restricted");
        assert_eq!(refused.json()["reason"], "spam");
    }
    assert_eq!(set(&world, &ann, AccountState::Active, 0).await.state(), AccountState::Active);
    ann.posts(Side::Public, "back").await;
    assert_eq!(sees().await, all);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restriction_with_minutes_ends_by_itself_and_a_lifecycle_hides_it() {
    let world = World::new().await;
    let [ann] = world.people(["ann"]).await;
    let answer = set(&world, &ann, AccountState::Suspended, 90).await;
    let left = answer.until.expect("it ends").seconds - world.ambient.clock.now().unix_timestamp();
    assert!((5_390..=5_400).contains(&left), "{left} s");
    ann.post("/api/post", &json!({ "text": "x", "side": "public" })).await.refused(403, "account_restricted");
    world.ambient.clock.advance(Duration::minutes(91));
    ann.posts(Side::Public, "again").await;
    assert_eq!(set(&world, &ann, AccountState::ReadOnly, -5).await.until, None, "endless");
    world.auth().set_state(ann.id, platform::person::AccountState::Deactivated, None, None).await.expect("gone");
    assert_eq!(set(&world, &ann, AccountState::Suspended, 5).await.state(), AccountState::Deactivated);
}

#[tokio::test(flavor = "multi_thread")]
async fn staff_oneself_nobody_and_no_moderators_state_are_refused_and_nothing_is_written() {
    let world = World::new().await;
    let [ann, keeper] = world.people(["ann", "keeper"]).await;
    sqlx::query("update auth.account set staff = true, version = version + 1 where username = 'keeper'")
        .execute(&mut world.database.connect().await)
        .await
        .unwrap();
    let banned = AccountState::Banned;
    for (request, kind, code) in [
        (decision(ann.id, keeper.id, banned, 0), Kind::Forbidden, "not_allowed"),
        (decision(ann.id, ann.id, banned, 0), Kind::Forbidden, "not_allowed"),
        (decision(ACTOR, AccountId(999_999), banned, 0), Kind::NotFound, "not_found"),
        (decision(ACTOR, ann.id, AccountState::Unspecified, 0), Kind::BadRequest, "invalid_state"),
        (decision(ACTOR, ann.id, AccountState::Deactivated, 0), Kind::BadRequest, "invalid_state"),
        (decision(ACTOR, ann.id, AccountState::Deleted, 0), Kind::BadRequest, "invalid_state"),
    ] {
        let status = ask(&world, Role::Safety, request.clone()).await.expect_err(code);
        let refusal = refusal(&status).expect("a refusal");
        assert_eq!((refusal.kind, refusal.code.as_ref()), (kind, code), "{request:?}");
    }
    assert_eq!(world.count("select count(*) from auth.account where moderation <> 'active'").await, 0);
    assert_eq!(world.count("select count(*) from auth.account where lifecycle <> 'live'").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_but_safety_decides() {
    let world = World::new().await;
    let [ann] = world.people(["ann"]).await;
    for caller in [Role::Gateway, Role::Auth, Role::Social] {
        let status = ask(&world, caller, decision(ACTOR, ann.id, AccountState::Banned, 0)).await.expect_err("refused");
        assert_eq!((status.code(), refusal(&status)), (Code::PermissionDenied, None), "{caller}");
    }
    assert_eq!(world.count("select count(*) from auth.account where moderation <> 'active'").await, 0);
}
