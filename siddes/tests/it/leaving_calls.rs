//! Every call about sessions, credentials, leaving and exports succeeds once, for the document that describes them.

use std::collections::BTreeSet;

use http::Method;
use serde_json::{Value, json};
use testkit::{PASSWORD, World};

use crate::{
    export::keep,
    mail::{NEW_PASSWORD, address, log_in, verify},
};

/// Calls them, and takes them off what is left.
pub async fn call(left: &mut BTreeSet<(String, String)>) {
    let world = World::builder().mail().build().await;
    let [ann] = world.people(["ann"]).await;
    verify(&world, &ann).await;
    let elsewhere = log_in(&world, "ann", PASSWORD).await.0;
    let sessions = ann.get("/api/auth/sessions").await.expect(200).json();
    let other = sessions["sessions"].as_array().and_then(|all| all.iter().find(|one| one["current"] == false));
    let other = other.expect("another one")["id"].clone();
    keep(&world, &ann, "a-token-of-a-link", b"PK").await;
    let calls = [
        ("GET", "/api/auth/connected", "", Value::Null),
        ("GET", "/api/auth/sessions", "", Value::Null),
        ("POST", "/api/auth/sessions/revoke", "", json!({ "id": other })),
        ("POST", "/api/auth/sessions/logout_all", "", json!({ "includeCurrent": false })),
        ("GET", "/api/auth/export/file", "?t=a-token-of-a-link", Value::Null),
        ("POST", "/api/auth/password/change", "", json!({ "oldPassword": PASSWORD, "newPassword": NEW_PASSWORD })),
        ("GET", "/api/auth/export", "", Value::Null),
        ("POST", "/api/auth/account/delete/request", "", json!({})),
        ("POST", "/api/auth/account/deactivate", "", json!({})),
    ];
    for (method, path, query, body) in calls {
        let body = Some(&body).filter(|body| !body.is_null());
        let answer = ann.call(method.parse::<Method>().unwrap(), &format!("{path}{query}"), body).await;
        assert!(answer.status.is_success(), "{method} {path}: {} {}", answer.status, answer.json());
        left.remove(&(method.to_lowercase(), path.to_owned()));
    }
    elsewhere.get("/api/auth/sessions").await.refused(401, "restricted");
    // Resting ended the token that was mailed: awake again, another one is asked for.
    let back = log_in(&world, "ann", NEW_PASSWORD).await.0;
    back.post("/api/auth/account/delete/request", &json!({})).await.expect(200);
    let token = world.mail().await.newest(&address(&ann), "Confirm Siddes account deletion").token();
    let path = "/api/auth/account/delete/confirm";
    back.post(path, &json!({ "token": token })).await.expect(200);
    left.remove(&("post".to_owned(), path.to_owned()));
}
