//! A Postgres of a provider: its owner may make databases and roles, and is no superuser.

use platform::{Role, config::Source, pg::Db, random::Random};
use siddes::{Settings, system::schemas};
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection, Row};
use testkit::TestDatabase;

#[tokio::test]
async fn an_owner_without_superuser_migrates_and_services_take_their_own_roles() {
    // Another's database, so that the services' roles exist: they belong to the whole server.
    let admin = TestDatabase::create().await.options;
    // Swept with the other tests' databases.
    let name = format!("test_{}_{}", std::process::id(), Random::default().hex::<4>());
    let owner = format!("owner_{name}");
    let mut conn = PgConnection::connect_with(&admin).await.unwrap();
    for sql in [format!("create role {owner} login createrole"), format!("create database {name} owner {owner}")] {
        conn.execute(AssertSqlSafe(sql)).await.unwrap();
    }
    let version: i32 =
        sqlx::query_scalar("select current_setting('server_version_num')::int4").fetch_one(&mut conn).await.unwrap();
    if version >= 160_000 {
        // What the one who makes a role has there by itself.
        let grant = "grant siddes_auth, siddes_social, siddes_safety, siddes_inbox to";
        conn.execute(AssertSqlSafe(format!("{grant} {owner} with admin true, inherit false, set false")))
            .await
            .unwrap();
    }
    let options = admin.clone().username(&owner).database(&name);
    for schema in schemas() {
        schema.migrate(&options).await.unwrap();
        schema.migrate(&options).await.expect("twice is once");
    }
    let source = Source::from_vars([("SIDDES_ENV".to_owned(), "development".to_owned())]);
    let settings = Settings::read(source, Some(options)).unwrap();
    for role in Role::SERVICES {
        let db = Db::new(role, &settings.databases[&role]).expect("a pool");
        let row = db.conn().await.unwrap().fetch_one(sqlx::query("/* test.role */ select current_user::text")).await;
        assert_eq!(row.unwrap().get::<String, _>(0), format!("siddes_{role}"));
        db.close().await;
    }
    for sql in
        [format!("drop database {name} with (force)"), format!("drop owned by {owner}"), format!("drop role {owner}")]
    {
        conn.execute(AssertSqlSafe(sql)).await.unwrap();
    }
}
