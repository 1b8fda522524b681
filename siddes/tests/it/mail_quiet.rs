//! Whoever asks by an address learns nothing: the same status, body, headers and work, whether or not anybody has it.

use serde_json::{Value, json};
use testkit::{Answer, World};

use crate::mail::{address, verify};

/// What a caller can see, and what it cost.
fn seen(answer: &Answer) -> (u16, String, Vec<(String, String)>, u32) {
    let differs = ["x-siddes-sql-ms", "server-timing"];
    let headers = answer.headers_without_ids().into_iter().filter(|(name, _)| !differs.contains(&name.as_str()));
    (answer.status.as_u16(), answer.body_without_ids(), headers.collect(), answer.statements())
}

#[tokio::test(flavor = "multi_thread")]
async fn asking_for_a_link_or_a_password_is_one_answer_at_one_price() {
    let world = World::builder().mail().build().await;
    let [ann, ben] = world.people(["ann", "ben"]).await;
    verify(&world, &ann).await;
    let ask = async |path: &str, body: Value| {
        let answer = world.anonymous().post(path, &body).await.expect(200);
        world.jobs_done().await;
        seen(&answer)
    };
    let mut links = Vec::new();
    // Proven, claimed, within the cooldown, nobody's.
    for email in [address(&ann), address(&ben), address(&ann), "nobody@example.test".to_owned()] {
        links.push(ask("/api/auth/magic/request", json!({ "email": email })).await);
    }
    assert_eq!(links[0].3, 1, "the look-up is a job");
    assert!(links.iter().all(|answer| *answer == links[0]), "{links:?}");
    let mut resets = Vec::new();
    for identifier in ["ann", "nobody_at_all", "ann@example.test", "ann", "nobody@example.test", "no name", "a@b@c"] {
        resets.push(ask("/api/auth/password/reset/request", json!({ "identifier": identifier })).await);
    }
    assert!(resets.iter().all(|answer| *answer == resets[0]), "{resets:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn limits_are_the_same_for_who_exists_and_who_does_not() {
    let world = World::builder().mail().build().await;
    let [ann] = world.people(["ann"]).await;
    for (path, member) in [("magic/request", "email"), ("password/reset/request", "identifier")] {
        let mut told = Vec::new();
        for email in [address(&ann), "nobody@example.test".to_owned()] {
            let mut answers = Vec::new();
            for _ in 0..7 {
                let answer = world.anonymous().post(&format!("/api/auth/{path}"), &json!({ (member): email })).await;
                answers.push((answer.status.as_u16(), answer.json()["scope"].clone()));
            }
            told.push(answers);
        }
        assert_eq!(told[0], told[1], "{path}");
        assert_eq!(told[0].iter().filter(|(status, _)| *status == 200).count(), 5, "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn signing_up_costs_no_more_than_six_statements_whoever_has_the_address() {
    let world = World::builder().mail().build().await;
    let [holder] = world.people(["holder"]).await;
    verify(&world, &holder).await;
    let mut costs = Vec::new();
    for (name, email) in [("first", "free@example.test".to_owned()), ("second", address(&holder))] {
        let body = json!({ "email": email, "username": name, "password": testkit::PASSWORD });
        costs.push(world.anonymous().post("/api/auth/signup", &body).await.expect(200).statements());
    }
    assert_eq!(costs, [6, 6]);
}

#[tokio::test(flavor = "multi_thread")]
async fn no_answer_waits_for_the_mail_server() {
    let world = World::builder().mail().setting("SD_SMTP_TIMEOUT", "20").build().await;
    world.mail.as_ref().expect("a server").set(testkit::MailMode::Silent);
    let [ann] = world.people(["ann"]).await;
    ann.post("/api/auth/verify/resend", &json!({})).await.expect(200);
    for body in [json!({ "email": address(&ann) }), json!({ "email": "nobody@example.test" })] {
        world.anonymous().post("/api/auth/magic/request", &body).await.expect(200);
    }
}
