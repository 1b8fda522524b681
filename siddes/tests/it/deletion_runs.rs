//! The steps of a deletion: killed after each, failing, run twice at once, it ends the same.

use platform::Role;
use sqlx::AssertSqlSafe;
use testkit::{Person, World};
use time::Duration;

use crate::{
    deletion::{confirm, token, with_mail},
    export_purge::live,
    mail::{address, sign_up, verify},
};

const STEPS: [&str; 7] = [
    "auth.deletion.tell",
    "auth.deletion.end",
    "auth.deletion.safety",
    "auth.deletion.social",
    "auth.deletion.inbox",
    "auth.deletion.erase",
    "auth.deletion.farewell",
];

/// Long enough that a run which died has nothing in hand any more.
const A_WHILE: Duration = Duration::minutes(2);

/// Where id, name or address of the account still stand, in all of the schemas that hold texts of people.
async fn traces(world: &World, person: &Person) -> Vec<String> {
    let mut conn = world.database.connect().await;
    let columns: Vec<(String, String, String)> = sqlx::query_as(
        "select c.table_schema::text, c.table_name::text, c.column_name::text
         from information_schema.columns c join information_schema.tables t using (table_schema, table_name)
         where c.table_schema in ('auth', 'social', 'safety', 'inbox') and t.table_type = 'BASE TABLE'
           and c.data_type in ('text', 'jsonb') and c.table_name not like '\\_%' order by 1, 2, 3",
    )
    .fetch_all(&mut conn)
    .await
    .expect("columns");
    let mut found = Vec::new();
    for (schema, table, column) in columns {
        let sql =
            format!("select count(*) from {schema}.{table} where {column}::text ilike $1 or {column}::text ilike $2");
        let query = sqlx::query_scalar::<_, i64>(AssertSqlSafe(sql));
        let count = query.bind(format!("%{}%", person.name)).bind(format!("%{}%", address(person)));
        if count.fetch_one(&mut conn).await.expect("a count") > 0 {
            found.push(format!("{schema}.{table}.{column}"));
        }
    }
    found
}

/// What is kept of a deletion that is done.
async fn is_over(world: &World, person: &Person) {
    let sql = "select count(*) from auth.account a join auth.deletion d on d.account = a.id
               where a.lifecycle = 'deleted' and a.username = 'deleted_' || a.id and a.email is null
                 and a.password_hash is null and d.done_at is not null and d.address is null and d.token_hash is null";
    assert_eq!(world.count(sql).await, 1);
    let sql = "select count(*) from safety.block where $1 in (blocker, blocked)";
    let blocks = sqlx::query_scalar::<_, i64>(sql).bind(person.id.0);
    assert_eq!(blocks.fetch_one(&mut world.database.connect().await).await.expect("a count"), 0);
    assert_eq!(traces(world, person).await, Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn deletion_killed_after_each_step() {
    for killed_at in STEPS {
        let world = with_mail().setting("SIDDES_ACCOUNT_DELETE_GRACE_DAYS", "0").build().await;
        let [ann, host, fan] = world.people(["leaving_ann", "host_person", "fan"]).await;
        verify(&world, &ann).await;
        live(&ann, &host, &fan).await;
        ann.blocks(&fan).await;
        let text = token(&world, &ann).await;
        confirm(&world.anonymous(), &text).await.expect(200);
        world.jobs_done().await;
        if killed_at == STEPS[0] {
            // Told already, by the confirmation itself: as if that had died.
            let sql = "update auth.deletion set step = 'tell'";
            sqlx::query(sql).execute(&mut world.database.connect().await).await.unwrap();
        }
        world.ambient.clock.advance(Duration::minutes(11));
        let held = world.ambient.pauses.hold(killed_at);
        let run = tokio::spawn({
            let (auth, id) = (world.auth().clone(), ann.id);
            async move { auth.go_on_deleting(id).await }
        });
        held.reached().await;
        // The run dies here: the step is done, and not recorded.
        run.abort();
        let _aborted = run.await;
        held.release();
        // It has the account for itself until its time is over; then the sweep finds it.
        world.run_scheduled(Role::Auth, "auth.deletion.resume").await;
        world.ambient.clock.advance(A_WHILE);
        world.run_scheduled(Role::Auth, "auth.deletion.resume").await;
        let letters = world.mail().await.to(&address(&ann));
        let finished = letters.iter().filter(|letter| letter.subject().contains("deletion finished")).count();
        assert_eq!(finished, 1, "{killed_at}: {:?}", world.mail().await.subjects(&address(&ann)));
        is_over(&world, &ann).await;
        host.get("/api/feed?side=public").await.expect(200);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_step_that_fails_is_noted_and_taken_up_again() {
    let world = with_mail().without_worker().setting("SIDDES_ACCOUNT_DELETE_GRACE_DAYS", "0").build().await;
    let ann = sign_up(&world, "leaving_ann", "leaving_ann@example.test").await;
    let db = world.running.databases.first().expect("auth's");
    let now = world.ambient.clock.now();
    svc_auth::operator::delete(db, ann.id, Duration::ZERO, now).await.expect("begun");
    world.ambient.clock.advance(Duration::minutes(11));
    let safety = world.running.local.take(Role::Safety).expect("safety runs here");
    world.auth().go_on_deleting(ann.id).await.expect_err("safety is away");
    assert_eq!(world.count("select count(*) from auth.deletion where last_error is not null").await, 1);
    world.running.local.insert(Role::Safety, safety);
    world.auth().go_on_deleting(ann.id).await.expect("done");
    assert_eq!(world.count("select count(*) from auth.deletion where done_at is not null").await, 1);
    world.auth().go_on_deleting(ann.id).await.expect("nothing to do");
}

#[tokio::test(flavor = "multi_thread")]
async fn two_runs_at_once_are_one() {
    let world = with_mail().without_worker().build().await;
    let ann = sign_up(&world, "leaving_ann", "leaving_ann@example.test").await;
    let db = world.running.databases.first().expect("auth's");
    svc_auth::operator::delete(db, ann.id, Duration::ZERO, world.ambient.clock.now()).await.expect("begun");
    world.ambient.clock.advance(Duration::minutes(11));
    let held = world.ambient.pauses.hold("auth.deletion.safety");
    let run = tokio::spawn({
        let (auth, id) = (world.auth().clone(), ann.id);
        async move { auth.go_on_deleting(id).await }
    });
    held.reached().await;
    world.auth().go_on_deleting(ann.id).await.expect("another has it");
    assert_eq!(world.count("select count(*) from auth.deletion where step = 'safety'").await, 1);
    held.release();
    run.await.unwrap().expect("done");
    assert_eq!(world.count("select count(*) from auth.deletion where done_at is not null").await, 1);
}
