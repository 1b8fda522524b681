//! Who sees a post of which Side, on which surface: laws 1-4, 7, 8 and 12, every viewer by every Side.

use platform::Side;
use testkit::{Person, World};

/// How the viewer stands to the author of the posts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Viewer {
    Anonymous,
    Stranger,
    Friend,
    Close,
    Work,
    Revoked,
    /// Placed the author, and was not placed by him.
    Admirer,
    BlockedBy,
    Blocking,
    Muting,
    Author,
}

const VIEWERS: [(Viewer, &str); 11] = [
    (Viewer::Anonymous, "anonymous"),
    (Viewer::Stranger, "stranger"),
    (Viewer::Friend, "friend"),
    (Viewer::Close, "close_one"),
    (Viewer::Work, "colleague"),
    (Viewer::Revoked, "revoked"),
    (Viewer::Admirer, "admirer"),
    (Viewer::BlockedBy, "blocked_by"),
    (Viewer::Blocking, "blocking"),
    (Viewer::Muting, "muting"),
    (Viewer::Author, "author"),
];

/// The laws as a table: may this viewer read a post of this Side by its address?
fn reads(viewer: Viewer, side: Side) -> bool {
    match viewer {
        Viewer::Author => true,
        Viewer::BlockedBy | Viewer::Blocking => false,
        _ => match side {
            Side::Public => true,
            // Muting hides from the feed, not from whoever follows a link; the muting one is a friend here.
            Side::Friends => matches!(viewer, Viewer::Friend | Viewer::Close | Viewer::Muting),
            Side::Close => viewer == Viewer::Close,
            Side::Work => viewer == Viewer::Work,
        },
    }
}

fn in_feed(viewer: Viewer, side: Side) -> bool {
    viewer != Viewer::Muting && reads(viewer, side)
}

/// Everybody stands to the author as his name says, and the author has one post in each Side.
async fn world() -> (World, Vec<(Viewer, Person)>, [(Side, String); 4]) {
    let world = World::new().await;
    let author = Person::sign_up(world.http.clone(), "author").await;
    let mut viewers = Vec::new();
    for (viewer, name) in VIEWERS {
        let person = match viewer {
            Viewer::Anonymous => world.anonymous(),
            Viewer::Author => author.clone(),
            _ => Person::sign_up(world.http.clone(), name).await,
        };
        viewers.push((viewer, person));
    }
    // Read once by everybody before they are placed: an answer of before must not live on.
    for (_, person) in &viewers {
        person.feed(Side::Friends).await;
    }
    for (viewer, person) in &viewers {
        match viewer {
            Viewer::Friend | Viewer::BlockedBy | Viewer::Blocking | Viewer::Muting => {
                author.places(person, Side::Friends).await;
            }
            Viewer::Close => author.places(person, Side::Close).await,
            Viewer::Work => author.places(person, Side::Work).await,
            Viewer::Revoked => {
                author.places(person, Side::Close).await;
                author.unplaces(person).await;
            }
            Viewer::Admirer => person.places(&author, Side::Close).await,
            Viewer::Anonymous | Viewer::Stranger | Viewer::Author => {}
        }
    }
    let mut posts = Vec::new();
    for side in Side::ALL {
        posts.push((side, author.posts(side, &format!("the {side} post")).await));
    }
    for (viewer, person) in &viewers {
        match viewer {
            Viewer::BlockedBy => author.blocks(person).await,
            Viewer::Blocking => person.blocks(&author).await,
            Viewer::Muting => person.mutes(&author).await,
            _ => {}
        }
    }
    (world, viewers, posts.try_into().expect("four sides"))
}

#[tokio::test(flavor = "multi_thread")]
async fn every_viewer_by_every_side_sees_exactly_what_the_laws_give() {
    let (_world, viewers, posts) = world().await;
    let mut wrong = Vec::new();
    for (viewer, person) in &viewers {
        for (side, post) in &posts {
            let detail = person.reads(post).await.status.as_u16();
            if (detail == 200) != reads(*viewer, *side) || (detail != 200 && detail != 404) {
                wrong.push(format!("detail × {viewer:?} × {side}: {detail}"));
            }
            let listed = person.feed(*side).await.contents().contains(&format!("the {side} post"));
            if listed != in_feed(*viewer, *side) {
                wrong.push(format!("feed × {viewer:?} × {side}: listed {listed}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_post_is_in_the_feed_of_its_own_side_only() {
    let (_world, viewers, posts) = world().await;
    for (viewer, person) in &viewers {
        for side in Side::ALL {
            let contents = person.feed(side).await.contents();
            for (other, _) in posts.iter().filter(|(other, _)| *other != side) {
                assert!(!contents.contains(&format!("the {other} post")), "{viewer:?} sees {other} in {side}");
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn not_visible_and_not_existing_are_one_answer_for_everybody() {
    let (_world, viewers, posts) = world().await;
    for (viewer, person) in &viewers {
        let unknown = person.reads("p_1795544675943_29228f24").await.expect(404);
        for (side, post) in &posts {
            let answers = [
                (person.reads(post).await, &unknown),
                (person.delete(&format!("/api/post/{post}")).await, &person.delete("/api/post/p_1_00000000").await),
            ];
            let [(read, unknown_read), (deleted, unknown_deleted)] = answers;
            if !reads(*viewer, *side) {
                assert_eq!(read.body_without_ids(), unknown_read.body_without_ids(), "{viewer:?} × {side}");
                assert_eq!(read.headers_without_ids(), unknown_read.headers_without_ids(), "{viewer:?} × {side}");
                assert_eq!(read.statements(), unknown_read.statements(), "{viewer:?} × {side}");
            }
            if *viewer != Viewer::Author {
                assert_eq!(deleted.status, unknown_deleted.status, "{viewer:?} × {side}");
                assert_eq!(deleted.body_without_ids(), unknown_deleted.body_without_ids(), "{viewer:?} × {side}");
                assert_eq!(deleted.headers_without_ids(), unknown_deleted.headers_without_ids(), "{viewer:?} × {side}");
            }
            if *viewer == Viewer::Author {
                break;
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_anonymous_private_feed_is_restricted_and_empty() {
    let (world, ..) = world().await;
    for side in [Side::Friends, Side::Close, Side::Work] {
        let json = world.anonymous().feed(side).await.json();
        assert_eq!(
            json,
            serde_json::json!({
                "ok": true, "restricted": true, "viewer": null, "role": "anon",
                "side": side.as_str(), "count": 0, "items": [],
            })
        );
    }
}
