//! One person with four faces and a circle, and everybody who may stand to him in some way: what the matrices look at.

use http::Method;
use platform::Side;
use serde_json::json;
use testkit::{Person, World, WorldBuilder};

use crate::{
    circles::make,
    invite_links::link,
    invites::{answer, invited},
};

/// How somebody stands to the holder of the profile and of the circle.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Viewer {
    Anonymous,
    Stranger,
    Friend,
    Close,
    Work,
    /// Was shown Close, and is shown nothing any more.
    Revoked,
    /// Friend and member of the circle.
    Member,
    /// Member by an invite, and shown nothing.
    Joined,
    /// Friend who left the circle.
    Left,
    /// Friend who was taken out of the circle.
    Removed,
    /// Was friend and member, until the holder blocked him.
    BlockedBy,
    /// Was friend and member, until he blocked the holder.
    Blocking,
    Holder,
}

use Viewer::{Anonymous, BlockedBy, Blocking, Close, Friend, Holder, Joined, Left, Member, Removed, Revoked, Work};

const VIEWERS: [(Viewer, &str); 13] = [
    (Anonymous, "anonymous"),
    (Viewer::Stranger, "stranger"),
    (Friend, "friend"),
    (Close, "close_one"),
    (Work, "colleague"),
    (Revoked, "revoked"),
    (Member, "member"),
    (Joined, "joiner"),
    (Left, "leaver"),
    (Removed, "removed"),
    (BlockedBy, "blocked_by"),
    (Blocking, "blocking"),
    (Holder, "holder"),
];

impl Viewer {
    /// What the holder shows him.
    pub const fn shown(self) -> Side {
        match self {
            Friend | Member | Left | Removed => Side::Friends,
            Close => Side::Close,
            Work => Side::Work,
            _ => Side::Public,
        }
    }

    /// Whether he may ask for this face.
    pub fn opens(self, side: Side) -> bool {
        self == Holder || side == Side::Public || side.opened_by().contains(&self.shown())
    }

    /// Cut off by a block, whoever placed it.
    pub const fn apart(self) -> bool {
        matches!(self, BlockedBy | Blocking)
    }

    pub const fn belongs(self) -> bool {
        matches!(self, Member | Joined | Holder)
    }
}

/// Names and ids that lead to the holder's things, or nowhere.
#[derive(Clone, Debug)]
pub struct Target {
    pub name: String,
    pub circle: String,
    /// By the holder, in the circle.
    pub post: String,
    /// Of a link into the circle.
    pub token: String,
    /// To somebody who is no viewer, into the circle; it waits.
    pub invite: String,
    /// For the holder's Work, by somebody who is no viewer; it waits.
    pub request: String,
}

impl Target {
    pub fn nowhere() -> Self {
        Self {
            name: "nobody".to_owned(),
            circle: "set_1_00000000".to_owned(),
            post: "p_1795544675943_29228f24".to_owned(),
            token: "il_00000000000000000000000000000000".to_owned(),
            invite: "inv_1_00000000".to_owned(),
            request: "999999".to_owned(),
        }
    }
}

pub struct Scene {
    pub world: World,
    pub people: Vec<(Viewer, Person)>,
    pub target: Target,
}

/// Without the limits that a test with many calls meets.
pub fn unhurried() -> WorldBuilder {
    [
        "GLOBAL",
        "SIDE_WRITE",
        "FOLLOW_WRITE",
        "ACCESS_REQUEST",
        "ACCESS_RESPOND",
        "PRISM_WRITE",
        "CIRCLES_WRITE",
        "INVITES_CREATE",
        "INVITES_ACTION",
        "INVITES_LINKS",
        "INVITES_LINKS_ACCEPT",
        "POST_CREATE",
        "POST_DELETE",
        "SAFETY_BLOCK",
        "SAFETY_READ",
        "LEDGER_READ",
        "PROFILE_READ",
    ]
    .iter()
    .fold(World::builder(), |builder, scope| builder.setting(&format!("SIDDES_THROTTLE_{scope}"), "off"))
}

impl Scene {
    pub fn person(&self, viewer: Viewer) -> &Person {
        &self.people.iter().find(|(known, _)| *known == viewer).unwrap().1
    }

    pub async fn new() -> Self {
        let world = unhurried().build().await;
        let [holder, fan, _idol, asker, asked] = world.people(["holder", "fan", "idol", "asker", "asked"]).await;
        let mut people = Vec::new();
        for (viewer, name) in VIEWERS {
            let person = match viewer {
                Anonymous => world.anonymous(),
                Holder => holder.clone(),
                _ => Person::sign_up(world.http.clone(), name).await,
            };
            // Read once before anything is shown: an answer of before must not live on.
            person.get("/api/profile/holder").await.expect(200);
            people.push((viewer, person));
        }
        for side in Side::ALL {
            let body = json!({ "side": side.as_str(), "bio": format!("bio of {side}") });
            holder.call(Method::PATCH, "/api/prism", Some(&body)).await.expect(200);
            holder.posts(side, &format!("post of {side}")).await;
        }
        fan.post("/api/follow", &json!({ "username": "holder", "follow": true })).await.expect(200);
        holder.post("/api/follow", &json!({ "username": "idol", "follow": true })).await.expect(200);
        let wish = json!({ "username": "holder", "side": "work", "message": "let me in" });
        let request = asker.post("/api/access-requests", &wish).await.expect(200).json();
        let mut scene = Self { world, people, target: Target::nowhere() };
        scene.target = Target {
            name: "holder".to_owned(),
            request: request["id"].as_str().unwrap().to_owned(),
            ..scene.circle(&asked).await
        };
        for (viewer, side) in [(Friend, Side::Friends), (Close, Side::Close), (Work, Side::Work)] {
            holder.places(scene.person(viewer), side).await;
        }
        holder.places(scene.person(Revoked), Side::Close).await;
        holder.unplaces(scene.person(Revoked)).await;
        holder.blocks(scene.person(BlockedBy)).await;
        scene.person(Blocking).blocks(&holder).await;
        scene.world.jobs_done().await;
        scene
    }

    /// The circle, with who belongs to it and who did, and the ways into it.
    async fn circle(&self, asked: &Person) -> Target {
        let holder = self.person(Holder);
        let members = [Member, Left, Removed, BlockedBy, Blocking].map(|viewer| self.person(viewer));
        let circle = make(holder, Side::Friends, &members).await;
        let path = format!("/api/circles/{circle}");
        self.person(Left).post(&format!("{path}/leave"), &json!({})).await.expect(200);
        holder.post(&format!("{path}/members"), &json!({ "remove": ["@removed"] })).await.expect(200);
        let joiner = self.person(Joined);
        let id = invited(holder, &circle, joiner).await;
        answer(joiner, &id, "accept").await.expect(200);
        let body = json!({ "text": "in the circle", "setId": circle });
        let post = holder.post("/api/post", &body).await.expect(201).json();
        Target {
            post: post["post"]["id"].as_str().unwrap().to_owned(),
            token: link(holder, &circle, &json!({ "maxUses": 100 })).await,
            invite: invited(holder, &circle, asked).await,
            circle,
            ..Target::nowhere()
        }
    }
}
