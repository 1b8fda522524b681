//! The databases: one that owns everything, and what each service makes of it.

use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};
use sqlx::postgres::PgConnectOptions;

use super::Source;
use crate::{pg::DbSettings, role::Role};

const RULE: &str = "is a postgres:// URL";

/// The database that owns everything: what migrations run as.
pub fn owner_database(source: &mut Source) -> Option<PgConnectOptions> {
    let url = source.secret("DATABASE_URL")?;
    parse_url(source, "DATABASE_URL", &url)
}

/// The database of one service: `SIDDES_<ROLE>_DATABASE_URL`, else `DATABASE_URL` in the service's own role.
pub fn service_database(source: &mut Source, role: Role, owner: Option<&PgConnectOptions>) -> Option<DbSettings> {
    let name = format!("SIDDES_{}_DATABASE_URL", role.as_str().to_uppercase());
    let own = source.secret(&name);
    let options = match &own {
        Some(url) => parse_url(source, &name, url),
        None => owner.cloned(),
    };
    if own.is_none() && owner.is_none() {
        source.problem("DATABASE_URL", RULE);
    }
    // Read also where there is no database yet: what is wrong with them is told at once.
    let (max_connections, statement_timeout) = bounds(source);
    Some(DbSettings { options: options?, max_connections, statement_timeout, set_role: own.is_none() })
}

/// A service's share of a database that all services use.
pub fn shared_database(source: &mut Source, options: PgConnectOptions) -> DbSettings {
    let (max_connections, statement_timeout) = bounds(source);
    DbSettings { options, max_connections, statement_timeout, set_role: true }
}

fn bounds(source: &mut Source) -> (u32, Duration) {
    let max_connections = source.number("SIDDES_DB_MAX_CONNECTIONS", 10, 1..=1_000);
    let timeout = source.number("SIDDES_DB_STATEMENT_TIMEOUT_MS", 3_000, 100..=60_000);
    (max_connections, Duration::from_millis(timeout))
}

fn parse_url(source: &mut Source, name: &str, url: &SecretString) -> Option<PgConnectOptions> {
    let url = url.expose_secret();
    // The parser takes any scheme.
    let ours = url.starts_with("postgres://") || url.starts_with("postgresql://");
    let options = if ours { url.parse().ok() } else { None };
    if options.is_none() {
        source.problem(name, RULE);
    }
    options
}
