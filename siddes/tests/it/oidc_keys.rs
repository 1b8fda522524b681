//! The keys of a provider: without the one that decides nobody comes in, and nobody makes us ask for them all day.

use futures::future::join_all;
use serde_json::json;
use testkit::{IssuerMode, Signer, World};
use time::Duration;

use crate::oidc::{by_google, give, google, rows};

#[tokio::test(flavor = "multi_thread")]
async fn without_keys_it_is_503_and_whoever_cannot_be_reached_is_let_alone_for_a_moment() {
    let world = World::builder().oidc().build().await;
    let enter = async || by_google(&world, &world.anonymous(), &google(&world, "g", "a@example.test")).await;
    world.issuer().set(IssuerMode::HangUp);
    for answer in join_all((0..8).map(|_| enter())).await {
        answer.refused(503, "google_unavailable");
        assert!(answer.headers.contains_key("retry-after"));
    }
    assert_eq!(world.issuer().asked(), 1, "the others heard of it");
    world.ambient.clock.advance(Duration::seconds(6));
    world.issuer().set(IssuerMode::Nonsense);
    enter().await.refused(503, "google_unavailable");
    assert_eq!((world.issuer().asked(), rows(&world).await), (2, [0, 0, 0, 0]));
    world.issuer().set(IssuerMode::Answer);
    enter().await.refused(503, "google_unavailable");
    world.ambient.clock.advance(Duration::seconds(6));
    enter().await.expect(200);
    assert_eq!(world.issuer().asked(), 3);
    enter().await.expect(200);
    assert_eq!(world.issuer().asked(), 3, "kept as long as they are good");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_whatever_the_key_is_refused_without_asking() {
    let world = World::builder().oidc().build().await;
    let issuer = world.issuer();
    let claims = google(&world, "g", "a@example.test");
    for token in [issuer.rsa.unsigned(&claims), issuer.rsa.forge(&claims), issuer.ec.sign(&claims), "a.b.c".to_owned()]
    {
        give(&world.anonymous(), "google", &token).await.refused(401, "invalid_google_token");
    }
    assert_eq!(issuer.asked(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_key_is_found_at_once_and_one_that_is_withdrawn_ends_with_it() {
    let world = World::builder().oidc().build().await;
    let issuer = world.issuer();
    let by = async |signer: &Signer| {
        give(&world.anonymous(), "google", &signer.sign(&google(&world, "g", "a@example.test"))).await
    };
    by(&issuer.rsa).await.expect(200);
    let next = Signer::rsa("rsa-2");
    by(&next).await.refused(401, "invalid_google_token");
    issuer.publish(&[&next, &issuer.ec]);
    // It was looked for a moment ago, in vain.
    by(&next).await.refused(401, "invalid_google_token");
    world.ambient.clock.advance(Duration::seconds(61));
    by(&next).await.expect(200);
    by(&issuer.rsa).await.refused(401, "invalid_google_token");
    assert_eq!(issuer.asked(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rotated_key_is_found_before_the_old_ones_are_over() {
    let world = World::builder().oidc().build().await;
    by_google(&world, &world.anonymous(), &google(&world, "g", "a@example.test")).await.expect(200);
    let next = Signer::rsa("rsa-2");
    world.issuer().publish(&[&next]);
    let token = next.sign(&google(&world, "g", "a@example.test"));
    give(&world.anonymous(), "google", &token).await.expect(200);
    assert_eq!(world.issuer().asked(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn names_of_keys_that_nobody_has_make_us_ask_once_a_minute() {
    let world = World::builder().oidc().build().await;
    let issuer = world.issuer();
    let junk = async |number: usize| {
        let head = json!({ "alg": "RS256", "kid": format!("junk-{number}") });
        let token = issuer.rsa.sign_as(&head, &google(&world, "g", "a@example.test"));
        give(&world.anonymous(), "google", &token).await
    };
    for answer in join_all((0..40).map(&junk)).await {
        answer.refused(401, "invalid_google_token");
    }
    assert_eq!(issuer.asked(), 2, "for the keys, and for one that is not among them");
    world.ambient.clock.advance(Duration::seconds(61));
    for number in 0..10 {
        junk(number).await.refused(401, "invalid_google_token");
    }
    assert_eq!(issuer.asked(), 3);
    by_google(&world, &world.anonymous(), &google(&world, "g", "a@example.test")).await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_serve_a_day_while_new_ones_cannot_be_fetched() {
    let world = World::builder().oidc().build().await;
    let enter = async || by_google(&world, &world.anonymous(), &google(&world, "g", "a@example.test")).await;
    enter().await.expect(200);
    world.issuer().set(IssuerMode::HangUp);
    world.ambient.clock.advance(Duration::hours(2));
    enter().await.expect(200);
    assert_eq!(world.issuer().asked(), 2);
    // One that is not among them may exist by now.
    let token = Signer::rsa("rsa-2").sign(&google(&world, "g", "a@example.test"));
    give(&world.anonymous(), "google", &token).await.refused(503, "google_unavailable");
    world.ambient.clock.advance(Duration::hours(21));
    enter().await.expect(200);
    world.ambient.clock.advance(Duration::hours(2));
    enter().await.refused(503, "google_unavailable");
    world.issuer().set(IssuerMode::Answer);
    world.ambient.clock.advance(Duration::seconds(6));
    enter().await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_is_withdrawn_is_good_for_nothing_once_the_others_are_fetched_anew() {
    let world = World::builder().oidc().build().await;
    by_google(&world, &world.anonymous(), &google(&world, "g", "a@example.test")).await.expect(200);
    world.issuer().publish(&[&world.issuer().ec]);
    world.ambient.clock.advance(Duration::minutes(61));
    let late = by_google(&world, &world.anonymous(), &google(&world, "g", "a@example.test")).await;
    late.refused(401, "invalid_google_token");
    assert_eq!(world.issuer().asked(), 2);
}
