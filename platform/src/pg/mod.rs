//! Postgres: a pool a service, connections that count what they run, migrations, and locks between people.

mod conn;
mod db;
mod error;
pub mod lock;
mod migrate;
mod tx;

pub(crate) use self::db::worker_pool;
pub use self::{
    conn::Conn,
    db::{Db, DbSettings},
    error::{describe, is_unavailable, violates},
    migrate::{MigrateError, SchemaState, ServiceSchema},
    tx::Tx,
};
