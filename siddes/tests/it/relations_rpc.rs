//! What other services ask about who sees whom: one statement a question, and nothing of who is gone or cut off.

use platform::{Role, Side as Shown, person::AccountState};
use proto::{
    common::v1::Side,
    social::v1::{
        AudienceRequest, CardsRequest, CircleRef, FollowCounts, FollowStateRequest, MemberSidesRequest,
        MembersOfRequest, MyCirclesRequest, ResolveRequest, SeenCirclesRequest, SharedLabelsRequest, ShownSide,
        SidesRequest, relations_client::RelationsClient,
    },
};
use serde_json::json;
use testkit::{Person, World};
use tonic::{Code, Response};

use crate::circles::make;

type Client = RelationsClient<platform::grpc::Channel>;

fn client(world: &World) -> Client {
    RelationsClient::new(world.channel(Role::Safety, Role::Social))
}

/// The answer, which cost one statement.
#[track_caller]
fn one<T>(answer: Result<Response<T>, tonic::Status>) -> T {
    let answer = answer.expect("an answer");
    let statements = answer.metadata().get("x-siddes-statements").map(|count| count.to_str().unwrap().to_owned());
    assert_eq!(statements.as_deref(), Some("1"));
    answer.into_inner()
}

async fn follow(person: &Person, other: &Person) {
    person.post("/api/follow", &json!({ "username": other.handle(), "follow": true })).await.expect(200);
}

/// Sides, whether blocked, whether gone.
async fn resolve(client: &mut Client, owner: i64, viewer: i64) -> (Side, Vec<Side>, bool, bool) {
    let answer = one(client.resolve(ResolveRequest { owner, viewer }).await);
    let allowed = answer.allowed_sides().collect();
    (answer.view_side(), allowed, answer.blocked, answer.owner_gone)
}

fn shown(side: Side, people: &[&Person]) -> Vec<ShownSide> {
    people.iter().map(|person| ShownSide { account: person.id.0, side: side.into() }).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_relation_resolves_to_the_sides_that_are_shown_now() {
    let world = World::new().await;
    let [ann, ben, foe, gone] = world.people(["ann", "ben", "foe", "gone"]).await;
    let mut client = client(&world);
    for person in [&ben, &foe, &gone] {
        ann.places(person, Shown::Friends).await;
        person.places(&ann, Shown::Work).await;
    }
    ann.side(&ben, "close").await.expect(200);
    let close = vec![Side::Public, Side::Friends, Side::Close];
    assert_eq!(resolve(&mut client, ann.id.0, ben.id.0).await, (Side::Close, close, false, false));
    assert_eq!(resolve(&mut client, ann.id.0, 0).await, (Side::Public, vec![Side::Public], false, false));
    let all = vec![Side::Public, Side::Friends, Side::Close, Side::Work];
    assert_eq!(resolve(&mut client, ann.id.0, ann.id.0).await, (Side::Public, all, false, false));
    foe.blocks(&ann).await;
    world.auth().set_state(gone.id, AccountState::Banned, None, None).await.expect("banned");
    for (owner, viewer) in [(&ann, &foe), (&foe, &ann)] {
        assert_eq!(resolve(&mut client, owner.id.0, viewer.id.0).await, (Side::Public, Vec::new(), true, false));
    }
    assert_eq!(resolve(&mut client, gone.id.0, ann.id.0).await, (Side::Public, Vec::new(), false, true));
    assert_eq!(resolve(&mut client, 999_999, ann.id.0).await, (Side::Public, Vec::new(), false, true));
    // Whoever is banned reads as a stranger.
    assert_eq!(resolve(&mut client, ann.id.0, gone.id.0).await, (Side::Public, vec![Side::Public], false, false));

    let owners = [&ann, &ben, &foe, &gone].map(|person| person.id.0).to_vec();
    let sides = one(client.sides(SidesRequest { viewer: ann.id.0, owners: owners.clone() }).await).shown;
    assert_eq!(sides, [shown(Side::Public, &[&ann]), shown(Side::Work, &[&ben])].concat());
    let sides = one(client.member_sides(MemberSidesRequest { owner: ann.id.0, members: owners.clone() }).await).shown;
    assert_eq!(sides, shown(Side::Close, &[&ben]));
    let sides = one(client.member_sides(MemberSidesRequest { owner: gone.id.0, members: owners }).await).shown;
    assert!(sides.is_empty());
    ann.unplaces(&ben).await;
    assert_eq!(resolve(&mut client, ann.id.0, ben.id.0).await, (Side::Public, vec![Side::Public], false, false));
}

#[tokio::test(flavor = "multi_thread")]
async fn cards_have_the_names_of_their_side_and_follows_are_told_with_the_numbers() {
    let world = World::new().await;
    let [ann, ben, gone] = world.people(["ann_lee", "ben", "gone"]).await;
    let mut client = client(&world);
    let body = json!({ "side": "close", "displayName": "Annie", "avatarImage": "https://example.test/a.png" });
    ann.call(http::Method::PATCH, "/api/prism", Some(&body)).await.expect(200);
    follow(&ben, &ann).await;
    follow(&gone, &ann).await;
    world.auth().set_state(gone.id, AccountState::Deactivated, None, None).await.expect("gone");
    world.jobs_done().await;
    let accounts = [&ann, &ben, &gone].map(|person| person.id.0).to_vec();
    let mut told = Vec::new();
    for side in [Side::Close, Side::Friends, Side::Unspecified] {
        let request = CardsRequest { accounts: accounts.clone(), side: side.into() };
        let cards = client.cards(request).await.expect("cards").into_inner().cards;
        told.push(cards.into_iter().map(|card| (card.account, card.display_name, card.avatar_url)).collect::<Vec<_>>());
    }
    let card = |person: &Person, name: &str, picture: &str| (person.id.0, name.to_owned(), picture.to_owned());
    assert_eq!(told[0], [card(&ann, "Annie", "https://example.test/a.png"), card(&ben, "B.", "")]);
    assert_eq!(told[1], [card(&ann, "Ann", ""), card(&ben, "Ben", "")]);
    assert!(told[2].is_empty());

    let mut state = async |viewer: i64, target: &Person| {
        let answer = one(client.follow_state(FollowStateRequest { viewer, target: target.id.0 }).await);
        (answer.follows, answer.counts)
    };
    let counts = || Some(FollowCounts { followers: 1, following: 0 });
    assert_eq!(state(ben.id.0, &ann).await, (true, counts()));
    assert_eq!(state(0, &ann).await, (false, counts()));
    assert_eq!(state(ann.id.0, &gone).await, (false, None));
    ann.blocks(&ben).await;
    assert_eq!(state(ben.id.0, &ann).await, (false, None));
}

#[tokio::test(flavor = "multi_thread")]
async fn circles_are_told_to_those_who_see_them_and_to_nobody_else() {
    let world = World::new().await;
    let [ann, ben, cara, eve] = world.people(["ann", "ben", "cara", "eve"]).await;
    let id = make(&ann, Shown::Friends, &[&ben, &cara]).await;
    let mut client = client(&world);
    let circle = CircleRef { id: id.clone(), owner: ann.id.0, side: Side::Friends.into(), label: "Walks".to_owned() };
    let everybody = [&ann, &ben, &cara, &eve].map(|person| person.id.0);
    let ids = [id.as_str(), "set_1_00000000", "b_team", "no\0such"].map(str::to_owned).to_vec();
    for (viewer, seen) in [(&ann, true), (&ben, true), (&eve, false)] {
        let expected = if seen { vec![circle.clone()] } else { Vec::new() };
        let request = SeenCirclesRequest { viewer: viewer.id.0, ids: ids.clone() };
        assert_eq!(one(client.seen_circles(request).await).circles, expected, "{}", viewer.name);
        let request = MyCirclesRequest { viewer: viewer.id.0, side: Side::Friends.into() };
        let mine = one(client.my_circles(request).await).circles;
        assert_eq!(mine.contains(&circle), seen, "{}", viewer.name);
        assert!(mine.iter().all(|circle| circle.side() == Side::Friends));
        let request = MembersOfRequest { viewer: viewer.id.0, accounts: everybody.to_vec(), circle: id.clone() };
        let members = one(client.members_of(request).await).accounts;
        assert_eq!(members, if seen { everybody[..3].to_vec() } else { Vec::new() }, "{}", viewer.name);
    }
    let audience = AudienceRequest { circle: id.clone() };
    assert_eq!(one(client.audience(audience.clone()).await).accounts, everybody[..3]);
    let shared_with = |target: &Person| SharedLabelsRequest { owner: ann.id.0, target: target.id.0 };
    assert_eq!(one(client.shared_labels(shared_with(&ben)).await).labels, ["Walks"]);
    assert!(one(client.shared_labels(shared_with(&eve)).await).labels.is_empty());

    // Two members who block each other both stay, and neither is told of the other.
    ben.blocks(&cara).await;
    let request = MembersOfRequest { viewer: ben.id.0, accounts: everybody.to_vec(), circle: id.clone() };
    assert_eq!(one(client.members_of(request).await).accounts, everybody[..2]);
    assert_eq!(one(client.audience(audience.clone()).await).accounts, everybody[..3]);
    // Of an owner who is gone nothing is left to others.
    world.auth().set_state(ann.id, AccountState::Banned, None, None).await.expect("banned");
    let request = SeenCirclesRequest { viewer: ben.id.0, ids };
    assert!(one(client.seen_circles(request).await).circles.is_empty());
    assert!(one(client.audience(audience).await).accounts.is_empty());
    assert!(one(client.shared_labels(shared_with(&ben)).await).labels.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_batch_has_a_bound_and_foreign_callers_get_nothing() {
    let world = World::new().await;
    let many = SidesRequest { viewer: 1, owners: (0..501).collect() };
    let status = client(&world).sides(many).await.expect_err("too many");
    assert_eq!(status.code(), Code::InvalidArgument);
    for caller in [Role::Gateway, Role::Auth, Role::Social] {
        let mut client = RelationsClient::new(world.channel(caller, Role::Social));
        let status = client.resolve(ResolveRequest { owner: 1, viewer: 2 }).await.expect_err("refused");
        assert_eq!(status.code(), Code::PermissionDenied, "{caller}");
    }
}
