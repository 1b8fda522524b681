//! Whose account an address means: its proven owner's, where the provider decides; nobody's who only claims it.

use futures::future::join_all;
use serde_json::{Value, json};
use testkit::{Answer, PASSWORD, Person, World};

use crate::{
    mail::{is_in, link, log_in, sign_up},
    oidc::{apple, by_apple, by_google, give, google, id, rows, with},
};

/// Somebody who has proven this address by mail.
async fn proven(world: &World, name: &str, email: &str) -> Person {
    let person = sign_up(world, name, email).await;
    prove(world, &person, email).await.expect(200);
    person
}

async fn prove(world: &World, by: &Person, email: &str) -> Answer {
    let token = world.mail().await.newest(email, "Verify").token();
    crate::mail::give(by, "verify/confirm", &token).await
}

async fn linked(by: &Person) -> Value {
    by.get("/api/auth/connected").await.expect(200).json()["methods"]["google"]["connected"].clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn who_has_proven_an_address_that_google_gives_out_is_linked_and_told() {
    for (email, hd) in [("ann@gmail.com", None), ("ann@corp.test", Some("corp.test"))] {
        let world = World::builder().oidc().mail().build().await;
        let ann = proven(&world, "ann", email).await;
        let claims = with(google(&world, "g", email), &json!({ "hd": hd }));
        let browser = world.anonymous();
        let entered = by_google(&world, &browser, &claims).await.expect(200);
        assert_eq!((id(&entered), &entered.json()["created"]), (ann.id.0, &json!(false)), "{email}");
        assert!(entered.statements() <= 8, "{}", entered.statements());
        assert!(is_in(&ann).await, "no other session ends");
        log_in(&world, "ann", PASSWORD).await.1.expect(200);
        assert_eq!(linked(&browser).await, true);
        let letter = world.mail().await.newest(email, "new sign-in method");
        assert!(letter.text().contains("Google"), "{}", letter.text());
        assert_eq!(world.count("select count(*) from auth.security_event where kind = 'linked'").await, 1);
        // And by its subject from now on.
        let again = with(google(&world, "g", "elsewhere@example.test"), &json!({ "email_verified": false }));
        assert_eq!(id(&by_google(&world, &world.anonymous(), &again).await.expect(200)), ann.id.0);
        let other = with(google(&world, "g-2", email), &json!({ "hd": hd }));
        by_google(&world, &world.anonymous(), &other).await.refused(409, "link_required");
        assert_eq!(world.count("select count(*) from auth.identity").await, 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn where_the_provider_does_not_decide_the_owner_signs_in_otherwise_first() {
    let world = World::builder().oidc().mail().build().await;
    let email = "ann@example.test";
    let ann = proven(&world, "ann", email).await;
    let before = rows(&world).await;
    let stranger = proven(&world, "stranger", "stranger@example.test").await;
    for hd in [json!(null), json!("other.test")] {
        let claims = with(google(&world, "g", email), &json!({ "hd": hd }));
        for by in [&world.anonymous(), &stranger] {
            by_google(&world, by, &with(claims.clone(), &json!({ "for": by.name })))
                .await
                .refused(409, "link_required");
        }
    }
    by_apple(&world, &world.anonymous(), &apple(&world, "a", email)).await.refused(409, "link_required");
    assert_eq!([rows(&world).await[1], rows(&world).await[3]], [before[1], before[3]], "nothing is kept of it");
    assert!(is_in(&stranger).await);
    // A refused token was not used: signed in by a link, its owner gives it in again.
    let token = world.issuer().rsa.sign(&google(&world, "g", email));
    give(&world.anonymous(), "google", &token).await.refused(409, "link_required");
    let browser = world.anonymous();
    let mailed = link(&world, email).await;
    crate::mail::give(&browser, "magic/consume", &mailed).await.expect(200);
    let entered = give(&browser, "google", &token).await.expect(200);
    assert_eq!((id(&entered), linked(&browser).await), (ann.id.0, json!(true)));
    let moved = by_google(&world, &world.anonymous(), &google(&world, "g", "new@example.test")).await.expect(200);
    assert_eq!(id(&moved), ann.id.0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_planted_account_is_never_entered_and_its_claim_is_worth_nothing_from_then_on() {
    let world = World::builder().oidc().mail().build().await;
    let email = "victim@gmail.com";
    let planter = sign_up(&world, "planted", email).await;
    let verifies = world.mail().await.newest(email, "Verify").token();
    let victim = world.anonymous();
    let entered = by_google(&world, &victim, &google(&world, "g", email)).await.expect(200);
    assert_eq!((&entered.json()["created"], &entered.json()["emailVerified"]), (&json!(true), &json!(true)));
    assert_ne!(id(&entered), planter.id.0);
    // The planter keeps what he made, and gets nothing else.
    assert!(is_in(&planter).await);
    for identifier in ["planted", email] {
        let inside = log_in(&world, identifier, PASSWORD).await.1.expect(200);
        assert_eq!(id(&inside), planter.id.0, "{identifier}");
    }
    crate::mail::give(&planter, "verify/confirm", &verifies).await.refused(409, "email_taken");
    let me = planter.get("/api/auth/me").await.json();
    assert_eq!((&me["user"]["email"], &me["emailVerified"]), (&json!(email), &json!(false)), "and is told nothing");
    assert_eq!(linked(&planter).await, false);
    let token = link(&world, email).await;
    let by_link = crate::mail::give(&world.anonymous(), "magic/consume", &token).await.expect(200);
    assert_eq!(id(&by_link), id(&entered));
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_signed_in_as_the_claiming_account_proves_and_links_it() {
    let world = World::builder().oidc().mail().build().await;
    let email = "ann@example.test";
    let ann = sign_up(&world, "ann", email).await;
    sign_up(&world, "another", email).await;
    let entered = by_google(&world, &ann, &google(&world, "g", email)).await.expect(200);
    let json = entered.json();
    assert_eq!((id(&entered), &json["created"], &json["emailVerified"]), (ann.id.0, &json!(false), &json!(true)));
    log_in(&world, "ann", PASSWORD).await.1.expect(200);
    assert_eq!(linked(&ann).await, true);
    world.mail().await.newest(email, "new sign-in method");
    assert_eq!(world.count("select count(*) from social.person where username = 'ann' and email_verified").await, 1);
    assert_eq!(world.count("select count(*) from auth.account where email_verified_at is not null").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn being_signed_in_as_somebody_else_claims_nothing() {
    let world = World::builder().oidc().mail().build().await;
    let ben = sign_up(&world, "ben", "ben@example.test").await;
    let token = ben.cookie("siddes_session").unwrap();
    let entered = by_google(&world, &ben, &google(&world, "g", "ann@example.test")).await.expect(200);
    assert_ne!(id(&entered), ben.id.0);
    assert_eq!(entered.json()["created"], true);
    let old = world.anonymous();
    old.set_cookie("siddes_session", &token);
    assert!(!is_in(&old).await, "the presented session ended");
}

#[tokio::test(flavor = "multi_thread")]
async fn of_eight_first_sign_ins_of_one_person_at_once_one_makes_the_account() {
    let world = World::builder().oidc().build().await;
    let tokens: Vec<String> =
        (0..8).map(|_| world.issuer().rsa.sign(&google(&world, "g", "ann@example.test"))).collect();
    let world = &world;
    let asked = tokens.iter().map(|token| async move { give(&world.anonymous(), "google", token).await });
    let entered = join_all(asked).await;
    let made = entered.iter().filter(|answer| answer.status == 200 && answer.json()["created"] == true).count();
    assert_eq!((entered.iter().filter(|answer| answer.status == 200).count(), made), (8, 1));
    assert_eq!(rows(world).await, [1, 1, 8, 8]);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_six_accounts_at_google_that_want_one_account_at_once_one_is_linked() {
    let world = World::builder().oidc().mail().build().await;
    proven(&world, "ann", "ann@gmail.com").await;
    let subs: Vec<String> = (0..6).map(|number| format!("g-{number}")).collect();
    let world = &world;
    let asked = subs
        .iter()
        .map(|sub| async move { by_google(world, &world.anonymous(), &google(world, sub, "ann@gmail.com")).await });
    let answers = join_all(asked).await;
    assert_eq!(answers.iter().filter(|answer| answer.status == 200).count(), 1);
    for answer in answers.iter().filter(|answer| answer.status != 200) {
        answer.refused(409, "link_required");
    }
    assert_eq!(world.count("select count(*) from auth.identity").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_that_is_proven_by_mail_meanwhile_is_its_owners() {
    let world = World::builder().oidc().mail().build().await;
    let email = "ann@example.test";
    let ann = sign_up(&world, "ann", email).await;
    world.jobs_done().await;
    let held = world.ambient.pauses.hold("auth.identity.uncommitted");
    let token = world.issuer().rsa.sign(&google(&world, "g", email));
    let first = tokio::spawn({
        let nobody = world.anonymous();
        async move { give(&nobody, "google", &token).await }
    });
    held.reached().await;
    // It waits for whoever has written the address first.
    let (verified, ()) = futures::join!(prove(&world, &ann, email), async { held.release() });
    verified.refused(409, "email_taken");
    first.await.unwrap().expect(200);

    let world = World::builder().oidc().mail().build().await;
    let ann = sign_up(&world, "ann", email).await;
    let held = world.ambient.pauses.hold("auth.identity.verified");
    let token = world.issuer().rsa.sign(&google(&world, "g", email));
    let late = tokio::spawn({
        let nobody = world.anonymous();
        async move { give(&nobody, "google", &token).await }
    });
    held.reached().await;
    prove(&world, &ann, email).await.expect(200);
    held.release();
    late.await.unwrap().refused(409, "link_required");
    assert_eq!(world.count("select count(*) from auth.account").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_proof_of_a_mailbox_ends_a_linked_way_in_too() {
    for by_reset in [false, true] {
        let world = World::builder().oidc().mail().build().await;
        let email = "victim@example.test";
        let planter = sign_up(&world, "planted", email).await;
        // However it came about.
        let plant = "insert into auth.identity (provider, subject, account, email, linked_at)
                     values ('google', 'g-planter', $1, 'planter@example.test', now())";
        sqlx::query(plant).bind(planter.id.0).execute(&mut world.database.connect().await).await.unwrap();
        if by_reset {
            let token = crate::mail::reset(&world, email).await;
            crate::mail::give_password(&world.anonymous(), &token, crate::mail::NEW_PASSWORD).await.expect(200);
        } else {
            let token = link(&world, email).await;
            crate::mail::give(&world.anonymous(), "magic/consume", &token).await.expect(200);
        }
        let back = by_google(&world, &planter, &google(&world, "g-planter", "planter@example.test")).await.expect(200);
        assert_ne!(id(&back), planter.id.0);
        assert_eq!(back.json()["created"], true);
    }
}
