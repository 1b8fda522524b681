//! The whole API as one table: method, path, who may call, how the account's state meets it, limits, rpc, handler.

use std::{collections::BTreeMap, sync::LazyLock};

use http::Method;

use crate::{api, door::Door, query::percent_decode};

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
    POST "/api/auth/logout" Anonymous Exempt Recognised ["auth_logout"] "siddes.auth.v1.Sessions/LogOut" => api::auth::logout::POST;
    GET "/api/auth/me" Anonymous Exempt Handler ["auth_me"] "siddes.auth.v1.Accounts/Me" => api::auth::me::GET;
    GET "/api/auth/csrf" Anonymous Exempt Unused ["auth_me"] "" => api::auth::csrf::GET;
    POST "/api/auth/age/confirm" Viewer Exempt Recognised ["auth_age_gate"] "siddes.auth.v1.Accounts/ConfirmAge" => api::auth::age::POST;
    POST "/api/auth/username/set" Viewer Service Recognised ["auth_username_set"] "siddes.auth.v1.Accounts/SetUsername" => api::auth::username::POST;
    POST "/api/auth/onboarding/complete" Viewer Exempt Recognised ["auth_onboarding"] "siddes.auth.v1.Accounts/CompleteOnboarding" => api::auth::onboarding::POST;
    GET "/api/auth/region" Viewer Exempt Recognised ["auth_region"] "siddes.auth.v1.Accounts/GetRegion" => api::auth::region::GET;
    POST "/api/auth/region" Viewer Exempt Recognised ["auth_region"] "siddes.auth.v1.Accounts/SetRegion" => api::auth::region::POST;

    POST "/api/side" Viewer Service Recognised ["side_write"] "siddes.social.v1.Placements/Place" => api::social::side::POST;
    GET "/api/siders" Viewer Exempt Recognised ["ledger_read"] "siddes.social.v1.Placements/ListSiders" => api::social::ledger::SIDERS;
    GET "/api/followers" Viewer Exempt Recognised ["ledger_read"] "siddes.social.v1.Placements/ListFollowers" => api::social::ledger::FOLLOWERS;
    POST "/api/post" Viewer Enforced Recognised ["post_create"] "siddes.social.v1.Posts/Create" => api::social::post::CREATE;
    GET "/api/post/{id}" Anonymous Exempt Recognised ["post_read"] "siddes.social.v1.Posts/Get" => api::social::post::GET;
    DELETE "/api/post/{id}" Viewer Service Recognised ["post_delete"] "siddes.social.v1.Posts/Delete" => api::social::post::DELETE;
    GET "/api/feed" Anonymous Exempt Recognised ["feed"] "siddes.social.v1.Feed/List" => api::social::feed::GET;

    POST "/api/blocks" Viewer Exempt Recognised ["safety_block"] "siddes.safety.v1.Blocks/Block" => api::safety::blocks::POST;
    GET "/api/blocks" Viewer Exempt Recognised ["safety_read"] "siddes.safety.v1.Blocks/List" => api::safety::blocks::LIST;
    DELETE "/api/blocks/{token}" Viewer Exempt Recognised ["safety_block"] "siddes.safety.v1.Blocks/Unblock" => api::safety::blocks::DELETE;
    POST "/api/mutes" Viewer Exempt Recognised ["safety_mute"] "siddes.safety.v1.Mutes/Mute" => api::safety::mutes::POST;
    GET "/api/mutes" Viewer Exempt Recognised ["safety_read"] "siddes.safety.v1.Mutes/List" => api::safety::mutes::LIST;
    DELETE "/api/mutes/{token}" Viewer Exempt Recognised ["safety_mute"] "siddes.safety.v1.Mutes/Unmute" => api::safety::mutes::DELETE;
};

/// All doors.
pub fn routes() -> &'static [Route] {
    ROUTES
}

/// A route, and what its path names.
pub(crate) struct Found {
    pub route: &'static Route,
    /// "" where the path names nothing.
    pub param: String,
}

/// Doors by path. A path that no template fits is none of ours: no trailing slash, no folding of `//`.
static BY_PATH: LazyLock<matchit::Router<Vec<&'static Route>>> = LazyLock::new(|| {
    let mut by_path: BTreeMap<&str, Vec<&'static Route>> = BTreeMap::new();
    for route in ROUTES {
        by_path.entry(route.path).or_default().push(route);
    }
    let mut router = matchit::Router::new();
    for (path, doors) in by_path {
        if let Err(error) = router.insert(path, doors) {
            tracing::error!(path, %error, "a path that cannot be told from another");
        }
    }
    router
});

/// The doors at a path, and what the path names. An id with a slash or NUL in it is no path of ours.
fn at(path: &str) -> Option<(&'static [&'static Route], String)> {
    let found = BY_PATH.at(path).ok()?;
    let mut param = String::new();
    for (name, segment) in found.params.iter() {
        let bytes = percent_decode(segment);
        param = match name {
            "id" => String::from_utf8(bytes).ok().filter(|id| !id.contains(['/', '\0']))?,
            _ => String::from_utf8_lossy(&bytes).into_owned(),
        };
    }
    Some((found.value, param))
}

/// The route of a request; HEAD is GET.
pub(crate) fn find(path: &str, method: &Method) -> Option<Found> {
    let method = if *method == Method::HEAD { &Method::GET } else { method };
    let (doors, param) = at(path)?;
    let route = doors.iter().find(|route| route.method == *method)?;
    Some(Found { route, param })
}

/// What a path takes, for `Allow`; empty for an unknown path.
pub(crate) fn methods(path: &str) -> Vec<&'static str> {
    let mut methods = Vec::new();
    for route in at(path).map_or(&[][..], |(doors, _)| doors) {
        methods.push(method_name(&route.method));
        if route.method == Method::GET {
            methods.push("HEAD");
        }
    }
    if !methods.is_empty() {
        methods.push("OPTIONS");
    }
    methods
}

/// The template that a path fits, for logs.
pub(crate) fn template(path: &str) -> &'static str {
    at(path).and_then(|(doors, _)| doors.first()).map_or("unknown", |route| route.path)
}

/// A closed set, for logs.
pub(crate) fn method_name(method: &Method) -> &'static str {
    let known = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];
    known.into_iter().find(|name| *name == method.as_str()).unwrap_or("other")
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use platform::access;
    use proto::access::v1::Access as RpcAccess;

    use super::*;
    use crate::{layers::throttle::table, prefixes::Prefixes, settings::STATE_ALLOWLIST};

    /// Asked by the session layer for every route.
    const AUTHENTICATE: &str = "siddes.auth.v1.Sessions/Authenticate";

    #[test]
    fn every_door_says_what_its_rpc_says() {
        let rules = access::rules("siddes.").expect("declarations");
        let mut called = BTreeSet::from([AUTHENTICATE.to_owned()]);
        for route in ROUTES.iter().filter(|route| !route.rpc.is_empty()) {
            let rule = rules.get(&format!("/{}", route.rpc)).unwrap_or_else(|| panic!("{} does not exist", route.rpc));
            let expected = match route.access {
                Access::Anonymous => RpcAccess::Anonymous,
                Access::Viewer => RpcAccess::Viewer,
            };
            assert_eq!(rule.access, expected, "{}", route.rpc);
            called.insert(route.rpc.to_owned());
        }
        for (path, rule) in rules {
            let for_us = matches!(rule.access, RpcAccess::Anonymous | RpcAccess::Viewer | RpcAccess::Staff);
            assert!(!for_us || called.contains(path.trim_start_matches('/')), "{path} has no door");
        }
    }

    #[test]
    fn every_door_but_the_probes_has_limits_and_every_limit_is_in_the_table() {
        for route in ROUTES {
            assert_eq!(route.throttle.is_empty(), !route.path.starts_with("/api/"), "{}", route.path);
            assert!(route.throttle.iter().all(|name| table::scope(name).is_some()), "{}", route.path);
        }
    }

    #[test]
    fn exempt_writes_are_those_of_the_allowlist() {
        let allowlist = Prefixes::parse(STATE_ALLOWLIST);
        for route in ROUTES.iter().filter(|route| route.method != Method::GET) {
            let exempt = route.account_state == AccountState::Exempt;
            let covered = allowlist.covers(route.path) && route.account_state != AccountState::Service;
            assert_eq!(exempt, covered, "{}", route.path);
        }
    }

    #[test]
    fn paths_are_exact() {
        let template = |path| template(path);
        assert_eq!(template("/api/post/p_1_a"), "/api/post/{id}");
        assert_eq!(template("/api/blocks/%40ann"), "/api/blocks/{token}");
        for path in [
            "/api/post/",
            "/api/feed/",
            "//api/feed",
            "/api//feed",
            "/API/feed",
            "/api/post/a%2Fb",
            "/api/post/a%00",
            "/api/post/a/b",
            "",
            "/",
            "*",
        ] {
            assert_eq!(template(path), "unknown", "{path}");
        }
        let found = find("/api/blocks/%40ann%2Fx", &Method::DELETE).expect("a token may be anything");
        assert_eq!(found.param, "@ann/x");
    }

    #[test]
    fn every_path_is_found_by_itself() {
        for route in ROUTES {
            let path = route.path.replace(['{', '}'], "");
            assert_eq!(template(&path), route.path);
            assert_eq!(find(&path, &route.method).map(|found| found.route.path), Some(route.path));
        }
    }

    #[test]
    fn get_brings_head_and_everything_options() {
        assert_eq!(methods("/api/post/p_1_a"), ["GET", "HEAD", "DELETE", "OPTIONS"]);
        assert_eq!(methods("/api/side"), ["POST", "OPTIONS"]);
        assert!(methods("/api/nowhere").is_empty());
        assert!(find("/api/feed", &Method::HEAD).is_some());
    }
}
