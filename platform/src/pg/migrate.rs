//! Migrations: one schema, one role and one migrations table a service; forward only.

use sqlx::{
    AssertSqlSafe, Connection, Executor, PgConnection, PgPool, Row,
    migrate::{MigrateError as SqlxMigrateError, Migrator},
    postgres::{PgConnectOptions, PgPoolOptions},
};

use super::conn::Conn;
use crate::role::Role;

/// The schema of one service: its migrations, embedded in the binary.
#[derive(Debug)]
pub struct ServiceSchema {
    pub role: Role,
    migrator: Migrator,
}

/// What a database has of a schema.
#[derive(Clone, Copy, Debug)]
pub struct SchemaState {
    /// Migrations of this binary that the database lacks.
    pub pending: u32,
    /// Migrations of the database that this binary does not know.
    pub unknown: u32,
}

impl SchemaState {
    /// Whether this program can work on it. One that a newer release has added to is no hindrance: migrations only add
    /// within a release, so the old processes serve until they are replaced.
    pub const fn serves(self) -> bool {
        self.pending == 0
    }
}

#[derive(Debug, thiserror::Error)]
pub enum MigrateError {
    #[error("the database is newer than this program: it has migration {0} of {1}; run a newer release")]
    TooNew(i64, Role),
    #[error("migration of {role}: {source}")]
    Migration { role: Role, source: SqlxMigrateError },
    #[error("database: {0}")]
    Database(#[from] sqlx::Error),
    #[error("jobs of {role}: {message}")]
    Jobs { role: Role, message: String },
}

impl ServiceSchema {
    /// `migrator` is `sqlx::migrate!()` of the service's crate.
    pub fn new(role: Role, mut migrator: Migrator) -> Self {
        migrator.dangerous_set_table_name(format!("{role}._migrations"));
        migrator.create_schema(role.as_str());
        Self { role, migrator }
    }

    /// Brings the schema, the service's database role, its rights and its jobs up to date. Safe to run at once
    /// from many places: an advisory lock lets one work and the others find it done.
    ///
    /// # Errors
    /// [`MigrateError`]; a database that is too new is left alone.
    pub async fn migrate(&self, owner: &PgConnectOptions) -> Result<(), MigrateError> {
        let role = self.role;
        let mut conn = PgConnection::connect_with(owner).await?;
        // Roles belong to the whole cluster, where the migrator's own lock holds for one database only.
        conn.execute(sqlx::query("select pg_advisory_lock(7310579)")).await?;
        let create = format!(
            "do $$ begin create role siddes_{role} login; exception when duplicate_object or unique_violation then null; end $$"
        );
        conn.execute(AssertSqlSafe(create)).await?;
        conn.execute(AssertSqlSafe(membership(role))).await?;
        conn.execute(sqlx::query("select pg_advisory_unlock(7310579)")).await?;
        self.migrator.run(&mut conn).await.map_err(|source| match source {
            SqlxMigrateError::VersionMissing(version) => MigrateError::TooNew(version, role),
            source => MigrateError::Migration { role, source },
        })?;
        migrate_jobs(owner, role).await?;
        conn.execute(AssertSqlSafe(grants(role))).await?;
        conn.close().await?;
        Ok(())
    }

    /// Hex that changes with every change of a migration.
    pub fn fingerprint(&self) -> String {
        let bytes = self.migrator.iter().flat_map(|migration| migration.checksum.iter());
        let mixed = bytes.enumerate().fold([0_u8; 8], |mut mixed, (place, byte)| {
            mixed[place % 8] = mixed[place % 8].rotate_left(3) ^ byte;
            mixed
        });
        format!("{:016x}", u64::from_be_bytes(mixed))
    }

    /// # Errors
    /// The database's; a schema that does not exist at all is an error too.
    pub async fn state(&self, conn: &mut Conn) -> Result<SchemaState, sqlx::Error> {
        let role = self.role;
        let sql = format!("/* {role}.schema.state */ select version from {role}._migrations where success");
        let rows = conn.fetch_all(AssertSqlSafe(sql)).await?;
        let applied = rows.iter().map(|row| row.try_get::<i64, _>(0)).collect::<Result<Vec<_>, _>>()?;
        let known: Vec<i64> = self.migrator.iter().map(|migration| migration.version).collect();
        let count = |missing: usize| u32::try_from(missing).unwrap_or(u32::MAX);
        Ok(SchemaState {
            pending: count(known.iter().filter(|version| !applied.contains(version)).count()),
            unknown: count(applied.iter().filter(|version| !known.contains(version)).count()),
        })
    }
}

/// The jobs library's own migrations, in a schema of its own a service.
async fn migrate_jobs(owner: &PgConnectOptions, role: Role) -> Result<(), MigrateError> {
    let pool: PgPool = PgPoolOptions::new().max_connections(2).connect_lazy_with(owner.clone());
    let utils = graphile_worker::WorkerUtils::new(pool.clone(), format!("{role}_jobs"));
    let migrated = utils.migrate().await;
    pool.close().await;
    migrated.map_err(|error| MigrateError::Jobs { role, message: error.to_string() })
}

/// Services that share the owner's URL take their roles with it; only a superuser, which managed servers give nobody,
/// may do that with a role that he was not granted. One who may not grant it was granted it by somebody else.
fn membership(role: Role) -> String {
    format!(
        "do $$ begin
            if not (select rolsuper from pg_roles where rolname = current_user) then
                grant siddes_{role} to current_user;
            end if;
         exception when insufficient_privilege then null; end $$"
    )
}

/// The service's role may read and write its own rows, and no more. The jobs library protects its tables by row
/// security without a policy; a role that does not own them needs one to add and to run jobs.
fn grants(role: Role) -> String {
    format!(
        r"
        grant usage on schema {role}, {role}_jobs to siddes_{role};
        grant select, insert, update, delete on all tables in schema {role}, {role}_jobs to siddes_{role};
        grant usage, select on all sequences in schema {role}, {role}_jobs to siddes_{role};
        grant execute on all functions in schema {role}, {role}_jobs to siddes_{role};
        revoke insert, update, delete on {role}._migrations from siddes_{role};
        do $$
        declare t record;
        begin
            for t in select c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace
                     where n.nspname = '{role}_jobs' and c.relkind in ('r', 'p') and c.relrowsecurity
                       and not exists (select from pg_policy p where p.polrelid = c.oid and p.polname = 'siddes')
            loop
                execute format('create policy siddes on {role}_jobs.%I to siddes_{role} using (true) with check (true)', t.relname);
            end loop;
        end $$;
        "
    )
}
