//! What a Postgres server is, as far as an operator should know before a launch.

use sqlx::{AssertSqlSafe, Row};
use time::OffsetDateTime;

use super::conn::Conn;
use crate::role::Role;

/// As one service's connection sees it.
#[derive(Clone, Debug)]
pub struct ServerFacts {
    pub max_connections: u32,
    /// The server's own clock.
    pub now: OffsetDateTime,
    /// Schemas of other services that this connection may enter.
    pub foreign_schemas: Vec<String>,
    /// Whether a commit waits for another server.
    pub standby: bool,
}

impl ServerFacts {
    /// # Errors
    /// The database's.
    pub async fn read(conn: &mut Conn, role: Role) -> Result<Self, sqlx::Error> {
        let others: Vec<&str> =
            Role::SERVICES.iter().filter(|other| **other != role).map(|other| other.as_str()).collect();
        // The one statement that asks the server for the time: that is what it is about.
        let sql = format!(
            "/* {role}.server.facts */
             select current_setting('max_connections')::int4, clock_timestamp(),
                    array(select nspname::text from pg_catalog.pg_namespace
                          where nspname = any($1) and has_schema_privilege(current_user, oid, 'usage') order by nspname),
                    current_setting('synchronous_standby_names') <> '' and current_setting('synchronous_commit') <> 'off'"
        );
        let row = sqlx::query(AssertSqlSafe(sql)).bind(others).fetch_one(conn).await?;
        Ok(Self {
            max_connections: u32::try_from(row.try_get::<i32, _>(0)?).unwrap_or_default(),
            now: row.try_get(1)?,
            foreign_schemas: row.try_get(2)?,
            standby: row.try_get(3)?,
        })
    }
}
