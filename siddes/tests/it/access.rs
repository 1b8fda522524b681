//! Every door has a declaration, and every declaration a test: rpcs by their options, routes by the gateway's table.

use std::collections::BTreeSet;

use http::{Method, Request};
use platform::{
    AccountId, Role,
    access::rules,
    grpc::{Channel, Repeat},
    identity::{Issuer, Viewer, keys::SigningKey},
    person::{AccountState, Person},
};
use proto::access::v1::Access;
use serde_json::json;
use testkit::World;
use time::Duration;
use tonic::{Code, body::Body};
use tower::ServiceExt;

/// What every rpc of the system must declare. A new rpc that is missing here fails the test.
const RPCS: &[(&str, Access, &[&str])] = &[
    ("/siddes.auth.v1.Accounts/CompleteOnboarding", Access::Viewer, &[]),
    ("/siddes.auth.v1.Accounts/ConfirmAge", Access::Viewer, &[]),
    ("/siddes.auth.v1.Accounts/GetRegion", Access::Viewer, &[]),
    ("/siddes.auth.v1.Accounts/Me", Access::Anonymous, &[]),
    ("/siddes.auth.v1.Accounts/SetRegion", Access::Viewer, &[]),
    ("/siddes.auth.v1.Accounts/SetUsername", Access::Viewer, &[]),
    ("/siddes.auth.v1.Accounts/SignUp", Access::Anonymous, &[]),
    ("/siddes.auth.v1.Credentials/ChangePassword", Access::Viewer, &[]),
    ("/siddes.auth.v1.Credentials/Connected", Access::Viewer, &[]),
    ("/siddes.auth.v1.Directory/Accounts", Access::Service, &["social", "safety"]),
    ("/siddes.auth.v1.Directory/ResolveHandles", Access::Service, &["social", "safety"]),
    ("/siddes.auth.v1.Export/Get", Access::Viewer, &[]),
    ("/siddes.auth.v1.Export/OpenFile", Access::Anonymous, &[]),
    ("/siddes.auth.v1.Export/ReadPiece", Access::Anonymous, &[]),
    ("/siddes.auth.v1.Identities/Apple", Access::Anonymous, &[]),
    ("/siddes.auth.v1.Identities/Google", Access::Anonymous, &[]),
    ("/siddes.auth.v1.Leaving/ConfirmDeletion", Access::Anonymous, &[]),
    ("/siddes.auth.v1.Leaving/Deactivate", Access::Anonymous, &[]),
    ("/siddes.auth.v1.Leaving/RequestDeletion", Access::Viewer, &[]),
    ("/siddes.auth.v1.Mail/ConfirmEmailChange", Access::Anonymous, &[]),
    ("/siddes.auth.v1.Mail/ConfirmPasswordReset", Access::Anonymous, &[]),
    ("/siddes.auth.v1.Mail/ConfirmVerification", Access::Anonymous, &[]),
    ("/siddes.auth.v1.Mail/ConsumeMagicLink", Access::Anonymous, &[]),
    ("/siddes.auth.v1.Mail/RequestEmailChange", Access::Viewer, &[]),
    ("/siddes.auth.v1.Mail/RequestMagicLink", Access::Anonymous, &[]),
    ("/siddes.auth.v1.Mail/RequestPasswordReset", Access::Anonymous, &[]),
    ("/siddes.auth.v1.Mail/RequestVerification", Access::Viewer, &[]),
    ("/siddes.auth.v1.Moderation/SetModeration", Access::Service, &["safety"]),
    ("/siddes.auth.v1.OwnSessions/List", Access::Viewer, &[]),
    ("/siddes.auth.v1.OwnSessions/LogOutAll", Access::Viewer, &[]),
    ("/siddes.auth.v1.OwnSessions/Revoke", Access::Viewer, &[]),
    ("/siddes.auth.v1.Runtime/RuntimeFlags", Access::Service, &["gateway"]),
    ("/siddes.auth.v1.Sessions/Authenticate", Access::Anonymous, &[]),
    ("/siddes.auth.v1.Sessions/LogIn", Access::Anonymous, &[]),
    ("/siddes.auth.v1.Sessions/LogOut", Access::Anonymous, &[]),
    ("/siddes.inbox.v1.Account/Export", Access::Service, &["auth"]),
    ("/siddes.inbox.v1.Account/Purge", Access::Service, &["auth"]),
    ("/siddes.inbox.v1.Copies/ApplyBlock", Access::Service, &["safety"]),
    ("/siddes.inbox.v1.Copies/PutMute", Access::Service, &["safety"]),
    ("/siddes.inbox.v1.Copies/PutPersons", Access::Service, &["auth"]),
    ("/siddes.inbox.v1.Copies/RemoveBlock", Access::Service, &["safety"]),
    ("/siddes.inbox.v1.Notifications/Apply", Access::Service, &["social"]),
    ("/siddes.inbox.v1.Notifications/List", Access::Anonymous, &[]),
    ("/siddes.inbox.v1.Notifications/MarkAllRead", Access::Viewer, &[]),
    ("/siddes.inbox.v1.Notifications/MarkRead", Access::Viewer, &[]),
    ("/siddes.safety.v1.Account/Export", Access::Service, &["auth"]),
    ("/siddes.safety.v1.Account/Purge", Access::Service, &["auth"]),
    ("/siddes.safety.v1.Blocks/Block", Access::Viewer, &[]),
    ("/siddes.safety.v1.Blocks/List", Access::Viewer, &[]),
    ("/siddes.safety.v1.Blocks/Unblock", Access::Viewer, &[]),
    ("/siddes.safety.v1.Copies/PutPersons", Access::Service, &["auth"]),
    ("/siddes.safety.v1.Mutes/List", Access::Viewer, &[]),
    ("/siddes.safety.v1.Mutes/Mute", Access::Viewer, &[]),
    ("/siddes.safety.v1.Mutes/Unmute", Access::Viewer, &[]),
    ("/siddes.social.v1.AccessRequests/Ask", Access::Viewer, &[]),
    ("/siddes.social.v1.AccessRequests/ListAsked", Access::Viewer, &[]),
    ("/siddes.social.v1.AccessRequests/Respond", Access::Viewer, &[]),
    ("/siddes.social.v1.Account/Export", Access::Service, &["auth"]),
    ("/siddes.social.v1.Account/Purge", Access::Service, &["auth"]),
    ("/siddes.social.v1.Circles/ChangeMembers", Access::Viewer, &[]),
    ("/siddes.social.v1.Circles/Create", Access::Viewer, &[]),
    ("/siddes.social.v1.Circles/Delete", Access::Viewer, &[]),
    ("/siddes.social.v1.Circles/Edit", Access::Viewer, &[]),
    ("/siddes.social.v1.Circles/Get", Access::Anonymous, &[]),
    ("/siddes.social.v1.Circles/Leave", Access::Viewer, &[]),
    ("/siddes.social.v1.Circles/List", Access::Anonymous, &[]),
    ("/siddes.social.v1.Circles/ListEvents", Access::Anonymous, &[]),
    ("/siddes.social.v1.Copies/ApplyBlock", Access::Service, &["safety"]),
    ("/siddes.social.v1.Copies/PutMute", Access::Service, &["safety"]),
    ("/siddes.social.v1.Copies/PutPersons", Access::Service, &["auth"]),
    ("/siddes.social.v1.Copies/RemoveBlock", Access::Service, &["safety"]),
    ("/siddes.social.v1.Echoes/Echo", Access::Viewer, &[]),
    ("/siddes.social.v1.Echoes/Quote", Access::Viewer, &[]),
    ("/siddes.social.v1.Echoes/Unecho", Access::Viewer, &[]),
    ("/siddes.social.v1.Feed/List", Access::Anonymous, &[]),
    ("/siddes.social.v1.Follows/ListPublicFollowers", Access::Anonymous, &[]),
    ("/siddes.social.v1.Follows/ListPublicFollowing", Access::Anonymous, &[]),
    ("/siddes.social.v1.Follows/SetFollow", Access::Viewer, &[]),
    ("/siddes.social.v1.HiddenPosts/List", Access::Viewer, &[]),
    ("/siddes.social.v1.HiddenPosts/Set", Access::Viewer, &[]),
    ("/siddes.social.v1.InviteLinks/Accept", Access::Viewer, &[]),
    ("/siddes.social.v1.InviteLinks/Create", Access::Viewer, &[]),
    ("/siddes.social.v1.InviteLinks/List", Access::Anonymous, &[]),
    ("/siddes.social.v1.InviteLinks/Preview", Access::Anonymous, &[]),
    ("/siddes.social.v1.InviteLinks/Revoke", Access::Viewer, &[]),
    ("/siddes.social.v1.Invites/Answer", Access::Viewer, &[]),
    ("/siddes.social.v1.Invites/Create", Access::Viewer, &[]),
    ("/siddes.social.v1.Invites/Get", Access::Anonymous, &[]),
    ("/siddes.social.v1.Invites/List", Access::Anonymous, &[]),
    ("/siddes.social.v1.Likes/Like", Access::Viewer, &[]),
    ("/siddes.social.v1.Likes/Unlike", Access::Viewer, &[]),
    ("/siddes.social.v1.Placements/ListFollowers", Access::Viewer, &[]),
    ("/siddes.social.v1.Placements/ListSiders", Access::Viewer, &[]),
    ("/siddes.social.v1.Placements/Place", Access::Viewer, &[]),
    ("/siddes.social.v1.Posts/Create", Access::Viewer, &[]),
    ("/siddes.social.v1.Posts/Delete", Access::Viewer, &[]),
    ("/siddes.social.v1.Posts/Edit", Access::Viewer, &[]),
    ("/siddes.social.v1.Posts/Get", Access::Anonymous, &[]),
    ("/siddes.social.v1.Posts/Visible", Access::Service, &["inbox"]),
    ("/siddes.social.v1.Prism/EditFacet", Access::Viewer, &[]),
    ("/siddes.social.v1.Prism/GetPrism", Access::Viewer, &[]),
    ("/siddes.social.v1.Profiles/GetCard", Access::Anonymous, &[]),
    ("/siddes.social.v1.Profiles/GetProfile", Access::Anonymous, &[]),
    ("/siddes.social.v1.Relations/Audience", Access::Service, &["safety"]),
    ("/siddes.social.v1.Relations/Cards", Access::Service, &["safety"]),
    ("/siddes.social.v1.Relations/FollowState", Access::Service, &["safety"]),
    ("/siddes.social.v1.Relations/MemberSides", Access::Service, &["safety"]),
    ("/siddes.social.v1.Relations/MembersOf", Access::Service, &["safety"]),
    ("/siddes.social.v1.Relations/MyCircles", Access::Service, &["safety"]),
    ("/siddes.social.v1.Relations/Resolve", Access::Service, &["safety"]),
    ("/siddes.social.v1.Relations/SeenCircles", Access::Service, &["safety"]),
    ("/siddes.social.v1.Relations/SharedLabels", Access::Service, &["safety"]),
    ("/siddes.social.v1.Relations/Sides", Access::Service, &["safety"]),
    ("/siddes.social.v1.Replies/Create", Access::Viewer, &[]),
    ("/siddes.social.v1.Replies/List", Access::Anonymous, &[]),
    ("/siddes.social.v1.Search/People", Access::Anonymous, &[]),
    ("/siddes.social.v1.Search/Posts", Access::Anonymous, &[]),
    ("/siddes.social.v1.Search/PostsOf", Access::Anonymous, &[]),
    ("/siddes.social.v1.Slate/List", Access::Anonymous, &[]),
    ("/siddes.social.v1.Targets/DescribeTarget", Access::Service, &["safety"]),
    ("/siddes.status.v1.Status/Get", Access::Service, &["gateway"]),
];

/// What every route of the gateway answers to somebody without a session. A new route that is missing here fails.
const ROUTES: &[(&str, &str, u16)] = &[
    ("DELETE", "/api/blocks/{token}", 401),
    ("DELETE", "/api/circles/{id}", 401),
    ("DELETE", "/api/mutes/{token}", 401),
    ("DELETE", "/api/post/{id}", 401),
    ("DELETE", "/api/post/{id}/like", 401),
    ("DELETE", "/api/post/{id}/echo", 401),
    ("DELETE", "/api/sets/{id}", 401),
    ("GET", "/api/access-requests", 401),
    ("GET", "/api/auth/connected", 401),
    ("GET", "/api/auth/csrf", 200),
    ("GET", "/api/auth/export", 401),
    ("GET", "/api/auth/export/file", 404),
    ("GET", "/api/auth/me", 200),
    ("GET", "/api/auth/region", 401),
    ("GET", "/api/auth/sessions", 401),
    ("GET", "/api/blocks", 401),
    ("GET", "/api/circles", 200),
    ("GET", "/api/circles/{id}", 200),
    ("GET", "/api/circles/{id}/events", 200),
    ("GET", "/api/circles/{id}/invite-links", 200),
    ("GET", "/api/docs", 200),
    ("GET", "/api/feed", 200),
    ("GET", "/api/followers", 401),
    ("GET", "/api/health", 200),
    ("GET", "/api/hidden-posts", 401),
    ("GET", "/api/invite-links/{token}", 200),
    ("GET", "/api/invites", 200),
    ("GET", "/api/invites/{id}", 200),
    ("GET", "/api/mutes", 401),
    ("GET", "/api/notifications", 200),
    ("GET", "/api/openapi.json", 200),
    ("GET", "/api/post/{id}", 404),
    ("GET", "/api/post/{id}/replies", 404),
    ("GET", "/api/prism", 401),
    ("GET", "/api/profile/{token}", 404),
    ("GET", "/api/public-followers/{token}", 404),
    ("GET", "/api/public-following/{token}", 404),
    ("GET", "/api/search/posts", 200),
    ("GET", "/api/search/users", 200),
    ("GET", "/api/sets", 200),
    ("GET", "/api/sets/{id}", 200),
    ("GET", "/api/sets/{id}/events", 200),
    ("GET", "/api/sets/{id}/invite-links", 200),
    ("GET", "/api/siders", 401),
    ("GET", "/api/slate", 400),
    ("GET", "/api/users/{token}", 200),
    ("GET", "/api/users/{token}/posts", 200),
    ("GET", "/healthz", 200),
    ("GET", "/readyz", 200),
    ("PATCH", "/api/circles/{id}", 401),
    ("PATCH", "/api/invites/{id}", 401),
    ("PATCH", "/api/post/{id}", 401),
    ("PATCH", "/api/prism", 401),
    ("PATCH", "/api/sets/{id}", 401),
    ("POST", "/api/access-requests", 401),
    ("POST", "/api/access-requests/{id}/respond", 401),
    ("POST", "/api/auth/account/deactivate", 401),
    ("POST", "/api/auth/account/delete/confirm", 400),
    ("POST", "/api/auth/account/delete/request", 401),
    ("POST", "/api/auth/age/confirm", 401),
    ("POST", "/api/auth/apple", 404),
    ("POST", "/api/auth/email/change/confirm", 400),
    ("POST", "/api/auth/email/change/request", 401),
    ("POST", "/api/auth/google", 400),
    ("POST", "/api/auth/login", 400),
    ("POST", "/api/auth/logout", 200),
    ("POST", "/api/auth/magic/consume", 400),
    ("POST", "/api/auth/magic/request", 400),
    ("POST", "/api/auth/onboarding/complete", 401),
    ("POST", "/api/auth/password/change", 401),
    ("POST", "/api/auth/password/reset/confirm", 400),
    ("POST", "/api/auth/password/reset/request", 400),
    ("POST", "/api/auth/phone/confirm", 404),
    ("POST", "/api/auth/region", 401),
    ("POST", "/api/auth/sessions/logout_all", 401),
    ("POST", "/api/auth/sessions/revoke", 401),
    ("POST", "/api/auth/signup", 400),
    ("POST", "/api/auth/username/set", 401),
    ("POST", "/api/auth/verify/confirm", 400),
    ("POST", "/api/auth/verify/resend", 401),
    ("POST", "/api/blocks", 401),
    ("POST", "/api/circles", 401),
    ("POST", "/api/circles/{id}/invite-links", 401),
    ("POST", "/api/circles/{id}/invite-links/{token}/revoke", 401),
    ("POST", "/api/circles/{id}/leave", 401),
    ("POST", "/api/circles/{id}/members", 401),
    ("POST", "/api/follow", 401),
    ("POST", "/api/hidden-posts", 401),
    ("POST", "/api/invite-links/{token}/accept", 401),
    ("POST", "/api/invites", 401),
    ("POST", "/api/mutes", 401),
    ("POST", "/api/notifications/mark-all-read", 401),
    ("POST", "/api/notifications/mark-read", 401),
    ("POST", "/api/post", 401),
    ("POST", "/api/post/{id}/like", 401),
    ("POST", "/api/post/{id}/reply", 401),
    ("POST", "/api/post/{id}/echo", 401),
    ("POST", "/api/post/{id}/quote", 401),
    ("POST", "/api/sets", 401),
    ("POST", "/api/sets/{id}/invite-links", 401),
    ("POST", "/api/sets/{id}/invite-links/{token}/revoke", 401),
    ("POST", "/api/sets/{id}/leave", 401),
    ("POST", "/api/sets/{id}/members", 401),
    ("POST", "/api/side", 401),
];

#[test]
fn every_rpc_declares_what_this_table_says() {
    let rules = rules("siddes.").expect("all declared");
    let declared: BTreeSet<String> = rules.keys().cloned().collect();
    let expected: BTreeSet<String> = RPCS.iter().map(|(path, ..)| (*path).to_owned()).collect();
    assert_eq!(declared, expected, "an rpc without a row here, or a row without an rpc");
    for (path, access, callers) in RPCS {
        let rule = &rules[*path];
        let names: Vec<&str> = rule.callers.iter().map(|role| role.as_str()).collect();
        assert_eq!((rule.access, names.as_slice()), (*access, *callers), "{path}");
    }
}

/// What changes nothing, and may therefore be asked a second time when no answer came.
const READS: &[&str] = &[
    "/siddes.auth.v1.Accounts/GetRegion",
    "/siddes.auth.v1.Accounts/Me",
    "/siddes.auth.v1.Credentials/Connected",
    "/siddes.auth.v1.Directory/Accounts",
    "/siddes.auth.v1.Directory/ResolveHandles",
    "/siddes.auth.v1.Export/ReadPiece",
    "/siddes.auth.v1.OwnSessions/List",
    "/siddes.auth.v1.Runtime/RuntimeFlags",
    "/siddes.auth.v1.Sessions/Authenticate",
    "/siddes.inbox.v1.Account/Export",
    "/siddes.inbox.v1.Notifications/List",
    "/siddes.safety.v1.Account/Export",
    "/siddes.safety.v1.Blocks/List",
    "/siddes.safety.v1.Mutes/List",
    "/siddes.social.v1.AccessRequests/ListAsked",
    "/siddes.social.v1.Account/Export",
    "/siddes.social.v1.Circles/Get",
    "/siddes.social.v1.Circles/List",
    "/siddes.social.v1.Circles/ListEvents",
    "/siddes.social.v1.Feed/List",
    "/siddes.social.v1.Follows/ListPublicFollowers",
    "/siddes.social.v1.Follows/ListPublicFollowing",
    "/siddes.social.v1.HiddenPosts/List",
    "/siddes.social.v1.InviteLinks/List",
    "/siddes.social.v1.InviteLinks/Preview",
    "/siddes.social.v1.Invites/Get",
    "/siddes.social.v1.Invites/List",
    "/siddes.social.v1.Placements/ListFollowers",
    "/siddes.social.v1.Placements/ListSiders",
    "/siddes.social.v1.Posts/Get",
    "/siddes.social.v1.Posts/Visible",
    "/siddes.social.v1.Prism/GetPrism",
    "/siddes.social.v1.Profiles/GetCard",
    "/siddes.social.v1.Profiles/GetProfile",
    "/siddes.social.v1.Relations/Audience",
    "/siddes.social.v1.Relations/Cards",
    "/siddes.social.v1.Relations/FollowState",
    "/siddes.social.v1.Relations/MemberSides",
    "/siddes.social.v1.Relations/MembersOf",
    "/siddes.social.v1.Relations/MyCircles",
    "/siddes.social.v1.Relations/Resolve",
    "/siddes.social.v1.Relations/SeenCircles",
    "/siddes.social.v1.Relations/SharedLabels",
    "/siddes.social.v1.Relations/Sides",
    "/siddes.social.v1.Replies/List",
    "/siddes.social.v1.Search/People",
    "/siddes.social.v1.Search/Posts",
    "/siddes.social.v1.Search/PostsOf",
    "/siddes.social.v1.Slate/List",
    "/siddes.social.v1.Targets/DescribeTarget",
    "/siddes.status.v1.Status/Get",
];

#[test]
fn every_read_is_declared_as_one_and_nothing_else_is() {
    let declared = RPCS.iter().map(|(path, ..)| *path).filter(|path| Repeat::of(path) == Repeat::Read);
    assert_eq!(declared.collect::<Vec<_>>(), READS);
}

/// Opened by a session that is nobody's any more: who put the account to rest goes on with it. Nobody else gets further
/// than where others ask for a viewer.
const RESTS: (&str, &str) = ("/api/auth/account/deactivate", "/siddes.auth.v1.Leaving/Deactivate");

#[tokio::test(flavor = "multi_thread")]
async fn every_route_answers_nobody_as_this_table_says() {
    let world = World::new().await;
    let declared: BTreeSet<(String, String)> =
        gateway::routes().iter().map(|route| (route.method.to_string(), route.path.to_owned())).collect();
    let expected: BTreeSet<(String, String)> =
        ROUTES.iter().map(|(method, path, _)| ((*method).to_owned(), (*path).to_owned())).collect();
    assert_eq!(declared, expected, "a route without a row here, or a row without a route");
    world.ready().await;
    let nobody = world.anonymous();
    for (method, path, status) in ROUTES {
        let documented = &gateway::document()["paths"][path][method.to_lowercase()]["x-access"];
        let for_viewers = *status == 401 && *path != RESTS.0;
        let expected = if for_viewers { "viewer" } else { "anonymous" };
        assert_eq!(documented, expected, "{method} {path}: what the document says");
        let path = path.replace("{id}", "p_1_00000000").replace("{token}", "%40nobody");
        let method: Method = method.parse().unwrap();
        let body = (method == Method::POST).then(|| json!({}));
        let answer = nobody.call(method.clone(), &path, body.as_ref()).await;
        assert_eq!(answer.status.as_u16(), *status, "{method} {path}: {:?}", answer.json());
        if *status == 401 {
            answer.refused(401, "restricted");
        }
    }
}

/// The gRPC code that this channel gets for an empty message.
async fn code(channel: Channel, path: &str) -> Code {
    let message = axum::body::Body::from(vec![0; 5]);
    let request = Request::builder()
        .method(Method::POST)
        .uri(format!("http://service{path}"))
        .header("content-type", "application/grpc")
        .body(Body::new(message))
        .unwrap();
    let response = channel.oneshot(request).await.unwrap();
    let status = response.headers().get("grpc-status").and_then(|code| code.to_str().ok());
    status.map_or(Code::Ok, |code| Code::from_bytes(code.as_bytes()))
}

fn target(path: &str) -> Vec<Role> {
    let own =
        Role::SERVICES.into_iter().filter(|role| path.starts_with(&format!("/siddes.{role}."))).collect::<Vec<_>>();
    // Status is served by every service.
    if own.is_empty() { Role::SERVICES.to_vec() } else { own }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_rpc_refuses_whoever_its_declaration_does_not_name() {
    let world = World::new().await;
    let refused = [Code::Unauthenticated, Code::PermissionDenied];
    for (path, access, callers) in RPCS {
        for target in target(path) {
            for caller in Role::ALL {
                let named = match access {
                    Access::Service => callers.contains(&caller.as_str()),
                    _ => caller == Role::Gateway,
                };
                let code = code(world.channel(caller, target), path).await;
                // Named callers come as far as the rule; without a viewer, those that need one do not.
                let admitted = named && *access != Access::Viewer && *path != RESTS.1;
                assert_eq!(!refused.contains(&code), admitted, "{caller} calls {path} of {target}: {code:?}");
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_viewer_is_who_auth_says_and_for_fifteen_seconds() {
    let world = World::new().await;
    let [ann] = world.people(["ann"]).await;
    let now = world.ambient.clock.now();
    let viewer = Viewer {
        person: Person {
            id: AccountId(ann.id.0),
            username: "ann".to_owned(),
            full_name: String::new(),
            state: AccountState::Active,
            until: None,
            staff: false,
            email_verified: false,
            created_at: now,
            version: 1,
        },
        session_id: 1,
        age_confirmed: true,
        min_age: 13,
        reason: None,
    };
    let token_of = |role| {
        let issuer = Issuer::new(SigningKey::derived(&world.secret, role).unwrap());
        issuer.viewer_token(&viewer, now).unwrap()
    };
    let path = "/siddes.social.v1.Placements/ListSiders";
    let call = async |token: &str| code(world.channel(Role::Gateway, Role::Social).on_behalf_of(token), path).await;
    let good = token_of(Role::Auth);
    assert_eq!(call(&good).await, Code::Ok);
    assert_eq!(call(&token_of(Role::Gateway)).await, Code::Unauthenticated, "signed by another role");
    assert_eq!(call(&good[..good.len() - 4]).await, Code::Unauthenticated, "cut");
    // A good token in the hands of a service that may not speak for people.
    let safety = world.channel(Role::Safety, Role::Social).on_behalf_of(&good);
    assert_eq!(code(safety, path).await, Code::PermissionDenied);
    world.ambient.clock.advance(Duration::seconds(16));
    assert_eq!(call(&good).await, Code::Unauthenticated, "over");
}
