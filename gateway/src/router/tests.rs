//! The table of routes agrees with the protos, the limits and the settings, and paths are exact.

use std::collections::BTreeSet;

use platform::access;
use proto::access::v1::Access as RpcAccess;

use super::{paths::Params, *};
use crate::{layers::throttle::table, prefixes::Prefixes, settings::STATE_ALLOWLIST};

/// Asked by the session layer for every route, and by the door of an export's file for each piece of it.
const ASKED_BESIDES: [&str; 2] = ["siddes.auth.v1.Sessions/Authenticate", "siddes.auth.v1.Export/ReadPiece"];

#[test]
fn every_door_says_what_its_rpc_says() {
    let rules = access::rules("siddes.").expect("declarations");
    let mut called = BTreeSet::from(ASKED_BESIDES.map(str::to_owned));
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
    assert_eq!(found.params, Params { first: "@ann/x".to_owned(), second: String::new() });
}

#[test]
fn a_path_may_name_two_things() {
    let path = "/api/circles/set_1_a/invite-links/il_%41/revoke";
    let found = find(path, &Method::POST).expect("a door");
    assert_eq!(found.params, Params { first: "set_1_a".to_owned(), second: "il_A".to_owned() });
    assert_eq!(template(path), "/api/circles/{id}/invite-links/{token}/revoke", "what logs say of it");
    assert_eq!(template("/api/circles/a%2Fb/invite-links/il_a/revoke"), "unknown");
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
    assert_eq!(methods("/api/post/p_1_a"), ["GET", "HEAD", "PATCH", "DELETE", "OPTIONS"]);
    assert_eq!(methods("/api/side"), ["POST", "OPTIONS"]);
    assert!(methods("/api/nowhere").is_empty());
    assert!(find("/api/feed", &Method::HEAD).is_some());
}
