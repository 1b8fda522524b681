//! Signing in by Google and Apple succeeds once each, for the document that describes them.

use std::collections::BTreeSet;

use testkit::World;

use crate::oidc::{apple, by_apple, by_google, google};

/// Calls them, and takes them off what is left.
pub async fn call(left: &mut BTreeSet<(String, String)>) {
    let world = World::builder().oidc().build().await;
    by_google(&world, &world.anonymous(), &google(&world, "g", "g@example.test")).await.expect(200);
    by_apple(&world, &world.anonymous(), &apple(&world, "a", "a@example.test")).await.expect(200);
    for path in ["/api/auth/google", "/api/auth/apple"] {
        left.remove(&("post".to_owned(), path.to_owned()));
    }
}
