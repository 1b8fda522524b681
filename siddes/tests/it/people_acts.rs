//! Every writing of the chapters on people and circles, by whoever it is, and what he is answered: the laws as a table.

use http::Method;
use serde_json::{Value, json};
use testkit::Person;

use crate::{
    people_scene::{
        Target,
        Viewer::{self, Anonymous, BlockedBy, Blocking, Holder, Joined, Member, Removed, Work},
    },
    people_surfaces::{SIGNED_OUT, Told, UNKNOWN},
};

type Body = dyn Fn(&Target, &Person) -> Value;

/// One writing.
pub struct Act {
    pub what: &'static str,
    pub method: Method,
    path: Box<dyn Fn(&Target) -> String>,
    body: Box<Body>,
    told: Box<dyn Fn(Viewer) -> Told>,
}

impl Act {
    fn new(
        what: &'static str,
        method: Method,
        path: impl Fn(&Target) -> String + 'static,
        body: impl Fn(&Target, &Person) -> Value + 'static,
        told: impl Fn(Viewer) -> Told + 'static,
    ) -> Self {
        Self { what, method, path: Box::new(path), body: Box::new(body), told: Box::new(told) }
    }

    pub fn path(&self, target: &Target) -> String {
        (self.path)(target)
    }

    pub fn body(&self, target: &Target, by: &Person) -> Value {
        (self.body)(target, by)
    }

    /// "" = he is not asked to.
    pub fn told(&self, viewer: Viewer) -> Told {
        if viewer == Anonymous { SIGNED_OUT } else { (self.told)(viewer) }
    }
}

/// What one gives another, or asks of him.
fn to_him(viewer: Viewer, to_himself: Told) -> Told {
    match viewer {
        BlockedBy => UNKNOWN,
        Blocking => "403 restricted",
        Holder => to_himself,
        _ => "200",
    }
}

/// In the order in which they may be done; what changes who belongs to the circle comes last.
pub fn acts() -> Vec<Act> {
    let mut acts = between_two();
    acts.extend(of_a_foreign_circle());
    acts.extend(by_members());
    acts
}

fn between_two() -> Vec<Act> {
    let post = |path: &'static str| move |_: &Target| path.to_owned();
    vec![
        Act::new(
            "place",
            Method::POST,
            post("/api/side"),
            |target, _| json!({ "username": target.name, "side": "friends" }),
            |viewer| to_him(viewer, "400 cannot_side_self"),
        ),
        Act::new(
            "follow",
            Method::POST,
            post("/api/follow"),
            |target, _| json!({ "username": target.name, "follow": true }),
            |viewer| to_him(viewer, "400 cannot_follow_self"),
        ),
        Act::new(
            "ask",
            Method::POST,
            post("/api/access-requests"),
            |target, _| json!({ "username": target.name, "side": "work" }),
            |viewer| if viewer == Work { "409 already_granted" } else { to_him(viewer, "400 cannot_request_self") },
        ),
        Act::new(
            "invite",
            Method::POST,
            post("/api/invites"),
            |target, by| json!({ "setId": format!("seed_{}_work_team", by.id), "to": target.name }),
            |viewer| match viewer {
                BlockedBy => "404 user_not_found",
                _ => to_him(viewer, "400 cannot_invite_self"),
            },
        ),
    ]
}

/// Only the owner does these; he is not asked to, since the others come after him.
fn of_a_foreign_circle() -> Vec<Act> {
    let tail = |tail: &'static str| move |target: &Target| format!("/api/circles/{}{tail}", target.circle);
    let nothing = |_: &Target, _: &Person| json!({});
    let foreign = |viewer: Viewer| if viewer == Holder { "" } else { UNKNOWN };
    let others = |viewer: Viewer| if viewer == Holder { "" } else { "403 restricted" };
    vec![
        Act::new("edit", Method::PATCH, tail(""), |_, _| json!({ "label": "Mine now", "side": "public" }), foreign),
        Act::new("add", Method::POST, tail("/members"), |_, _| json!({ "add": ["@fan"] }), foreign),
        Act::new("delete", Method::DELETE, tail(""), nothing, foreign),
        Act::new("make a link", Method::POST, tail("/invite-links"), nothing, foreign),
        Act::new(
            "revoke a link",
            Method::POST,
            |target| format!("/api/circles/{}/invite-links/{}/revoke", target.circle, target.token),
            nothing,
            foreign,
        ),
        Act::new(
            "invite into it",
            Method::POST,
            |_| "/api/invites".to_owned(),
            |target, _| json!({ "setId": target.circle, "to": "@fan" }),
            foreign,
        ),
        Act::new(
            "answer another's invite",
            Method::PATCH,
            |target| format!("/api/invites/{}", target.invite),
            |_, _| json!({ "action": "accept" }),
            |viewer| if viewer == Holder { "403 restricted" } else { UNKNOWN },
        ),
        Act::new(
            "answer another's request",
            Method::POST,
            |target| format!("/api/access-requests/{}/respond", target.request),
            |_, _| json!({ "action": "accept" }),
            others,
        ),
        Act::new("delete the post", Method::DELETE, |target| format!("/api/post/{}", target.post), nothing, foreign),
    ]
}

fn by_members() -> Vec<Act> {
    vec![
        Act::new(
            "write into it",
            Method::POST,
            |_| "/api/post".to_owned(),
            |target, _| json!({ "text": "x", "setId": target.circle }),
            |viewer| if viewer.belongs() { "201" } else { UNKNOWN },
        ),
        Act::new(
            "leave",
            Method::POST,
            |target| format!("/api/circles/{}/leave", target.circle),
            |_, _| json!({}),
            |viewer| match viewer {
                Holder => "400 owner_cannot_leave",
                Member | Joined => "200",
                _ => UNKNOWN,
            },
        ),
        Act::new(
            "join by the link",
            Method::POST,
            |target| format!("/api/invite-links/{}/accept", target.token),
            |_, _| json!({}),
            |viewer| if viewer.apart() || viewer == Removed { UNKNOWN } else { "200" },
        ),
    ]
}
