//! The whole API as one table: method, path, who may call, how the account's state meets it, limits, rpc, handler.

mod paths;
#[cfg(test)]
mod tests;

use http::Method;

pub(crate) use self::paths::{find, method_name, methods, template};
use crate::{api, door::Door};

/// Who may call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    Anonymous,
    /// Signed in; else 401.
    Viewer,
}

/// How a restricted account meets an unsafe route.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AccountState {
    /// 403 in the gateway.
    Enforced,
    /// Open: it reads, or it protects people, or it concerns the account itself.
    Exempt,
    /// The service decides, since only some calls lower access.
    Service,
}

/// Who asks for the session behind the cookie.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Session {
    /// The session layer, before anything is decided.
    Recognised,
    /// The handler passes the tokens on: its one rpc authenticates too.
    Handler,
    /// Nobody.
    Unused,
}

/// One door.
pub struct Route {
    pub method: Method,
    /// With `{id}` for an id, and `{token}` for any text.
    pub path: &'static str,
    pub access: Access,
    pub account_state: AccountState,
    pub session: Session,
    /// Throttle scopes; only probes have none.
    pub throttle: &'static [&'static str],
    /// What it calls, as `siddes.auth.v1.Accounts/Me`; "" = nothing.
    pub rpc: &'static str,
    pub(crate) door: Door,
}

macro_rules! table {
    ($($method:ident $path:literal $access:ident $state:ident $session:ident $throttle:tt $rpc:literal => $door:path;)*) => {
        &[$(Route {
            method: Method::$method,
            path: $path,
            access: Access::$access,
            account_state: AccountState::$state,
            session: Session::$session,
            throttle: &$throttle,
            rpc: $rpc,
            door: $door,
        }),*]
    };
}

static ROUTES: &[Route] = table! {
    // method path access account-state session throttle rpc => door
    GET "/healthz" Anonymous Exempt Unused [] "" => api::health::LIVE;
    GET "/readyz" Anonymous Exempt Unused [] "" => api::health::READY;
    GET "/api/health" Anonymous Exempt Unused ["health"] "" => api::health::PUBLIC;
    GET "/api/openapi.json" Anonymous Exempt Unused ["health"] "" => api::docs::DOCUMENT;
    GET "/api/docs" Anonymous Exempt Unused ["health"] "" => api::docs::PAGE;

    POST "/api/auth/signup" Anonymous Exempt Handler ["auth_signup", "auth_signup_ident"] "siddes.auth.v1.Accounts/SignUp" => api::auth::signup::POST;
    POST "/api/auth/login" Anonymous Exempt Handler ["auth_login", "auth_login_ident"] "siddes.auth.v1.Sessions/LogIn" => api::auth::login::POST;
    POST "/api/auth/google" Anonymous Exempt Recognised ["auth_google"] "siddes.auth.v1.Identities/Google" => api::auth::google::POST;
    POST "/api/auth/apple" Anonymous Exempt Recognised ["auth_apple"] "siddes.auth.v1.Identities/Apple" => api::auth::apple::POST;
    POST "/api/auth/phone/confirm" Anonymous Exempt Unused ["auth_apple"] "" => api::auth::phone::CONFIRM;
    POST "/api/auth/logout" Anonymous Exempt Recognised ["auth_logout"] "siddes.auth.v1.Sessions/LogOut" => api::auth::logout::POST;
    GET "/api/auth/me" Anonymous Exempt Handler ["auth_me"] "siddes.auth.v1.Accounts/Me" => api::auth::me::GET;
    GET "/api/auth/csrf" Anonymous Exempt Unused ["auth_me"] "" => api::auth::csrf::GET;
    POST "/api/auth/age/confirm" Viewer Exempt Recognised ["auth_age_gate"] "siddes.auth.v1.Accounts/ConfirmAge" => api::auth::age::POST;
    POST "/api/auth/verify/resend" Viewer Exempt Recognised ["auth_verify_resend"] "siddes.auth.v1.Mail/RequestVerification" => api::auth::verify::RESEND;
    POST "/api/auth/verify/confirm" Anonymous Exempt Recognised ["auth_verify_confirm"] "siddes.auth.v1.Mail/ConfirmVerification" => api::auth::verify::CONFIRM;
    POST "/api/auth/magic/request" Anonymous Exempt Recognised ["auth_magic_request", "auth_magic_ident"] "siddes.auth.v1.Mail/RequestMagicLink" => api::auth::magic::REQUEST;
    POST "/api/auth/magic/consume" Anonymous Exempt Recognised ["auth_magic_consume"] "siddes.auth.v1.Mail/ConsumeMagicLink" => api::auth::magic::CONSUME;
    POST "/api/auth/password/reset/request" Anonymous Exempt Recognised ["auth_pw_reset_request", "auth_pw_reset_ident"] "siddes.auth.v1.Mail/RequestPasswordReset" => api::auth::password_reset::REQUEST;
    POST "/api/auth/password/reset/confirm" Anonymous Exempt Recognised ["auth_pw_reset_confirm"] "siddes.auth.v1.Mail/ConfirmPasswordReset" => api::auth::password_reset::CONFIRM;
    POST "/api/auth/email/change/request" Viewer Exempt Recognised ["auth_email_change_request", "auth_email_change_ident"] "siddes.auth.v1.Mail/RequestEmailChange" => api::auth::email_change::REQUEST;
    POST "/api/auth/email/change/confirm" Anonymous Exempt Recognised ["auth_email_change_confirm"] "siddes.auth.v1.Mail/ConfirmEmailChange" => api::auth::email_change::CONFIRM;
    POST "/api/auth/username/set" Viewer Service Recognised ["auth_username_set"] "siddes.auth.v1.Accounts/SetUsername" => api::auth::username::POST;
    POST "/api/auth/onboarding/complete" Viewer Exempt Recognised ["auth_onboarding"] "siddes.auth.v1.Accounts/CompleteOnboarding" => api::auth::onboarding::POST;
    POST "/api/auth/password/change" Viewer Exempt Recognised ["auth_pw_change", "auth_login_ident"] "siddes.auth.v1.Credentials/ChangePassword" => api::auth::password_change::POST;
    GET "/api/auth/connected" Viewer Exempt Recognised ["auth_connected"] "siddes.auth.v1.Credentials/Connected" => api::auth::connected::GET;
    GET "/api/auth/sessions" Viewer Exempt Recognised ["auth_sessions_list"] "siddes.auth.v1.OwnSessions/List" => api::auth::sessions::LIST;
    POST "/api/auth/sessions/revoke" Viewer Exempt Recognised ["auth_sessions_revoke"] "siddes.auth.v1.OwnSessions/Revoke" => api::auth::sessions::REVOKE;
    POST "/api/auth/sessions/logout_all" Viewer Exempt Recognised ["auth_sessions_logout_all"] "siddes.auth.v1.OwnSessions/LogOutAll" => api::auth::logout_all::POST;
    POST "/api/auth/account/deactivate" Anonymous Exempt Recognised ["auth_account_deactivate"] "siddes.auth.v1.Leaving/Deactivate" => api::auth::deactivate::POST;
    POST "/api/auth/account/delete/request" Viewer Exempt Recognised ["auth_account_delete_request"] "siddes.auth.v1.Leaving/RequestDeletion" => api::auth::delete_request::POST;
    POST "/api/auth/account/delete/confirm" Anonymous Exempt Recognised ["auth_account_delete_confirm"] "siddes.auth.v1.Leaving/ConfirmDeletion" => api::auth::delete_confirm::POST;
    GET "/api/auth/export" Viewer Exempt Recognised ["auth_export"] "siddes.auth.v1.Export/Get" => api::auth::export::GET;
    GET "/api/auth/export/file" Anonymous Exempt Unused ["auth_export"] "siddes.auth.v1.Export/OpenFile" => api::auth::export::FILE;
    GET "/api/auth/region" Viewer Exempt Recognised ["auth_region"] "siddes.auth.v1.Accounts/GetRegion" => api::auth::region::GET;
    POST "/api/auth/region" Viewer Exempt Recognised ["auth_region"] "siddes.auth.v1.Accounts/SetRegion" => api::auth::region::POST;

    POST "/api/side" Viewer Service Recognised ["side_write"] "siddes.social.v1.Placements/Place" => api::social::side::POST;
    GET "/api/siders" Viewer Exempt Recognised ["ledger_read"] "siddes.social.v1.Placements/ListSiders" => api::social::ledger::SIDERS;
    GET "/api/followers" Viewer Exempt Recognised ["ledger_read"] "siddes.social.v1.Placements/ListFollowers" => api::social::ledger::FOLLOWERS;
    POST "/api/follow" Viewer Service Recognised ["follow_write"] "siddes.social.v1.Follows/SetFollow" => api::social::follow::POST;
    GET "/api/public-followers/{token}" Anonymous Exempt Recognised ["profile_read"] "siddes.social.v1.Follows/ListPublicFollowers" => api::social::roster::FOLLOWERS;
    GET "/api/public-following/{token}" Anonymous Exempt Recognised ["profile_read"] "siddes.social.v1.Follows/ListPublicFollowing" => api::social::roster::FOLLOWING;
    POST "/api/access-requests" Viewer Enforced Recognised ["access_request"] "siddes.social.v1.AccessRequests/Ask" => api::social::access_requests::ASK;
    GET "/api/access-requests" Viewer Exempt Recognised ["ledger_read"] "siddes.social.v1.AccessRequests/ListAsked" => api::social::access_requests::LIST;
    POST "/api/access-requests/{id}/respond" Viewer Service Recognised ["access_respond"] "siddes.social.v1.AccessRequests/Respond" => api::social::access_requests::RESPOND;
    GET "/api/prism" Viewer Exempt Recognised ["prism_read"] "siddes.social.v1.Prism/GetPrism" => api::social::prism::GET;
    PATCH "/api/prism" Viewer Enforced Recognised ["prism_write"] "siddes.social.v1.Prism/EditFacet" => api::social::prism::PATCH;
    GET "/api/profile/{token}" Anonymous Exempt Recognised ["profile_read"] "siddes.social.v1.Profiles/GetProfile" => api::social::profile::GET;
    GET "/api/users/{token}" Anonymous Exempt Recognised ["search_users"] "siddes.social.v1.Profiles/GetCard" => api::social::user_card::GET;
    GET "/api/users/{token}/posts" Anonymous Exempt Recognised ["search_posts"] "siddes.social.v1.Search/PostsOf" => api::social::user_posts::GET;
    GET "/api/search/users" Anonymous Exempt Recognised ["search_users"] "siddes.social.v1.Search/People" => api::social::search_users::GET;
    GET "/api/search/posts" Anonymous Exempt Recognised ["search_posts"] "siddes.social.v1.Search/Posts" => api::social::search_posts::GET;
    GET "/api/slate" Anonymous Exempt Unused ["slate_public"] "siddes.social.v1.Slate/List" => api::social::slate::GET;
    POST "/api/post" Viewer Enforced Recognised ["post_create"] "siddes.social.v1.Posts/Create" => api::social::post::CREATE;
    GET "/api/post/{id}" Anonymous Exempt Recognised ["post_read"] "siddes.social.v1.Posts/Get" => api::social::post::GET;
    PATCH "/api/post/{id}" Viewer Enforced Recognised ["post_edit"] "siddes.social.v1.Posts/Edit" => api::social::post::PATCH;
    DELETE "/api/post/{id}" Viewer Service Recognised ["post_delete"] "siddes.social.v1.Posts/Delete" => api::social::post::DELETE;
    POST "/api/post/{id}/echo" Viewer Enforced Recognised ["post_echo"] "siddes.social.v1.Echoes/Echo" => api::social::echo::POST;
    DELETE "/api/post/{id}/echo" Viewer Service Recognised ["post_echo"] "siddes.social.v1.Echoes/Unecho" => api::social::echo::DELETE;
    POST "/api/post/{id}/quote" Viewer Enforced Recognised ["post_quote"] "siddes.social.v1.Echoes/Quote" => api::social::quote::POST;
    GET "/api/post/{id}/replies" Anonymous Exempt Recognised ["post_read"] "siddes.social.v1.Replies/List" => api::social::replies::GET;
    POST "/api/post/{id}/reply" Viewer Enforced Recognised ["post_reply_create"] "siddes.social.v1.Replies/Create" => api::social::reply::POST;
    POST "/api/post/{id}/like" Viewer Enforced Recognised ["post_like"] "siddes.social.v1.Likes/Like" => api::social::like::POST;
    DELETE "/api/post/{id}/like" Viewer Service Recognised ["post_like"] "siddes.social.v1.Likes/Unlike" => api::social::like::DELETE;
    GET "/api/feed" Anonymous Exempt Recognised ["feed"] "siddes.social.v1.Feed/List" => api::social::feed::GET;

    GET "/api/circles" Anonymous Exempt Recognised ["circles_read"] "siddes.social.v1.Circles/List" => api::social::circles::LIST;
    POST "/api/circles" Viewer Enforced Recognised ["circles_write"] "siddes.social.v1.Circles/Create" => api::social::circles::CREATE;
    GET "/api/circles/{id}" Anonymous Exempt Recognised ["circles_read"] "siddes.social.v1.Circles/Get" => api::social::circle::GET;
    PATCH "/api/circles/{id}" Viewer Service Recognised ["circles_write"] "siddes.social.v1.Circles/Edit" => api::social::circle::PATCH;
    DELETE "/api/circles/{id}" Viewer Service Recognised ["circles_write"] "siddes.social.v1.Circles/Delete" => api::social::circle::DELETE;
    POST "/api/circles/{id}/members" Viewer Service Recognised ["circles_write"] "siddes.social.v1.Circles/ChangeMembers" => api::social::circle_members::POST;
    POST "/api/circles/{id}/leave" Viewer Service Recognised ["circles_write"] "siddes.social.v1.Circles/Leave" => api::social::circle_members::LEAVE;
    GET "/api/circles/{id}/events" Anonymous Exempt Recognised ["circles_read"] "siddes.social.v1.Circles/ListEvents" => api::social::circle_events::GET;
    // Circles under their other name.
    GET "/api/sets" Anonymous Exempt Recognised ["circles_read"] "siddes.social.v1.Circles/List" => api::social::circles::LIST;
    POST "/api/sets" Viewer Enforced Recognised ["circles_write"] "siddes.social.v1.Circles/Create" => api::social::circles::CREATE;
    GET "/api/sets/{id}" Anonymous Exempt Recognised ["circles_read"] "siddes.social.v1.Circles/Get" => api::social::circle::GET;
    PATCH "/api/sets/{id}" Viewer Service Recognised ["circles_write"] "siddes.social.v1.Circles/Edit" => api::social::circle::PATCH;
    DELETE "/api/sets/{id}" Viewer Service Recognised ["circles_write"] "siddes.social.v1.Circles/Delete" => api::social::circle::DELETE;
    POST "/api/sets/{id}/members" Viewer Service Recognised ["circles_write"] "siddes.social.v1.Circles/ChangeMembers" => api::social::circle_members::POST;
    POST "/api/sets/{id}/leave" Viewer Service Recognised ["circles_write"] "siddes.social.v1.Circles/Leave" => api::social::circle_members::LEAVE;
    GET "/api/sets/{id}/events" Anonymous Exempt Recognised ["circles_read"] "siddes.social.v1.Circles/ListEvents" => api::social::circle_events::GET;

    GET "/api/invites" Anonymous Exempt Recognised ["invites_list"] "siddes.social.v1.Invites/List" => api::social::invites::LIST;
    POST "/api/invites" Viewer Enforced Recognised ["invites_create"] "siddes.social.v1.Invites/Create" => api::social::invites::CREATE;
    GET "/api/invites/{id}" Anonymous Exempt Recognised ["invites_detail"] "siddes.social.v1.Invites/Get" => api::social::invite::GET;
    PATCH "/api/invites/{id}" Viewer Service Recognised ["invites_action"] "siddes.social.v1.Invites/Answer" => api::social::invite::PATCH;
    GET "/api/circles/{id}/invite-links" Anonymous Exempt Recognised ["invites_links"] "siddes.social.v1.InviteLinks/List" => api::social::invite_links::LIST;
    POST "/api/circles/{id}/invite-links" Viewer Enforced Recognised ["invites_links"] "siddes.social.v1.InviteLinks/Create" => api::social::invite_links::CREATE;
    POST "/api/circles/{id}/invite-links/{token}/revoke" Viewer Service Recognised ["invites_links_revoke"] "siddes.social.v1.InviteLinks/Revoke" => api::social::invite_links::REVOKE;
    GET "/api/sets/{id}/invite-links" Anonymous Exempt Recognised ["invites_links"] "siddes.social.v1.InviteLinks/List" => api::social::invite_links::LIST;
    POST "/api/sets/{id}/invite-links" Viewer Enforced Recognised ["invites_links"] "siddes.social.v1.InviteLinks/Create" => api::social::invite_links::CREATE;
    POST "/api/sets/{id}/invite-links/{token}/revoke" Viewer Service Recognised ["invites_links_revoke"] "siddes.social.v1.InviteLinks/Revoke" => api::social::invite_links::REVOKE;
    GET "/api/invite-links/{token}" Anonymous Exempt Recognised ["invites_links_public"] "siddes.social.v1.InviteLinks/Preview" => api::social::invite_link::GET;
    POST "/api/invite-links/{token}/accept" Viewer Enforced Recognised ["invites_links_accept"] "siddes.social.v1.InviteLinks/Accept" => api::social::invite_link::ACCEPT;

    GET "/api/notifications" Anonymous Exempt Recognised ["notifications"] "siddes.inbox.v1.Notifications/List" => api::inbox::notifications::LIST;
    POST "/api/notifications/mark-read" Viewer Enforced Recognised ["notifications"] "siddes.inbox.v1.Notifications/MarkRead" => api::inbox::notifications::MARK;
    POST "/api/notifications/mark-all-read" Viewer Enforced Recognised ["notifications"] "siddes.inbox.v1.Notifications/MarkAllRead" => api::inbox::notifications::MARK_ALL;

    POST "/api/blocks" Viewer Exempt Recognised ["safety_block"] "siddes.safety.v1.Blocks/Block" => api::safety::blocks::POST;
    GET "/api/blocks" Viewer Exempt Recognised ["safety_read"] "siddes.safety.v1.Blocks/List" => api::safety::blocks::LIST;
    DELETE "/api/blocks/{token}" Viewer Exempt Recognised ["safety_block"] "siddes.safety.v1.Blocks/Unblock" => api::safety::blocks::DELETE;
    POST "/api/hidden-posts" Viewer Exempt Recognised ["safety_hide"] "siddes.social.v1.HiddenPosts/Set" => api::social::hidden_posts::POST;
    GET "/api/hidden-posts" Viewer Exempt Recognised ["safety_read"] "siddes.social.v1.HiddenPosts/List" => api::social::hidden_posts::LIST;
    POST "/api/mutes" Viewer Exempt Recognised ["safety_mute"] "siddes.safety.v1.Mutes/Mute" => api::safety::mutes::POST;
    GET "/api/mutes" Viewer Exempt Recognised ["safety_read"] "siddes.safety.v1.Mutes/List" => api::safety::mutes::LIST;
    DELETE "/api/mutes/{token}" Viewer Exempt Recognised ["safety_mute"] "siddes.safety.v1.Mutes/Unmute" => api::safety::mutes::DELETE;
};

/// All doors.
pub fn routes() -> &'static [Route] {
    ROUTES
}
