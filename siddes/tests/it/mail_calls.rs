//! Every call that has to do with mail succeeds once, for the document that describes them.

use std::collections::BTreeSet;

use http::Method;
use serde_json::{Value, json};
use testkit::World;

use crate::mail::{NEW_PASSWORD, asks_to_change, link, reset};

/// Calls them, and takes them off what is left.
pub async fn call(left: &mut BTreeSet<(String, String)>) {
    let world = World::builder().mail().build().await;
    let [ann] = world.people(["ann"]).await;
    let email = "ann@example.test";
    let mut done = async |path: &str, body: Value| {
        let answer = ann.call(Method::POST, path, Some(&body)).await;
        assert!(answer.status.is_success(), "{path}: {} {}", answer.status, answer.json());
        left.remove(&("post".to_owned(), path.to_owned()));
        answer.json()
    };
    let resent = done("/api/auth/verify/resend", json!({})).await;
    assert!(resent["cooldownRemainingSec"].as_i64().is_some_and(|wait| (1..=60).contains(&wait)), "{resent}");
    let token = world.mail().await.newest(email, "Verify").token();
    let verified = done("/api/auth/verify/confirm", json!({ "token": token })).await;
    assert_eq!((&verified["verified"], &verified["user"]["username"]), (&json!(true), &json!("ann")));
    let again = done("/api/auth/verify/resend", json!({})).await;
    assert_eq!(again, json!({ "ok": true, "sent": false, "alreadyVerified": true }));
    done("/api/auth/magic/request", json!({ "email": email, "next": "/siddes-feed" })).await;
    let token = link(&world, email).await;
    assert_eq!(done("/api/auth/magic/consume", json!({ "token": token })).await["emailVerified"], true);
    done("/api/auth/password/reset/request", json!({ "identifier": "ann" })).await;
    let token = reset(&world, email).await;
    let body = json!({ "token": token, "password": NEW_PASSWORD });
    assert_eq!(done("/api/auth/password/reset/confirm", body).await["reset"], true);
    let body = json!({ "newEmail": email, "password": NEW_PASSWORD });
    assert_eq!(done("/api/auth/email/change/request", body).await, json!({ "ok": true, "nochange": true }));
    asks_to_change(&ann, "new@example.test").await.refused(400, "invalid_password");
    let body = json!({ "email": "new@example.test", "password": NEW_PASSWORD });
    assert_eq!(done("/api/auth/email/change/request", body).await, json!({ "ok": true, "sent": true }));
    let token = world.mail().await.newest("new@example.test", "Confirm").token();
    let changed = done("/api/auth/email/change/confirm", json!({ "token": token })).await;
    assert_eq!(changed, json!({ "ok": true, "confirmed": true, "emailVerified": true }));
}
