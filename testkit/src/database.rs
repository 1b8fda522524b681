//! A database a test, copied from a migrated template on one Postgres that all test processes share.

use std::{
    fs::{self, File},
    path::{Path, PathBuf},
};

use platform::random::Random;
use siddes::{
    private::{Postgres, postgres_bin},
    system::schemas,
};
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection, Row, postgres::PgConnectOptions};

/// The database of one test.
#[derive(Clone, Debug)]
pub struct TestDatabase {
    /// As the owner of everything.
    pub options: PgConnectOptions,
}

/// The folder in which the shared server lives, beside the build.
pub fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/testkit-postgres")
}

/// The shared server, started by the first test that needs it and adopted by the others. It keeps nothing that
/// matters, so it writes nothing through.
pub async fn server() -> Postgres {
    let path = std::env::var_os("PATH").and_then(|path| path.into_string().ok());
    let bin = postgres_bin(None, path.as_deref()).expect("Postgres is installed: ./dev test does that");
    let fast = ["fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=500"];
    Postgres::start(bin, &folder(), &fast).await.expect("the test server starts")
}

impl TestDatabase {
    /// A new database with every schema migrated.
    pub async fn create() -> Self {
        fs::create_dir_all(folder()).expect("target folder");
        // One process at a time starts the server and makes the template.
        let lock = File::create(folder().join("lock")).expect("lock file");
        lock.lock().expect("lock");
        let owner = server().await.options();
        let template = template(&owner).await;
        drop(lock);

        let name = format!("test_{}_{}", std::process::id(), Random::default().hex::<4>());
        let mut conn = PgConnection::connect_with(&owner).await.expect("test server");
        sweep(&mut conn).await;
        conn.execute(AssertSqlSafe(format!("create database {name} template {template} strategy file_copy")))
            .await
            .expect("a copy of the template");
        Self { options: owner.database(&name) }
    }

    /// A connection of the owner, who may look at everything.
    pub async fn connect(&self) -> PgConnection {
        PgConnection::connect_with(&self.options).await.expect("test database")
    }

    /// One number, as the owner sees it.
    pub async fn count(&self, sql: &'static str) -> i64 {
        sqlx::query_scalar(sql).fetch_one(&mut self.connect().await).await.expect("a count")
    }

    /// Waits until that number is the expected one.
    pub async fn until(&self, sql: &'static str, expected: i64) {
        let mut found = 0;
        for _ in 0..1_000 {
            found = self.count(sql).await;
            if found == expected {
                return;
            }
            tokio::task::yield_now().await;
        }
        panic!("{found} instead of {expected}: {sql}");
    }
}

/// Named after what the migrations contain, so that a changed one makes another.
async fn template(owner: &PgConnectOptions) -> String {
    let mut seed = String::new();
    for schema in schemas() {
        // A name has 63 characters at most, and every service a share of them.
        seed.push_str(&schema.fingerprint()[..10]);
    }
    let name = format!("template_{seed}");
    let mut conn = PgConnection::connect_with(owner).await.expect("test server");
    let known = sqlx::query("select from pg_database where datname = $1 and datistemplate").bind(&name);
    if conn.fetch_optional(known).await.expect("databases").is_some() {
        return name;
    }
    for sql in [format!("drop database if exists {name}"), format!("create database {name}")] {
        conn.execute(AssertSqlSafe(sql)).await.expect("template");
    }
    let options = owner.clone().database(&name);
    for schema in schemas() {
        schema.migrate(&options).await.expect("migrations");
    }
    conn.execute(AssertSqlSafe(format!("alter database {name} is_template true"))).await.expect("template");
    name
}

/// Drops what tests of processes that are over have left.
async fn sweep(conn: &mut PgConnection) {
    let rows = conn.fetch_all("select datname::text from pg_database where datname like 'test\\_%'").await;
    for row in rows.expect("databases") {
        let name: String = row.get(0);
        let process = name.split('_').nth(1).and_then(|pid| pid.parse::<u32>().ok());
        if process.is_none_or(|pid| !Path::new(&format!("/proc/{pid}")).exists()) {
            // Two tests may sweep at once; the other one then was faster.
            let _gone = conn.execute(AssertSqlSafe(format!("drop database if exists {name} with (force)"))).await;
        }
    }
}
