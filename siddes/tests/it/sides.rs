//! Placements: all sixteen transitions, every refusal in its order, and the two ledgers.

use platform::Side;
use serde_json::json;
use testkit::{Person, World};

async fn stands(world: &World) -> Vec<String> {
    let mut conn = world.database.connect().await;
    sqlx::query_scalar("select side from social.placement").fetch_all(&mut conn).await.unwrap()
}

async fn bring_to(owner: &Person, member: &Person, from: &str) {
    owner.side(member, "public").await.expect(200);
    match from {
        "none" => {}
        "close" => owner.places(member, Side::Close).await,
        from => drop(owner.side(member, from).await.expect(200)),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn all_sixteen_transitions() {
    let world = World::new().await;
    let [owner, member] = world.people(["holder", "member"]).await;
    // From, to, and what it takes: "" = nothing, "confirm", or the refusal whatever is confirmed.
    let table = [
        ("none", "friends", ""),
        ("none", "close", "friends_required"),
        ("none", "work", "confirm"),
        ("none", "public", ""),
        ("friends", "friends", ""),
        ("friends", "close", "confirm"),
        ("friends", "work", "confirm"),
        ("friends", "public", ""),
        ("close", "friends", ""),
        ("close", "close", "confirm"),
        ("close", "work", "confirm"),
        ("close", "public", ""),
        ("work", "friends", ""),
        ("work", "close", "friends_required"),
        ("work", "work", "confirm"),
        ("work", "public", ""),
    ];
    for (from, to, takes) in table {
        bring_to(&owner, &member, from).await;
        let unconfirmed = owner.post("/api/side", &json!({ "username": "member", "side": to })).await;
        if takes.is_empty() {
            unconfirmed.expect(200);
        } else {
            unconfirmed.refused(400, "confirm_required");
        }
        let confirmed = owner.side(&member, to).await;
        if takes == "friends_required" {
            confirmed.refused(400, "friends_required");
            let expected: Vec<&str> = if from == "none" { vec![] } else { vec![from] };
            assert_eq!(stands(&world).await, expected, "{from} to {to}");
        } else {
            let expected = if to == "public" { json!(null) } else { json!(to) };
            assert_eq!(confirmed.expect(200).json(), json!({ "ok": true, "side": expected }), "{from} to {to}");
            let expected: Vec<&str> = if to == "public" { vec![] } else { vec![to] };
            assert_eq!(stands(&world).await, expected, "{from} to {to}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn refusals_come_in_the_contracts_order() {
    let world = World::new().await;
    let [owner, member, blocker] = world.people(["holder", "member", "blocker"]).await;
    blocker.blocks(&owner).await;
    let try_side = |body: serde_json::Value| {
        let owner = owner.clone();
        async move { owner.post("/api/side", &body).await }
    };
    try_side(json!({ "side": "nonsense" })).await.refused(400, "missing_username");
    try_side(json!({ "username": "nobody", "side": "nonsense" })).await.refused(400, "invalid_side");
    try_side(json!({ "username": "nobody", "side": "friends" })).await.refused(404, "not_found");
    try_side(json!({ "username": "blocker", "side": "friends" })).await.refused(404, "not_found");
    try_side(json!({ "username": "@@member", "side": "friends" })).await.refused(404, "not_found");
    try_side(json!({ "username": "holder", "side": "public" })).await.refused(400, "cannot_side_self");
    try_side(json!({ "handle": "@Member", "side": " Friends " })).await.expect(200);
    owner.blocks(&member).await;
    try_side(json!({ "username": "member", "side": "work" })).await.refused(403, "restricted");
    try_side(json!({ "username": "member", "side": "public" })).await.expect(200);
    try_side(json!({ "username": "member" })).await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_blocker_and_an_unknown_name_are_one_answer() {
    let world = World::new().await;
    let [owner, blocker] = world.people(["holder", "blocker"]).await;
    blocker.blocks(&owner).await;
    for side in ["friends", "public", "close"] {
        let answer = owner.side(&blocker, side).await;
        let unknown = owner.post("/api/side", &json!({ "username": "nobody", "side": side, "confirm": true })).await;
        assert_eq!(answer.status, unknown.status);
        assert_eq!(answer.body_without_ids(), unknown.body_without_ids());
        assert_eq!(answer.headers_without_ids(), unknown.headers_without_ids());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn ledgers_tell_each_side_of_an_edge_to_its_own_end() {
    let world = World::new().await;
    let [owner, friend, colleague, gone] = world.people(["holder", "sam_fox", "colleague", "gone"]).await;
    owner.places(&friend, Side::Friends).await;
    owner.places(&colleague, Side::Work).await;
    owner.places(&gone, Side::Friends).await;
    world.auth().set_state(gone.id, platform::person::AccountState::Banned, None, Some("spam")).await.expect("banned");

    let siders = owner.get("/api/siders").await.expect(200).json();
    assert_eq!(siders["counts"], json!({ "friends": 1, "close": 0, "work": 1 }));
    let entry = &siders["sides"]["friends"][0];
    assert_eq!(entry["handle"], "@sam_fox");
    assert_eq!(entry["displayName"], "Sam Fox");
    assert_eq!(entry["avatarImage"], "");
    assert_eq!(entry["side"], "friends");
    assert!(entry["updatedAt"].as_str().unwrap().ends_with("+00:00"));

    let followers = friend.get("/api/followers").await.expect(200).json();
    assert_eq!(followers["sides"]["friends"][0]["handle"], "@holder");
    assert_eq!(friend.get("/api/siders").await.json()["counts"], json!({ "friends": 0, "close": 0, "work": 0 }));

    owner.blocks(&friend).await;
    assert_eq!(owner.get("/api/siders").await.json()["counts"]["friends"], 0);
    assert_eq!(friend.get("/api/followers").await.json()["counts"]["friends"], 0);
    for path in ["/api/siders", "/api/followers"] {
        world.anonymous().get(path).await.refused(401, "restricted");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn only_a_real_change_moves_somebody_in_the_ledger() {
    let world = World::new().await;
    let [owner, first, second] = world.people(["holder", "first", "second"]).await;
    owner.places(&first, Side::Friends).await;
    owner.places(&second, Side::Friends).await;
    owner.places(&first, Side::Friends).await;
    let json = owner.get("/api/siders").await.json();
    assert_eq!(json["sides"]["friends"][0]["handle"], "@second");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restricted_account_may_only_lower_access() {
    let world = World::new().await;
    let [owner, member, other] = world.people(["holder", "member", "other"]).await;
    owner.places(&member, Side::Friends).await;
    world
        .auth()
        .set_state(owner.id, platform::person::AccountState::Suspended, None, Some("spam"))
        .await
        .expect("suspended");
    let refused = owner.side(&other, "friends").await;
    refused.refused(403, "account_restricted");
    assert_eq!((&refused.json()["state"], &refused.json()["reason"]), (&json!("suspended"), &json!("spam")));
    owner.side(&member, "public").await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_gone_person_is_an_unknown_name_unless_there_is_something_to_take_back() {
    let world = World::new().await;
    let [holder, placed, never] = world.people(["holder", "placed", "never_placed"]).await;
    holder.places(&placed, Side::Friends).await;
    for gone in [&placed, &never] {
        world.auth().set_state(gone.id, platform::person::AccountState::Deactivated, None, None).await.expect("gone");
    }
    for side in ["public", "friends"] {
        let unknown = holder.post("/api/side", &json!({ "username": "nobody", "side": side })).await;
        let answer = holder.side(&never, side).await;
        assert_eq!((answer.status, answer.body_without_ids()), (unknown.status, unknown.body_without_ids()), "{side}");
    }
    holder.side(&placed, "friends").await.refused(404, "not_found");
    holder.side(&placed, "public").await.expect(200);
    holder.side(&placed, "public").await.refused(404, "not_found");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_banned_person_reads_as_a_stranger() {
    let world = World::new().await;
    let [author, banned] = world.people(["author", "banned"]).await;
    author.places(&banned, Side::Close).await;
    let private = author.posts(Side::Close, "for close ones").await;
    let public = author.posts(Side::Public, "for everybody").await;
    let own = banned.posts(Side::Close, "his own").await;
    banned.reads(&private).await.expect(200);
    world.auth().set_state(banned.id, platform::person::AccountState::Banned, None, None).await.expect("banned");
    banned.reads(&private).await.refused(404, "not_found");
    assert_eq!(banned.feed(Side::Close).await.contents(), ["his own"]);
    assert_eq!(banned.get("/api/followers").await.json()["counts"]["close"], 0);
    banned.reads(&public).await.expect(200);
    banned.reads(&own).await.expect(200);
}
