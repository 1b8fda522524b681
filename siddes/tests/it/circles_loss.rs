//! Every way out of a circle closes every surface on the very next request (circle law 4, prism law 6).

use http::Method;
use platform::{Side, person::AccountState};
use serde_json::{Value, json};
use testkit::{Person, World};

use crate::{
    circles::{make, patch},
    people_scene::unhurried,
};

/// How a membership ends, or stops to count.
const WAYS: [&str; 11] = [
    "removed by name",
    "removed by the list",
    "left",
    "pruned to work",
    "pruned to nothing",
    "moved to close",
    "deleted",
    "blocked by the owner",
    "blocking the owner",
    "owner gone",
    "banned himself",
];

async fn end(way: &str, world: &World, owner: &Person, ben: &Person, circle: &str) {
    let path = format!("/api/circles/{circle}");
    let banned = async |person: &Person| {
        world.auth().set_state(person.id, AccountState::Banned, None, Some("spam")).await.expect("banned");
    };
    match way {
        "removed by name" => {
            owner.post(&format!("{path}/members"), &json!({ "remove": [ben.handle()] })).await.expect(200);
        }
        "removed by the list" => drop(patch(owner, circle, &json!({ "members": [] })).await.expect(200)),
        "left" => drop(ben.post(&format!("{path}/leave"), &json!({})).await.expect(200)),
        "pruned to work" => drop(owner.side(ben, "work").await.expect(200)),
        "pruned to nothing" => owner.unplaces(ben).await,
        "moved to close" => drop(patch(owner, circle, &json!({ "side": "close" })).await.expect(200)),
        "deleted" => drop(owner.delete(&path).await.expect(200)),
        "blocked by the owner" => owner.blocks(ben).await,
        "blocking the owner" => ben.blocks(owner).await,
        "owner gone" => banned(owner).await,
        _ => banned(ben).await,
    }
}

/// What of the circle somebody is shown, and what he may do in it.
async fn open(person: &Person, owner: &Person, circle: &str, post: &str) -> Vec<&'static str> {
    let path = format!("/api/circles/{circle}");
    let mut open = Vec::new();
    for (what, path, marker) in [
        ("list", "/api/circles".to_owned(), circle),
        ("item", path.clone(), circle),
        ("events", format!("{path}/events"), circle),
        ("detail", format!("/api/post/{post}"), "in the circle"),
        ("feed", "/api/feed?side=friends".to_owned(), "in the circle"),
        ("tag", "/api/feed?side=friends&tag=walks".to_owned(), "in the circle"),
        ("filtered feed", format!("/api/feed?side=friends&set={circle}"), "in the circle"),
        ("marks", format!("/api/feed?side=friends&set={circle}&lite=1"), post),
        ("profile", format!("/api/profile/{}?side=friends", owner.name), "in the circle"),
    ] {
        let answer = person.get(&path).await;
        assert!([200, 403, 404].contains(&answer.status.as_u16()), "{what}: {}", answer.status);
        if String::from_utf8_lossy(&answer.bytes).contains(marker) {
            open.push(what);
        }
    }
    open
}

#[tokio::test(flavor = "multi_thread")]
async fn every_way_out_closes_every_surface_on_the_next_request() {
    let world = unhurried().build().await;
    for (number, way) in WAYS.into_iter().enumerate() {
        let (holder, ben) = (format!("holder_{number}"), format!("ben_{number}"));
        let [owner, member] = world.people([holder.as_str(), ben.as_str()]).await;
        let circle = make(&owner, Side::Friends, &[&member]).await;
        let body = json!({ "text": "in the circle #walks", "setId": circle });
        let made = owner.post("/api/post", &body).await.expect(201).json();
        let post = made["post"]["id"].as_str().unwrap();
        let all = ["list", "item", "events", "detail", "feed", "tag", "filtered feed", "marks", "profile"];
        assert_eq!(open(&member, &owner, &circle, post).await, all, "before: {way}");
        end(way, &world, &owner, &member, &circle).await;
        assert_eq!(open(&member, &owner, &circle, post).await, Vec::<&str>::new(), "{way}");
        let late = member.post("/api/post", &json!({ "text": "late", "setId": circle })).await;
        let expected = if way == "banned himself" { 403 } else { 404 };
        assert_eq!(late.status, expected, "{way}");
        // His own is all that he keeps, and nobody else reads it there.
        assert_eq!(member.feed(Side::Friends).await.json()["items"], Value::Array(Vec::new()), "{way}");
        let renamed = json!({ "label": "Mine now" });
        let edited = member.call(Method::PATCH, &format!("/api/circles/{circle}"), Some(&renamed)).await;
        assert!([403, 404].contains(&edited.status.as_u16()), "{way}: {}", edited.status);
    }
}
