//! Every reading of the chapters on people and circles, and what each of them shows whom: the laws as a table.

use platform::Side;

use crate::people_scene::{
    Target,
    Viewer::{self, Anonymous, Close, Friend, Holder, Left, Member, Removed, Work},
};

/// What a call tells: "shown", "empty", or a status and its code.
pub type Told = &'static str;

pub const UNKNOWN: Told = "404 not_found";
pub const SIGNED_OUT: Told = "401 restricted";

/// One reading.
pub struct Surface {
    pub what: String,
    path: Box<dyn Fn(&Target) -> String>,
    /// In the body if, and only if, something is shown.
    pub marker: String,
    told: Box<dyn Fn(Viewer) -> Told>,
}

impl Surface {
    fn new(
        what: impl Into<String>,
        marker: impl Into<String>,
        path: impl Fn(&Target) -> String + 'static,
        told: impl Fn(Viewer) -> Told + 'static,
    ) -> Self {
        Self { what: what.into(), marker: marker.into(), path: Box::new(path), told: Box::new(told) }
    }

    pub fn path(&self, target: &Target) -> String {
        (self.path)(target)
    }

    pub fn told(&self, viewer: Viewer) -> Told {
        (self.told)(viewer)
    }
}

/// For what exists to everybody whom no block keeps away.
fn unless_apart(viewer: Viewer) -> Told {
    if viewer.apart() { UNKNOWN } else { "shown" }
}

/// For lists that everybody has of his own: these hold something.
fn own(viewer: Viewer, full: impl Fn(Viewer) -> bool) -> Told {
    match viewer {
        Anonymous => SIGNED_OUT,
        _ if full(viewer) => "shown",
        _ => "empty",
    }
}

fn some(shown: bool) -> Told {
    if shown { "shown" } else { "empty" }
}

fn face(viewer: Viewer, side: Side) -> Told {
    match viewer {
        _ if viewer.apart() => UNKNOWN,
        _ if viewer.opens(side) => "shown",
        _ => "403 locked",
    }
}

fn in_circle(viewer: Viewer) -> Told {
    match viewer {
        Anonymous => "empty",
        _ if viewer.belongs() => "shown",
        _ => UNKNOWN,
    }
}

pub fn surfaces(target: &Target) -> Vec<Surface> {
    let mut all = Vec::new();
    for side in Side::ALL {
        let profile = move |target: &Target| format!("/api/profile/{}?side={side}", target.name);
        all.push(Surface::new(format!("face of {side}"), format!("bio of {side}"), profile, move |v| face(v, side)));
        all.push(Surface::new(format!("posts of {side}"), format!("post of {side}"), profile, move |v| face(v, side)));
        all.push(Surface::new(
            format!("default profile is {side}"),
            format!("bio of {side}"),
            |target| format!("/api/profile/{}", target.name),
            move |viewer| if viewer.apart() { UNKNOWN } else { some(viewer.shown() == side) },
        ));
        all.push(Surface::new(
            format!("feed of {side}"),
            format!("post of {side}"),
            move |_| format!("/api/feed?side={side}"),
            // A feed holds what is written for exactly its Side; both friends and close ones read Friends.
            move |viewer| some(!viewer.apart() && viewer.opens(side)),
        ));
    }
    all.extend(of_the_person());
    all.extend(of_the_circle(target));
    all
}

fn of_the_person() -> Vec<Surface> {
    let named = |path: &'static str| move |target: &Target| format!("{path}/{}", target.name);
    let plain = |path: &'static str| move |_: &Target| path.to_owned();
    vec![
        Surface::new("card", r#""username":"holder""#, named("/api/users"), |viewer| match viewer {
            Anonymous => "empty",
            _ => unless_apart(viewer),
        }),
        Surface::new("public followers", "@fan", named("/api/public-followers"), unless_apart),
        Surface::new("public following", "@idol", named("/api/public-following"), unless_apart),
        Surface::new("siders", r#""handle""#, plain("/api/siders"), |viewer| own(viewer, |v| v == Holder)),
        Surface::new("followers", "@holder", plain("/api/followers"), |viewer| {
            own(viewer, |v| matches!(v, Friend | Close | Work | Member | Left | Removed))
        }),
        Surface::new("prism", "bio of close", plain("/api/prism"), |viewer| own(viewer, |v| v == Holder)),
        Surface::new("requests", "let me in", plain("/api/access-requests"), |viewer| own(viewer, |v| v == Holder)),
    ]
}

fn of_the_circle(target: &Target) -> Vec<Surface> {
    let tail = |tail: &'static str| move |target: &Target| format!("/api/circles/{}{tail}", target.circle);
    let read = |viewer: Viewer| some(viewer.belongs());
    vec![
        Surface::new("circle list", &target.circle, |_| "/api/circles".to_owned(), read),
        Surface::new("circle", r#""members""#, tail(""), in_circle),
        Surface::new("events", r#""setId""#, tail("/events"), in_circle),
        Surface::new("links", &target.token, tail("/invite-links"), |viewer| some(viewer == Holder)),
        Surface::new("invites", &target.invite, |_| "/api/invites".to_owned(), |viewer| some(viewer == Holder)),
        Surface::new(
            "invite",
            "Walks",
            |target| format!("/api/invites/{}", target.invite),
            |viewer| some(viewer == Holder),
        ),
        Surface::new(
            "link",
            "Walks",
            |target| format!("/api/invite-links/{}", target.token),
            |viewer| some(!viewer.apart()),
        ),
        Surface::new("feed", "in the circle", |_| "/api/feed?side=friends".to_owned(), read),
        Surface::new(
            "filtered feed",
            "in the circle",
            |target| format!("/api/feed?side=friends&set={}", target.circle),
            read,
        ),
        Surface::new(
            "detail",
            "in the circle",
            |target| format!("/api/post/{}", target.post),
            |viewer| if viewer.belongs() { "shown" } else { UNKNOWN },
        ),
        Surface::new(
            "the circle's post on a profile",
            "in the circle",
            |target| format!("/api/profile/{}?side=friends", target.name),
            |viewer| match face(viewer, Side::Friends) {
                "shown" => some(viewer.belongs()),
                closed => closed,
            },
        ),
    ]
}
