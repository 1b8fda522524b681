//! What an account takes with it: all of its own in every service, nothing of others, and nothing at all if one is away.

use http::{HeaderMap, Method};
use platform::{Role, Side};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use testkit::{Answer, PASSWORD, Person, World};
use time::Duration;

use crate::{
    circles::make,
    mail::{address, asks_to_change, log_in, sign_up, verify},
};

async fn export(person: &Person) -> Answer {
    person.get("/api/auth/export?limit=1000").await
}

async fn file(world: &World, path: &str) -> Answer {
    world.http.send(Method::GET, path, HeaderMap::new(), "").await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_export_holds_every_area_and_nothing_of_others() {
    let world = World::builder().mail().build().await;
    let [ann, ben, host] = world.people(["ann", "ben", "host_person"]).await;
    ann.places(&host, Side::Work).await;
    ann.posts(Side::Close, "own_post").await;
    ben.posts(Side::Public, "others_post").await;
    make(&ann, Side::Friends, &[]).await;
    ann.blocks(&ben).await;
    ann.mutes(&host).await;
    let answer = export(&ann).await.expect(200);
    let named = format!("attachment; filename=\"siddes_export_user_{}.json\"", ann.id.0);
    assert_eq!(answer.headers["content-disposition"], named.as_str());
    assert!(!answer.headers.contains_key("set-cookie"));
    let told = answer.json();
    assert_eq!((&told["ok"], &told["complete"]), (&json!(true), &json!(true)));
    assert_eq!(told["user"]["username"], "ann");
    assert_eq!(told["aliases"], json!([format!("me_{}", ann.id.0), "@ann"]));
    assert_eq!(told["profile"]["accountState"], "active");
    for (section, many) in [("posts", 1), ("placements", 1), ("sets", 5), ("blocks", 1), ("mutes", 1), ("sessions", 1)]
    {
        assert_eq!(told[section].as_array().map(Vec::len), Some(many), "{section}");
        assert_eq!(told["sections"][section], json!({ "count": many, "total": many, "truncated": false }));
    }
    assert_eq!(told["posts"][0]["text"], "own_post");
    assert_eq!(
        (&told["placements"][0]["member"], &told["placements"][0]["side"]),
        (&json!("@host_person"), &json!("work"))
    );
    assert_eq!(told["blocks"][0]["handle"], "@ben");
    let text = told.to_string();
    for foreign in ["others_post", "argon2", &ann.cookie("siddes_session").unwrap()] {
        assert!(!text.contains(foreign), "{foreign}");
    }
    // Told by mail, once a day.
    export(&ann).await.expect(200);
    let subjects = world.mail().await.subjects(&address(&ann));
    assert_eq!(subjects.iter().filter(|subject| subject.contains("data export")).count(), 1, "{subjects:?}");
    assert_eq!(world.count("select count(*) from auth.security_event where kind = 'exported'").await, 2);
    world.anonymous().get("/api/auth/export").await.refused(401, "restricted");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_that_is_away_is_503_and_never_an_empty_list() {
    let world = World::new().await;
    let [ann] = world.people(["ann"]).await;
    for role in [Role::Social, Role::Safety, Role::Inbox] {
        let away = world.running.local.take(role).expect("it runs here");
        export(&ann).await.refused(503, "unavailable");
        world.running.local.insert(role, away);
    }
    export(&ann).await.expect(200);
    assert_eq!(world.count("select count(*) from auth.security_event where kind = 'exported'").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_export_follows_the_account_and_not_the_name() {
    let world = World::new().await;
    let [ann] = world.people(["ann"]).await;
    ann.posts(Side::Public, "of the former").await;
    ann.post("/api/auth/username/set", &json!({ "username": "anna" })).await.expect(200);
    world.ambient.clock.advance(Duration::days(91));
    let [next] = world.people(["ann"]).await;
    assert_eq!(export(&next).await.expect(200).json()["posts"], json!([]));
    let (ann, answer) = log_in(&world, "anna", PASSWORD).await;
    answer.expect(200);
    assert_eq!(export(&ann).await.expect(200).json()["posts"][0]["text"], "of the former");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_too_large_says_so_and_comes_whole_by_a_link_three_times() {
    let base = "http://api.example.test";
    let world = World::builder()
        .mail()
        .setting("SIDDES_PUBLIC_API_BASE", base)
        .setting("SIDDES_THROTTLE_AUTH_EXPORT_ANON", "off");
    let world = world.build().await;
    let [ann] = world.people(["ann"]).await;
    verify(&world, &ann).await;
    let sql = "insert into social.post (id, author, side, body, created_at)
               select 'p_' || (1000000 + n), $1, 'close', repeat('x', 790), now() from generate_series(1, 6000) n";
    sqlx::query(sql).bind(ann.id.0).execute(&mut world.database.connect().await).await.unwrap();
    let answer = export(&ann).await.expect(200);
    assert!(answer.bytes.len() < 4_000_000, "{}", answer.bytes.len());
    let told = answer.json();
    let kept = told["posts"].as_array().map_or(0, Vec::len);
    assert!((3_000..6_000).contains(&kept), "{kept}");
    assert_eq!(told["complete"], false);
    assert_eq!(told["sections"]["posts"], json!({ "count": kept, "total": Value::Null, "truncated": true }));
    assert_eq!(told["posts"][0]["id"], "p_1006000", "newest first");

    let letters = world.mail().await.to(&address(&ann));
    let text =
        letters.iter().map(testkit::Letter::text).find(|text| text.contains(base)).expect("a mail with the link");
    let link = text.split_whitespace().find(|word| word.starts_with(base)).expect("a link");
    let path = link.strip_prefix(base).expect("ours");
    let kept = "select count(*) from auth.mail where letter is not null and letter::text like '%export/file%'";
    assert_eq!(world.count(kept).await, 0);
    for _ in 0..3 {
        let archive = file(&world, path).await.expect(200);
        assert_eq!(archive.headers["content-type"], "application/zip");
        assert!(archive.bytes.starts_with(b"PK\x03\x04") && archive.bytes.len() > 4_500_000);
    }
    file(&world, path).await.refused(404, "not_found");
    file(&world, "/api/auth/export/file?t=nobody").await.refused(404, "not_found");
    file(&world, "/api/auth/export/file").await.refused(404, "not_found");
    world.ambient.clock.advance(Duration::hours(25));
    world.run_scheduled(Role::Auth, "auth.export.purge").await;
    assert_eq!(world.count("select count(*) from auth.export_piece").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_is_never_used_more_often_than_it_may_be() {
    let world = World::builder()
        .setting("SIDDES_THROTTLE_AUTH_EXPORT", "off")
        .setting("SIDDES_THROTTLE_AUTH_EXPORT_ANON", "off");
    let world = world.build().await;
    let [ann] = world.people(["ann"]).await;
    let token = "a-token-of-a-link";
    keep(&world, &ann, token, b"PK of ann").await;
    let path = format!("/api/auth/export/file?t={token}");
    let answers = futures::future::join_all((0..12).map(|_| file(&world, &path))).await;
    assert_eq!(answers.iter().filter(|answer| answer.status == 200).count(), 3);
    assert!(answers.iter().all(|answer| answer.status == 200 || answer.error() == "not_found"));
}

/// A file as the job would leave it.
pub async fn keep(world: &World, owner: &Person, token: &str, content: &[u8]) {
    let sql = "with file as (
                   insert into auth.export_file (account, token_hash, made_at, expires_at, uses_left, pieces)
                   values ($1, $2, $3, $4, 3, 1) returning id)
               insert into auth.export_piece (file, number, bytes) select id, 0, $5 from file";
    let now = world.ambient.clock.now();
    let hash = Sha256::digest(token.as_bytes()).to_vec();
    let query = sqlx::query(sql).bind(owner.id.0).bind(hash).bind(now).bind(now + Duration::hours(24)).bind(content);
    query.execute(&mut world.database.connect().await).await.expect("a file");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_operator_fetches_a_whole_export_once_and_it_is_remembered() {
    let world = World::new().await;
    let [ann] = world.people(["ann"]).await;
    ann.posts(Side::Close, "own_post").await;
    let db = world.running.databases.first().expect("auth's");
    let now = world.ambient.clock.now();
    svc_auth::operator::ask_export(db, ann.id, now).await.expect("asked");
    world.jobs_done().await;
    let fetch = async || svc_auth::operator::fetch_export(db, ann.id, now).await.expect("read");
    let archive = fetch().await.expect("made");
    assert!(archive.starts_with(b"PK\x03\x04") && archive.windows(8).any(|bytes| bytes == b"own_post"));
    assert!(fetch().await.is_none(), "forgotten with that");
    assert_eq!(world.count("select count(*) from auth.export_file").await, 0);
    assert_eq!(world.count("select count(*) from auth.security_event where kind = 'exported'").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_opens_nothing_once_the_account_rests_or_has_another_password() {
    let world = World::builder().setting("SIDDES_THROTTLE_AUTH_EXPORT_ANON", "off").build().await;
    let [ann, ben] = world.people(["ann", "ben"]).await;
    keep(&world, &ann, "a-token-of-ann", b"PK of ann").await;
    keep(&world, &ben, "a-token-of-ben", b"PK of ben").await;
    file(&world, "/api/auth/export/file?t=a-token-of-ann").await.expect(200);
    ann.post("/api/auth/account/deactivate", &json!({})).await.expect(200);
    file(&world, "/api/auth/export/file?t=a-token-of-ann").await.refused(404, "not_found");
    let other = json!({ "oldPassword": PASSWORD, "newPassword": "some-other-word-9" });
    ben.post("/api/auth/password/change", &other).await.expect(200);
    file(&world, "/api/auth/export/file?t=a-token-of-ben").await.refused(404, "not_found");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_export_does_not_tell_whether_somebody_else_has_an_address() {
    let world = World::builder().mail().build().await;
    let [holder, ann] = world.people(["holder", "ann"]).await;
    verify(&world, &holder).await;
    verify(&world, &ann).await;
    let claimer = sign_up(&world, "claimer", &address(&holder)).await;
    let plain = sign_up(&world, "plain", "free@example.test").await;
    for person in [&claimer, &plain] {
        world.jobs_done().await;
        assert_eq!(export(person).await.expect(200).json()["emails"], json!([]));
    }
    for email in [address(&holder), "free-too@example.test".to_owned()] {
        asks_to_change(&ann, &email).await.expect(200);
        world.jobs_done().await;
        let told = export(&ann).await.expect(200).json();
        let kinds: Vec<&str> =
            told["emails"].as_array().unwrap().iter().filter_map(|row| row["kind"].as_str()).collect();
        assert!(!kinds.contains(&"email_change") && kinds.contains(&"verify"), "{kinds:?}");
    }
}
