//! Mail on its way: written with what needs it, sent again until it is taken or over, never by way of a log.

use std::fs;

use platform::Role;
use serde_json::json;
use testkit::{MailMode, TestDatabase, World};
use time::Duration;

use crate::{
    mail::{address, asks_to_change, give, log_in, verify},
    processes::siddes,
};

const TRIES: &str = "select coalesce(max(attempts), 0)::bigint from auth_jobs._private_jobs where locked_at is null";

/// What failed is due again at once, and a worker that starts takes it up.
async fn again(world: &World) -> World {
    let sql = "update auth_jobs._private_jobs set run_at = now() - interval '1 second'";
    sqlx::query(sql).execute(&mut world.database.connect().await).await.expect("due");
    World::builder().beside(world).build().await
}

/// One more try, by a worker of its own, against a server that wants to be asked later.
async fn one_try(world: &World, tries: i64) {
    world.mail.as_ref().expect("a server").set(MailMode::Later);
    let late = again(world).await;
    late.database.until(TRIES, tries).await;
    late.running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_that_was_not_taken_is_written_again_with_the_same_token() {
    let world = World::builder().mail().without_worker().build().await;
    let [ann] = world.people(["ann"]).await;
    for tries in [1, 2] {
        one_try(&world, tries).await;
    }
    let sealed = "select count(*) from auth.token where sealed is not null and mailed_at is null";
    assert_eq!(world.count(sealed).await, 1, "it waits sealed");
    let hash = async || {
        let sql = "select hash from auth.token";
        let hash: String = sqlx::query_scalar(sql).fetch_one(&mut world.database.connect().await).await.unwrap();
        hash
    };
    let before = hash().await;
    world.mail.as_ref().unwrap().set(MailMode::Take);
    let late = again(&world).await;
    let letters = late.mail().await.to(&address(&ann));
    assert_eq!(letters.len(), 1);
    assert_eq!(hash().await, before);
    give(&ann, "verify/confirm", &letters[0].token()).await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_is_dropped_when_its_token_is_over_or_its_receiver_is_none() {
    let world = World::builder().mail().without_worker().build().await;
    let [ann] = world.people(["ann"]).await;
    one_try(&world, 1).await;
    world.mail.as_ref().unwrap().set(MailMode::Take);
    let sql = "update auth.token set created_at = created_at - interval '25 hours'";
    sqlx::query(sql).execute(&mut world.database.connect().await).await.unwrap();
    let late = again(&world).await;
    assert!(late.mail().await.to(&address(&ann)).is_empty(), "old news is none");
    late.running.stop().await;

    let late = World::builder().beside(&world).build().await;
    late.mail.as_ref().unwrap().set(MailMode::Never);
    let [ben] = late.people(["ben"]).await;
    late.jobs_done().await;
    late.mail.as_ref().unwrap().set(MailMode::Take);
    assert!(late.mail().await.to(&address(&ben)).is_empty(), "refused for good is not asked again");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_is_written_exactly_when_what_needs_it_is_done() {
    let world = World::builder().mail().build().await;
    let held = world.ambient.pauses.hold("auth.signup.uncommitted");
    let signing_up = tokio::spawn({
        let nobody = world.anonymous();
        let body = json!({ "email": "late@example.test", "username": "late_one", "password": testkit::PASSWORD });
        async move { nobody.post("/api/auth/signup", &body).await }
    });
    held.reached().await;
    assert!(world.mail().await.letters().is_empty(), "not before the account");
    held.release();
    signing_up.await.unwrap().expect(200);
    assert_eq!(world.mail().await.subjects("late@example.test"), ["Verify your email for Siddes"]);
    // What is refused writes to nobody.
    let body = json!({ "email": "other@example.test", "username": "late_one", "password": testkit::PASSWORD });
    world.anonymous().post("/api/auth/signup", &body).await.refused(409, "signup_unavailable");
    assert!(world.mail().await.to("other@example.test").is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn every_mail_says_that_a_machine_wrote_it_and_fetches_nothing() {
    let world = World::builder().mail().build().await;
    let [ann] = world.people(["ann"]).await;
    verify(&world, &ann).await;
    asks_to_change(&ann, "new@example.test").await.expect(200);
    let letters = world.mail().await.letters();
    assert_eq!(letters.len(), 3);
    for letter in &letters {
        assert_eq!(letter.header("Auto-Submitted"), "auto-generated");
        assert!(letter.header("List-Id").contains("accounts.siddes.local"));
        assert!(letter.header("From").contains("no-reply@siddes.local"));
        assert!(letter.header("Message-ID").starts_with('<'), "{}", letter.raw);
        for word in ["<img", "src=", "<script", "<link"] {
            assert!(!letter.raw.contains(word), "{word}");
        }
    }
    let kept = "select count(*) from auth.mail where sent_at is not null and letter is null";
    assert_eq!(world.count(kept).await, 3, "its receiver can look it up");
    world.ambient.clock.advance(Duration::days(91));
    world.run_scheduled(Role::Auth, "auth.mail.purge").await;
    assert_eq!(world.count("select count(*) from auth.mail").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn five_failed_sign_ins_in_a_row_are_told_once_a_day() {
    let world = World::builder().mail().setting("SIDDES_THROTTLE_AUTH_LOGIN_IDENT", "off").build().await;
    let [ann] = world.people(["ann"]).await;
    let told = async || {
        let subjects = world.mail().await.subjects(&address(&ann));
        subjects.iter().filter(|subject| subject.contains("failed sign-ins")).count()
    };
    let fails = async |many: i64| {
        let failed = "select count(*) from auth.security_event where kind = 'signin_failed'";
        let before = world.count(failed).await;
        for _ in 0..many {
            world.ambient.clock.advance(Duration::seconds(1));
            log_in(&world, "ann", "wrong-password-1").await.1.expect(401);
        }
        world.database.until(failed, before + many).await;
    };
    let letters = "select count(*) from auth.mail where kind = 'failed_logins'";
    fails(4).await;
    log_in(&world, "ann", testkit::PASSWORD).await.1.expect(200);
    world.ambient.clock.advance(Duration::seconds(1));
    fails(4).await;
    assert_eq!(told().await, 0, "a success in between begins anew");
    fails(1).await;
    world.database.until(letters, 1).await;
    assert_eq!(told().await, 1);
    fails(6).await;
    assert_eq!(told().await, 1, "once a day");
    world.ambient.clock.advance(Duration::hours(25));
    fails(1).await;
    world.database.until(letters, 2).await;
    assert_eq!(told().await, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_operator_sees_whether_mail_arrives() {
    let world = World::builder().mail().build().await;
    let server = world.mail.as_ref().expect("a server");
    let vars = [
        ("SD_EMAIL_PROVIDER", "smtp".to_owned()),
        ("SD_SMTP_HOST", server.address.ip().to_string()),
        ("SD_SMTP_PORT", server.address.port().to_string()),
        ("SD_SMTP_USE_TLS", "0".to_owned()),
        ("SD_EMAIL_FROM", "Siddes <no-reply@example.test>".to_owned()),
    ]
    .map(|(name, value)| (name.to_owned(), value));
    let output = siddes(&["admin", "email-test", "op@example.test"], &vars).output().expect("siddes");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(server.subjects("op@example.test"), ["A test mail of Siddes"]);
    server.set(MailMode::Never);
    let output = siddes(&["admin", "email-test", "op@example.test"], &vars).output().expect("siddes");
    assert!(!output.status.success());
}

#[tokio::test(flavor = "multi_thread")]
async fn in_development_a_mail_is_a_file_in_a_folder() {
    let database = TestDatabase::create().await;
    let folder = std::env::temp_dir().join(format!("siddes-mail-{}", std::process::id()));
    let world = World::builder().on(database).setting("SIDDES_MAIL_FOLDER", folder.to_str().unwrap()).build().await;
    world.people(["ann"]).await;
    world.jobs_done().await;
    let files: Vec<_> = fs::read_dir(&folder).expect("the folder").map(|entry| entry.unwrap().path()).collect();
    assert_eq!(files.len(), 1);
    assert!(fs::read_to_string(&files[0]).unwrap().contains("Subject: Verify your email for Siddes"));
    fs::remove_dir_all(&folder).expect("removed");
}
