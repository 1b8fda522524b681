//! Who sees what of a post, on which surface: laws 1 to 12, every viewer by every kind of post by every surface.

use platform::{Side, person::AccountState};
use serde_json::{Value, json};
use testkit::{Person, World};

use crate::circles::make;

/// How the viewer stands to the author.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Viewer {
    Anonymous,
    Stranger,
    Friend,
    Close,
    Work,
    /// Was close, and is nothing now.
    Revoked,
    /// Of the author's circle, and shown nothing besides.
    Member,
    /// Left it.
    Former,
    /// Like the next three a friend and a member, otherwise.
    BlockedBy,
    Blocking,
    Muting,
    /// Hid every post that he saw.
    Hiding,
    Staff,
    /// A friend who is banned: he reads as a stranger.
    Banned,
    Author,
}

use Viewer::{
    Anonymous, Author, Banned, BlockedBy, Blocking, Close, Former, Friend, Hiding, Member, Muting, Revoked, Staff,
    Stranger, Work,
};

const VIEWERS: [(Viewer, &str); 15] = [
    (Anonymous, "anonymous"),
    (Stranger, "stranger"),
    (Friend, "friend"),
    (Close, "close_one"),
    (Work, "colleague"),
    (Revoked, "revoked"),
    (Member, "member"),
    (Former, "former"),
    (BlockedBy, "blocked_by"),
    (Blocking, "blocking"),
    (Muting, "muting"),
    (Hiding, "hiding"),
    (Staff, "helper"),
    (Banned, "banned"),
    (Author, "author"),
];

/// What the post is; its text holds the word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Plain(Side),
    /// In a circle of friends.
    Circle,
    /// Public, and hidden by moderation.
    Moderated,
}

const KINDS: [(Kind, &str); 6] = [
    (Kind::Plain(Side::Public), "quokka"),
    (Kind::Plain(Side::Friends), "numbat"),
    (Kind::Plain(Side::Close), "wombat"),
    (Kind::Plain(Side::Work), "bilby"),
    (Kind::Circle, "potoroo"),
    (Kind::Moderated, "dunnart"),
];

impl Kind {
    const fn side(self) -> Side {
        match self {
            Self::Plain(side) => side,
            Self::Circle => Side::Friends,
            Self::Moderated => Side::Public,
        }
    }
}

/// The laws as a table: may this viewer read it by its address?
fn reads(viewer: Viewer, kind: Kind) -> bool {
    match (viewer, kind) {
        (BlockedBy | Blocking | Hiding, _) => false,
        (Author, _) | (_, Kind::Plain(Side::Public)) => true,
        (_, Kind::Plain(Side::Friends)) => matches!(viewer, Friend | Close | Muting),
        (_, Kind::Plain(Side::Close)) => viewer == Close,
        (_, Kind::Plain(Side::Work)) => viewer == Work,
        (_, Kind::Circle) => matches!(viewer, Member | Muting),
        (_, Kind::Moderated) => viewer == Staff,
    }
}

/// Feed and search.
fn listed(viewer: Viewer, kind: Kind) -> bool {
    viewer != Muting && reads(viewer, kind)
}

struct Scene {
    world: World,
    people: Vec<(Viewer, Person)>,
    posts: Vec<(Kind, &'static str, String)>,
    /// Somebody else's public post that quotes the public and the moderated one.
    quotes: Vec<(Kind, String)>,
}

impl Scene {
    fn person(&self, viewer: Viewer) -> &Person {
        &self.people.iter().find(|(known, _)| *known == viewer).unwrap().1
    }

    async fn new() -> Self {
        let world = World::new().await;
        let [neutral] = world.people(["neutral"]).await;
        let mut people = Vec::new();
        for (viewer, name) in VIEWERS {
            let anonymous = viewer == Anonymous;
            let person = if anonymous { world.anonymous() } else { Person::sign_up(world.http.clone(), name).await };
            people.push((viewer, person));
        }
        let mut scene = Self { world, people, posts: Vec::new(), quotes: Vec::new() };
        let author = scene.person(Author).clone();
        for viewer in [Friend, BlockedBy, Blocking, Muting, Hiding, Banned] {
            author.places(scene.person(viewer), Side::Friends).await;
        }
        for (viewer, side) in [(Close, Side::Close), (Revoked, Side::Close), (Work, Side::Work)] {
            author.places(scene.person(viewer), side).await;
        }
        for viewer in [Member, Former] {
            author.places(scene.person(viewer), Side::Friends).await;
        }
        let members: Vec<&Person> =
            [Member, Former, BlockedBy, Blocking, Muting, Hiding, Banned].map(|viewer| scene.person(viewer)).to_vec();
        let circle = make(&author, Side::Public, &members).await;
        sqlx::query("update social.circle set side = 'friends' where id = $1")
            .bind(&circle)
            .execute(&mut scene.world.database.connect().await)
            .await
            .unwrap();
        let everybody: Vec<String> = VIEWERS[1..14].iter().map(|(_, name)| format!("@{name}")).collect();
        for (kind, word) in KINDS {
            let mut body = json!({ "text": word, "side": kind.side().as_str() });
            match kind {
                // All of them are named in it, and so told of it.
                Kind::Plain(Side::Public) => body["text"] = format!("{word} {}", everybody.join(" ")).into(),
                Kind::Circle => body["setId"] = circle.as_str().into(),
                _ => {}
            }
            let post = author.post("/api/post", &body).await.expect(201).json();
            scene.posts.push((kind, word, post["post"]["id"].as_str().unwrap().to_owned()));
        }
        for (kind, _, post) in scene.posts.clone() {
            if kind.side() == Side::Public {
                let body = json!({ "text": format!("about {kind:?}"), "side": "public" });
                let quote = neutral.post(&format!("/api/post/{post}/quote"), &body).await.expect(201).json();
                scene.quotes.push((kind, quote["post"]["id"].as_str().unwrap().to_owned()));
            }
        }
        scene.world.jobs_done().await;
        scene.part(&author).await;
        scene
    }

    /// What changes after everything was written, and told.
    async fn part(&self, author: &Person) {
        // The member has the circle alone, so that it is the circle that lets him read.
        author.unplaces(self.person(Revoked)).await;
        let mut conn = self.world.database.connect().await;
        sqlx::query("delete from social.placement where owner = $1 and member = any($2)")
            .bind(author.id.0)
            .bind([self.person(Member).id.0, self.person(Former).id.0])
            .execute(&mut conn)
            .await
            .unwrap();
        let circle: String = sqlx::query_scalar("select circle from social.post where circle is not null")
            .fetch_one(&mut conn)
            .await
            .unwrap();
        self.person(Former).post(&format!("/api/circles/{circle}/leave"), &json!({})).await.expect(200);
        for (_, _, post) in &self.posts {
            let body = json!({ "postId": post, "hidden": true });
            self.person(Hiding).post("/api/hidden-posts", &body).await.expect(200);
        }
        author.blocks(self.person(BlockedBy)).await;
        self.person(Blocking).blocks(author).await;
        self.person(Muting).mutes(author).await;
        self.world.auth().set_state(self.person(Banned).id, AccountState::Banned, None, None).await.expect("banned");
        sqlx::query("update auth.account set staff = true where username = 'helper'").execute(&mut conn).await.unwrap();
        sqlx::query("update social.person set staff = true where username = 'helper'")
            .execute(&mut conn)
            .await
            .unwrap();
        sqlx::query("update social.post set hidden = true where body like 'dunnart%'")
            .execute(&mut conn)
            .await
            .unwrap();
    }
}

/// Each surface, and whether it shows this post to this person.
async fn shown(person: &Person, kind: Kind, word: &str, post: &str) -> Vec<(&'static str, bool)> {
    let side = kind.side();
    let has = |answer: &Value| answer.to_string().contains(word);
    let mut shown = Vec::new();
    let detail = person.reads(post).await;
    assert!([200, 404].contains(&detail.status.as_u16()), "{}", detail.status);
    shown.push(("detail", detail.status == 200 && has(&detail.json())));
    shown.push(("replies", person.get(&format!("/api/post/{post}/replies?tree=1")).await.status == 200));
    // By itself: somebody else's quote of it is another's post.
    shown.push(("feed", person.feed(side).await.contents().iter().any(|text| text.starts_with(word))));
    let found = person.get(&format!("/api/search/posts?q={word}&side={side}")).await.expect(200).json();
    assert_eq!(found["items"].as_array().unwrap().len(), usize::from(has(&found["items"])));
    shown.push(("search", has(&found["items"])));
    let posts = person.get("/api/users/author/posts").await;
    shown.push(("user posts", has(&posts.json()["items"])));
    let profile = person.get(&format!("/api/profile/author?side={side}")).await;
    shown.push(("profile", has(&profile.json())));
    shown
}

/// What each surface ought to say.
fn lawful(viewer: Viewer, kind: Kind, surface: &str) -> bool {
    match surface {
        "feed" => listed(viewer, kind),
        // Nobody searches who is not signed in.
        "search" => viewer != Anonymous && listed(viewer, kind),
        "user posts" => viewer != Anonymous && kind.side() == Side::Public && reads(viewer, kind),
        // A face that is not shown has no posts either, of a circle or not.
        "profile" => reads(viewer, kind) && (kind != Kind::Circle || !matches!(viewer, Member)),
        _ => reads(viewer, kind),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_viewer_by_every_surface_sees_exactly_what_the_laws_give() {
    let scene = Box::pin(Scene::new()).await;
    let mut wrong = Vec::new();
    for (viewer, person) in &scene.people {
        for (kind, word, post) in &scene.posts {
            for (surface, is) in shown(person, *kind, word, post).await {
                if is != lawful(*viewer, *kind, surface) {
                    wrong.push(format!("{surface} × {viewer:?} × {kind:?}: {is}"));
                }
            }
        }
        for (kind, quote) in &scene.quotes {
            let word = scene.posts.iter().find(|(known, ..)| known == kind).unwrap().1;
            let preview = person.reads(quote).await.expect(200).json()["post"]["echoOf"].take();
            let is = preview.to_string().contains(word);
            if is != reads(*viewer, *kind) {
                wrong.push(format!("quote preview × {viewer:?} × {kind:?}: {preview}"));
            }
            if !is {
                assert_eq!(
                    preview,
                    json!({ "id": preview["id"], "author": "Unknown", "handle": "@unknown", "time": "", "content": "",
                            "kind": "text" })
                );
            }
        }
        if *viewer != Anonymous {
            let told = person.get("/api/notifications?side=public").await.expect(200).json();
            let is = told["items"].to_string().contains("quokka");
            let lawful = listed(*viewer, Kind::Plain(Side::Public)) && *viewer != Author;
            if is != lawful && *viewer != Author {
                wrong.push(format!("notifications × {viewer:?}: {told}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[tokio::test(flavor = "multi_thread")]
async fn of_an_author_who_is_gone_nobody_sees_anything_and_nobody_acts_on_it() {
    let scene = Box::pin(Scene::new()).await;
    scene.world.auth().set_state(scene.person(Author).id, AccountState::Banned, None, None).await.expect("banned");
    for (viewer, person) in scene.people.iter().filter(|(viewer, _)| *viewer != Author) {
        for (kind, word, post) in &scene.posts {
            for (surface, is) in shown(person, *kind, word, post).await {
                assert!(!is, "{surface} × {viewer:?} × {kind:?}");
            }
        }
        for (_, quote) in &scene.quotes {
            let preview = person.reads(quote).await.expect(200).json()["post"]["echoOf"].take();
            assert_eq!(preview["author"], "Unknown", "{viewer:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_does_not_see_a_post_acts_on_it_as_on_one_that_is_not_there() {
    let scene = Box::pin(Scene::new()).await;
    let unknown = "p_1795544675943_29228f24";
    let body = json!({ "text": "hm", "side": "public" });
    for (viewer, person) in scene.people.iter().filter(|(viewer, _)| !matches!(viewer, Anonymous | Banned | Author)) {
        for (kind, _, post) in scene.posts.iter().filter(|(kind, ..)| !reads(*viewer, *kind)) {
            for act in ["reply", "like", "echo", "quote"] {
                let seen = person.post(&format!("/api/post/{post}/{act}"), &body).await;
                let none = person.post(&format!("/api/post/{unknown}/{act}"), &body).await;
                let what = format!("{act} × {viewer:?} × {kind:?}");
                seen.refused(404, "not_found");
                assert_eq!(seen.body_without_ids(), none.body_without_ids(), "{what}");
                assert_eq!(seen.headers_without_ids(), none.headers_without_ids(), "{what}");
                assert_eq!(seen.statements(), none.statements(), "{what}");
            }
        }
    }
    for table in ["reply", "post_like"] {
        let sql = if table == "reply" {
            "select count(*) from social.reply"
        } else {
            "select count(*) from social.post_like"
        };
        assert_eq!(scene.world.count(sql).await, 0, "{table}");
    }
}
