//! What runs by itself: every sweep has its time, leaves what is not due, and gets through more than one batch.

use platform::Role;
use sqlx::Row;
use testkit::World;
use time::Duration;

/// The jobs that have a schedule, by the queue they run in. A new one that is missing here fails the test.
const SCHEDULED: &[(Role, &[&str])] = &[
    (
        Role::Auth,
        &[
            "auth.deletion.resume",
            "auth.export.purge",
            "auth.id_token.purge",
            "auth.mail.purge",
            "auth.security_event.purge",
            "auth.session.forget",
            "auth.session.purge",
            "auth.token.purge",
        ],
    ),
    (
        Role::Social,
        &[
            "social.circle_event.trim",
            "social.client_key.purge",
            "social.invite.expire",
            "social.invite.purge",
            "social.invite_link.purge",
            "social.quota.purge",
            "social.reply_key.purge",
        ],
    ),
    (Role::Safety, &[]),
    (Role::Inbox, &["inbox.notification.purge"]),
];

#[tokio::test(flavor = "multi_thread")]
async fn every_worker_knows_its_schedule() {
    let world = World::new().await;
    for (role, expected) in SCHEDULED {
        let known = match role {
            Role::Auth => "select count(*) from auth_jobs._private_known_crontabs",
            Role::Social => "select count(*) from social_jobs._private_known_crontabs",
            Role::Inbox => "select count(*) from inbox_jobs._private_known_crontabs",
            _ => "select count(*) from safety_jobs._private_known_crontabs",
        };
        world.database.until(known, i64::try_from(expected.len()).unwrap()).await;
        let sql = format!("select identifier from {role}_jobs._private_known_crontabs order by identifier");
        let rows = sqlx::query(sqlx::AssertSqlSafe(sql)).fetch_all(&mut world.database.connect().await).await.unwrap();
        let names: Vec<String> = rows.iter().map(|row| row.get(0)).collect();
        assert_eq!(names, *expected, "{role}");
        // Each is a task that the worker also runs: nothing stays behind.
        for task in *expected {
            world.run_scheduled(*role, task).await;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn client_keys_go_after_ninety_days_in_batches() {
    let world = World::new().await;
    let [author] = world.people(["author"]).await;
    let now = world.ambient.clock.now();
    let mut conn = world.database.connect().await;
    let insert = "insert into social.client_key (author, key, kind, id, side, created_at)
                  select $1, $2 || n, 'post', 'p_1_' || n, 'public', $3 from generate_series(1, $4) n";
    for (prefix, age, many) in [("old", Duration::days(90), 2_500), ("new", Duration::days(89), 3)] {
        let row = sqlx::query(insert).bind(author.id.0).bind(prefix).bind(now - age).bind(many);
        row.execute(&mut conn).await.unwrap();
    }
    world.run_scheduled(Role::Social, "social.client_key.purge").await;
    assert_eq!(world.count("select count(*) from social.client_key").await, 3);
    assert_eq!(world.count("select count(*) from social.client_key where key like 'new%'").await, 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn sessions_go_a_week_after_their_end() {
    let world = World::new().await;
    let [ann] = world.people(["ann"]).await;
    let sessions = "select count(*) from auth.session";
    assert_eq!(world.count(sessions).await, 1);
    // 90 days is how long a session may last, used or not.
    world.ambient.clock.advance(Duration::days(96));
    ann.get("/api/siders").await.refused(401, "restricted");
    world.run_scheduled(Role::Auth, "auth.session.purge").await;
    assert_eq!(world.count(sessions).await, 1, "over, and not yet for a week");
    world.ambient.clock.advance(Duration::days(2));
    world.run_scheduled(Role::Auth, "auth.session.purge").await;
    assert_eq!(world.count(sessions).await, 0);
}
