//! Tokens of a provider: whatever is wrong with one is one answer, nothing is written, and each is good once.

use futures::future::join_all;
use serde_json::{Value, json};
use testkit::{GOOGLE_ID, Signer, World, signed_otherwise};

use crate::oidc::{apple, by_apple, by_google, give, google, rows, with};

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_says_anything_wrong_is_refused_and_nothing_is_written() {
    let world = World::builder().oidc().build().await;
    let now = world.ambient.clock.now().unix_timestamp();
    for (what, wrong) in [
        ("another issuer", json!({ "iss": "https://accounts.google.com.evil.test" })),
        ("Apple's", json!({ "iss": "https://appleid.apple.com" })),
        ("no issuer", json!({ "iss": null })),
        ("for another", json!({ "aud": "somebody.else" })),
        ("for another too", json!({ "aud": [GOOGLE_ID, "somebody.else"] })),
        ("for nobody", json!({ "aud": null })),
        ("given to another", json!({ "azp": "somebody.else" })),
        ("expired", json!({ "exp": now - 61 })),
        ("without an end", json!({ "exp": null })),
        ("old", json!({ "iat": now - 640 })),
        ("of tomorrow", json!({ "iat": now + 86_400 })),
        ("a subject that is no name", json!({ "sub": "x".repeat(256) })),
    ] {
        let claims = with(google(&world, "g", "a@gmail.com"), &wrong);
        let answer = by_google(&world, &world.anonymous(), &claims).await;
        assert_eq!((answer.status.as_u16(), answer.error().as_str()), (401, "invalid_google_token"), "{what}");
        let claims = with(apple(&world, "a", "a@privaterelay.appleid.com"), &wrong);
        if what != "Apple's" {
            by_apple(&world, &world.anonymous(), &claims).await.refused(401, "invalid_apple_token");
        }
    }
    assert_eq!(rows(&world).await, [0, 0, 0, 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_is_not_signed_as_the_provider_signs_is_refused_and_nothing_is_written() {
    let world = World::builder().oidc().build().await;
    let claims = || google(&world, "g", "a@gmail.com");
    let issuer = world.issuer();
    let head = |changed: Value| with(json!({ "alg": "RS256", "kid": "rsa-1" }), &changed);
    let good = issuer.rsa.sign(&claims());
    let parts: Vec<&str> = good.split('.').collect();
    let other_words = issuer.rsa.sign(&with(claims(), &json!({ "sub": "somebody-else" })));
    let other_words = other_words.split('.').nth(1).unwrap();
    for (what, token) in [
        ("signed by nobody", issuer.rsa.unsigned(&claims())),
        ("sealed with the public key", issuer.rsa.forge(&claims())),
        ("by another key under the same name", Signer::rsa("rsa-1").sign(&claims())),
        ("by a key that Google does not sign by", issuer.ec.sign(&claims())),
        ("in the name of another kind of key", issuer.rsa.sign_as(&head(json!({ "kid": "ec-1" })), &claims())),
        ("in another way", issuer.rsa.sign_as(&head(json!({ "alg": "RS512" })), &claims())),
        ("by a key without a name", issuer.rsa.sign_as(&head(json!({ "kid": null })), &claims())),
        ("by a key that nobody knows", issuer.rsa.sign_as(&head(json!({ "kid": "rsa-9" })), &claims())),
        ("with what must be understood", issuer.rsa.sign_as(&head(json!({ "crit": ["b64"] })), &claims())),
        ("with its own key", issuer.rsa.sign_as(&head(json!({ "kid": "x", "jwk": issuer.rsa.jwk() })), &claims())),
        ("other words", format!("{}.{other_words}.{}", parts[0], parts[2])),
        ("cut", good[..good.len() - 8].to_owned()),
        ("without a signature", format!("{}.{}", parts[0], parts[1])),
        ("too long", format!("{good}{}", "A".repeat(20_000))),
        ("no token", "kanarie".to_owned()),
        ("no text", "a\u{0}b.c.d".to_owned()),
    ] {
        let answer = give(&world.anonymous(), "google", &token).await;
        assert_eq!((answer.status.as_u16(), answer.error().as_str()), (401, "invalid_google_token"), "{what}");
    }
    let forged = issuer.ec.forge(&apple(&world, "a", "a@privaterelay.appleid.com"));
    give(&world.anonymous(), "apple", &forged).await.refused(401, "invalid_apple_token");
    assert_eq!(rows(&world).await, [0, 0, 0, 0]);
    // And the one that all of them are made of is good.
    give(&world.anonymous(), "google", &good).await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_has_no_name_or_no_verified_address_there_gets_no_account() {
    let world = World::builder().oidc().build().await;
    for nobody in [
        json!({ "email_verified": false }),
        json!({ "email_verified": "false" }),
        json!({ "email_verified": null }),
        json!({ "email": null }),
        json!({ "email": "no address" }),
        json!({ "sub": null }),
        json!({ "sub": " " }),
    ] {
        let claims = with(google(&world, "g", "a@gmail.com"), &nobody);
        by_google(&world, &world.anonymous(), &claims).await.refused(401, "google_email_unverified");
        let claims = with(apple(&world, "a", "a@privaterelay.appleid.com"), &nobody);
        by_apple(&world, &world.anonymous(), &claims).await.refused(401, "apple_email_unverified");
    }
    assert_eq!(rows(&world).await, [0, 0, 0, 0]);
    // What is wrong with a token is told before what is wrong with its address.
    let both = with(google(&world, "g", "a@gmail.com"), &json!({ "email_verified": false, "aud": "another" }));
    by_google(&world, &world.anonymous(), &both).await.refused(401, "invalid_google_token");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_nonce_that_is_sent_is_compared_and_of_apple_also_its_digest() {
    let world = World::builder().oidc().build().await;
    let digest = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    let ask = async |provider: &str, said: Value, sent: &str| {
        let token = match provider {
            "google" => {
                world.issuer().rsa.sign(&with(google(&world, "g", "g@example.test"), &json!({ "nonce": said })))
            }
            _ => world.issuer().ec.sign(&with(apple(&world, "a", "a@example.test"), &json!({ "nonce": said }))),
        };
        let body = json!({ "credential": token, "nonce": sent });
        world.anonymous().post(&format!("/api/auth/{provider}"), &body).await
    };
    for (provider, code) in [("google", "invalid_google_token"), ("apple", "invalid_apple_token")] {
        ask(provider, json!("abc"), "abc").await.expect(200);
        ask(provider, json!("abc"), "").await.expect(200);
        for said in [json!("abd"), json!(null), json!("")] {
            ask(provider, said, "abc").await.refused(401, code);
        }
    }
    ask("apple", json!(digest), "abc").await.expect(200);
    ask("google", json!(digest), "abc").await.refused(401, "invalid_google_token");
}

#[tokio::test(flavor = "multi_thread")]
async fn of_twelve_at_once_with_one_token_one_comes_in_and_none_later() {
    let world = World::builder().oidc().build().await;
    let token = world.issuer().rsa.sign(&google(&world, "g", "a@example.test"));
    let browsers: Vec<_> = (0..12).map(|_| world.anonymous()).collect();
    let answers = join_all(browsers.iter().map(|browser| give(browser, "google", &token))).await;
    assert_eq!(answers.iter().filter(|answer| answer.status == 200).count(), 1);
    for answer in answers.iter().filter(|answer| answer.status != 200) {
        answer.refused(401, "invalid_google_token");
    }
    assert_eq!(rows(&world).await, [1, 1, 1, 1]);
    give(&world.anonymous(), "google", &token).await.refused(401, "invalid_google_token");
    give(&world.anonymous(), "google", &format!(" {token}\n")).await.refused(401, "invalid_google_token");
    assert_eq!(rows(&world).await, [1, 1, 1, 1]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_used_token_is_used_in_whatever_way_its_signature_is_written() {
    let world = World::builder().oidc().build().await;
    let fresh = world.issuer().ec.sign(&apple(&world, "a-1", "a@example.test"));
    give(&world.anonymous(), "apple", &signed_otherwise(&fresh)).await.expect(200);
    for token in [&fresh, &signed_otherwise(&fresh)] {
        give(&world.anonymous(), "apple", token).await.refused(401, "invalid_apple_token");
    }
    assert_eq!(rows(&world).await, [1, 1, 1, 1]);
}
