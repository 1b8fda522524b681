//! Postgres: a pool a service, connections that count and measure what they run, migrations, and locks between people.

mod conn;
mod db;
mod error;
pub mod lock;
mod migrate;
mod query;
mod server;
mod tx;

pub(crate) use self::db::worker_pool;
pub use self::{
    conn::Conn,
    db::{Db, DbSettings, PoolState, WORKER_CONNECTIONS},
    error::{describe, is_forbidden, is_unavailable, is_unmigrated, violates},
    migrate::{MigrateError, SchemaState, ServiceSchema},
    query::name as query_name,
    server::ServerFacts,
    tx::Tx,
};
