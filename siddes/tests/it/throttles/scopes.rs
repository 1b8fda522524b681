//! Every scope that a route uses: its limit bites on each of its routes, under its own name.

use std::collections::{BTreeMap, BTreeSet};

use gateway::{Route, Session};
use serde_json::json;
use testkit::{PASSWORD, Person, World};

use super::from;

/// Counted when the body is read: see the tests of identifiers.
const BY_IDENTIFIER: [&str; 8] = [
    "auth_signup",
    "auth_signup_ident",
    "auth_login",
    "auth_login_ident",
    "auth_magic_ident",
    "auth_pw_reset_ident",
    "auth_email_change_request",
    "auth_email_change_ident",
];

/// Counted with a wrong password's name, or ending the account's sessions: see the tests of those.
const ELSEWHERE: [&str; 2] = ["auth_pw_change", "auth_account_deactivate"];

#[tokio::test(flavor = "multi_thread")]
async fn every_scope_bites_on_every_route_that_names_it() {
    let mut routes: BTreeMap<&str, Vec<&Route>> = BTreeMap::new();
    for route in gateway::routes() {
        for scope in route.throttle.iter().filter(|scope| !BY_IDENTIFIER.contains(scope) && !ELSEWHERE.contains(scope))
        {
            routes.entry(scope).or_default().push(route);
        }
    }
    let mut world = World::builder();
    for scope in routes.keys() {
        let name = format!("SIDDES_THROTTLE_{}", scope.to_uppercase());
        world = world.setting(&name, "1/hour");
        if gateway::SCOPES.iter().any(|row| row.name == *scope && row.counts_addresses()) {
            world = world.setting(&format!("{name}_ANON"), "1/hour");
        }
    }
    let world = world.build().await;
    let [ann] = world.people(["ann"]).await;
    // Signing out ends a session, and with another one it is the same account still.
    let elsewhere = world.anonymous();
    let body = json!({ "identifier": "ann", "password": PASSWORD });
    elsewhere.post("/api/auth/login", &body).await.expect(200);
    let mut bitten = BTreeSet::new();
    for (number, (scope, routes)) in routes.iter().enumerate() {
        for (kind, network, person) in [("signed in", 1, &ann), ("nobody", 2, &world.anonymous())] {
            // Each scope from an address of its own, so that only its own calls are counted with it.
            let address = format!("203.0.{network}.{}", number + 1);
            let routes = || routes.iter().filter(|route| meets(route, person));
            let Some(first) = routes().next() else { continue };
            let leaver = if kind == "signed in" && *scope == "auth_logout" { &elsewhere } else { person };
            assert_ne!(call(&world, &address, leaver, first).await.0, 429, "{scope} {kind}: the first");
            for route in routes() {
                let what = format!("{scope} {kind}: {} {}", route.method, route.path);
                // A session that the route does not look at changes nothing.
                if route.session == Session::Unused && first.session != Session::Unused {
                    call(&world, &address, person, route).await;
                }
                assert_eq!(call(&world, &address, person, route).await, (429, (*scope).to_owned()), "{what}");
                bitten.insert(*scope);
            }
        }
    }
    assert_eq!(bitten, routes.keys().copied().collect());
}

/// Whether the limits are reached at all: writes of nobody, and calls to doors for accounts, end before them.
fn meets(route: &Route, person: &Person) -> bool {
    person.name != "anonymous" || route.method == "GET" || route.path.starts_with("/api/auth/")
}

/// The status, and the scope that refused.
async fn call(world: &World, address: &str, person: &Person, route: &Route) -> (u16, String) {
    let path = route.path.replace("{id}", "p_1_a").replace("{token}", "@nobody");
    let answer = from(world, address, person, route.method.clone(), &path, "{}").await;
    (answer.status.as_u16(), answer.json()["scope"].as_str().unwrap_or_default().to_owned())
}
