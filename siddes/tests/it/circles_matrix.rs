//! Who sees what of a circle, on which surface: laws 5, 7, 8, 11 and 12, every viewer by every surface.

use platform::{Side, person::AccountState};
use serde_json::json;
use testkit::{Person, World};

use crate::circles::make;

/// How the viewer stands to the circle, and to the member whose post is in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Viewer {
    Anonymous,
    Stranger,
    /// Shown the circle's Side by owner and author, and no member.
    Friend,
    Close,
    Work,
    Member,
    Owner,
    Author,
    /// Left.
    Former,
    /// Asked, and has not answered.
    Invited,
    /// A member whom the author blocked.
    BlockedBy,
    /// A member who blocked the author.
    Blocking,
    Muting,
    /// A member who is banned.
    Banned,
    /// Staff, and no member.
    Staff,
}

const VIEWERS: [(Viewer, &str); 15] = [
    (Viewer::Anonymous, "anonymous"),
    (Viewer::Stranger, "stranger"),
    (Viewer::Friend, "friend"),
    (Viewer::Close, "close_one"),
    (Viewer::Work, "colleague"),
    (Viewer::Member, "member"),
    (Viewer::Owner, "holder"),
    (Viewer::Author, "author"),
    (Viewer::Former, "former"),
    (Viewer::Invited, "invited"),
    (Viewer::BlockedBy, "blocked_by"),
    (Viewer::Blocking, "blocking"),
    (Viewer::Muting, "muting"),
    (Viewer::Banned, "banned"),
    (Viewer::Staff, "helper"),
];

/// Item, list and history.
const fn sees_circle(viewer: Viewer) -> bool {
    use Viewer::{Author, BlockedBy, Blocking, Member, Muting, Owner};
    matches!(viewer, Member | Owner | Author | BlockedBy | Blocking | Muting)
}

const fn reads_post(viewer: Viewer) -> bool {
    matches!(viewer, Viewer::Member | Viewer::Owner | Viewer::Author | Viewer::Muting)
}

struct Scene {
    world: World,
    people: Vec<(Viewer, Person)>,
    circle: String,
    post: String,
}

impl Scene {
    fn person(&self, viewer: Viewer) -> &Person {
        &self.people.iter().find(|(known, _)| *known == viewer).unwrap().1
    }

    async fn of(side: Side) -> Self {
        let world = World::new().await;
        let mut people = Vec::new();
        for (viewer, name) in VIEWERS {
            let anonymous = viewer == Viewer::Anonymous;
            let person = if anonymous { world.anonymous() } else { Person::sign_up(world.http.clone(), name).await };
            people.push((viewer, person));
        }
        let mut scene = Self { world, people, circle: String::new(), post: String::new() };
        let (owner, author) = (scene.person(Viewer::Owner).clone(), scene.person(Viewer::Author).clone());
        for holder in [&owner, &author] {
            for (viewer, side) in
                [(Viewer::Friend, Side::Friends), (Viewer::Close, Side::Close), (Viewer::Work, Side::Work)]
            {
                holder.places(scene.person(viewer), side).await;
            }
        }
        let members = [
            Viewer::Member,
            Viewer::Author,
            Viewer::Former,
            Viewer::BlockedBy,
            Viewer::Blocking,
            Viewer::Muting,
            Viewer::Banned,
        ];
        let members: Vec<&Person> = members.into_iter().map(|viewer| scene.person(viewer)).collect();
        scene.circle = make(&owner, side, &members).await;
        let path = format!("/api/circles/{}", scene.circle);
        scene.person(Viewer::Former).post(&format!("{path}/leave"), &json!({})).await.expect(200);
        owner.post(&format!("{path}/members"), &json!({ "add": ["@invited"] })).await.expect(200);
        let body = json!({ "text": "in the circle", "setId": scene.circle });
        let post = author.post("/api/post", &body).await.expect(201).json();
        scene.post = post["post"]["id"].as_str().unwrap().to_owned();
        author.blocks(scene.person(Viewer::BlockedBy)).await;
        scene.person(Viewer::Blocking).blocks(&author).await;
        scene.person(Viewer::Muting).mutes(&author).await;
        let banned = scene.person(Viewer::Banned).id;
        scene.world.auth().set_state(banned, AccountState::Banned, None, None).await.expect("banned");
        sqlx::query("update auth.account set staff = true where username = 'helper'")
            .execute(&mut scene.world.database.connect().await)
            .await
            .unwrap();
        scene
    }
}

/// Which surfaces show him something.
async fn shown(scene: &Scene, person: &Person, side: Side) -> Vec<&'static str> {
    let circle = format!("/api/circles/{}", scene.circle);
    let mut shown = Vec::new();
    let listed = person.get("/api/circles").await.expect(200).json()["items"].take();
    if listed.as_array().unwrap().iter().any(|item| item["id"] == scene.circle.as_str()) {
        shown.push("list");
    }
    for (what, path, member) in [
        ("item", circle.clone(), "item"),
        ("events", format!("{circle}/events"), "items"),
        ("detail", format!("/api/post/{}", scene.post), "post"),
    ] {
        let answer = person.get(&path).await;
        let some = match &answer.json()[member] {
            serde_json::Value::Array(items) => !items.is_empty(),
            other => !other.is_null(),
        };
        assert!(some || [200, 404].contains(&answer.status.as_u16()), "{what}: {}", answer.status);
        if some {
            shown.push(what);
        }
    }
    let profile = format!("/api/profile/author?side={side}");
    for (what, path) in [
        ("feed", format!("/api/feed?side={side}")),
        ("filtered feed", format!("/api/feed?side={side}&set={}", scene.circle)),
        ("profile", profile),
    ] {
        let answer = person.get(&path).await;
        if String::from_utf8_lossy(&answer.bytes).contains("in the circle") {
            shown.push(what);
        }
    }
    shown
}

async fn every_viewer_by_every_surface(side: Side) {
    let scene = Box::pin(Scene::of(side)).await;
    let mut wrong = Vec::new();
    for (viewer, person) in &scene.people {
        let mut expected = Vec::new();
        if sees_circle(*viewer) {
            expected.extend(["list", "item", "events"]);
        }
        if reads_post(*viewer) {
            expected.push("detail");
            if *viewer != Viewer::Muting {
                expected.extend(["feed", "filtered feed"]);
            }
            // On a private Side a profile opens to those whom its owner shows it.
            if side == Side::Public || *viewer == Viewer::Author {
                expected.push("profile");
            }
        }
        let shown = shown(&scene, person, side).await;
        if shown != expected {
            wrong.push(format!("{viewer:?} × {side}: {shown:?} instead of {expected:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[tokio::test(flavor = "multi_thread")]
async fn every_viewer_sees_exactly_what_he_may_of_a_circle_of_friends() {
    Box::pin(every_viewer_by_every_surface(Side::Friends)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_viewer_sees_exactly_what_he_may_of_a_circle_of_the_public_side() {
    Box::pin(every_viewer_by_every_surface(Side::Public)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_viewer_sees_exactly_what_he_may_of_a_circle_of_work() {
    Box::pin(every_viewer_by_every_surface(Side::Work)).await;
}
