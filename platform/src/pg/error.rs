//! What a database error means: out of reach, a constraint that decided, or a bug.

use sqlx::{Error, error::DatabaseError};

/// The database, or its time, is out of reach: 503, safe to repeat.
pub fn is_unavailable(error: &Error) -> bool {
    match error {
        // Protocol: a server that goes away in the middle of an answer.
        Error::Io(_)
        | Error::Tls(_)
        | Error::PoolTimedOut
        | Error::PoolClosed
        | Error::WorkerCrashed
        | Error::Protocol(_) => true,
        Error::Database(error) => error.code().is_some_and(|code| {
            // Connection, resources, operator; then deadlock, serialization, lock and statement timeouts.
            ["08", "53", "57"].iter().any(|class| code.starts_with(class))
                || ["40001", "40P01", "55P03"].contains(&code.as_ref())
        }),
        _ => false,
    }
}

/// The connection that gave this error is not to be used again.
pub(super) fn breaks_connection(error: &Error) -> bool {
    match error {
        Error::Io(_) | Error::Tls(_) | Error::Protocol(_) | Error::WorkerCrashed => true,
        Error::Database(error) => error.code().is_some_and(|code| code.starts_with("57P") || code.starts_with("08")),
        _ => false,
    }
}

/// The role that the connection was to take, or the table that was asked for, does not exist: migrations are missing.
pub fn is_unmigrated(error: &Error) -> bool {
    let code = error.as_database_error().and_then(DatabaseError::code);
    code.is_some_and(|code| ["22023", "42P01", "3F000"].contains(&code.as_ref()))
}

/// The server refuses this to the role we have.
pub fn is_forbidden(error: &Error) -> bool {
    error.as_database_error().and_then(DatabaseError::code).is_some_and(|code| code == "42501")
}

/// Whether the constraint or unique index of this name refused the row.
pub fn violates(error: &Error, constraint: &str) -> bool {
    error.as_database_error().and_then(|error| error.constraint()) == Some(constraint)
}

/// For logs: code and constraint, never the server's text, which quotes values.
pub fn describe(error: &Error) -> String {
    match error {
        Error::Database(error) => {
            let code = error.code().unwrap_or_default();
            format!("SQLSTATE {code} {}", error.constraint().unwrap_or_default())
        }
        Error::Io(error) => format!("io: {}", error.kind()),
        Error::ColumnDecode { index, .. } => format!("column {index} cannot be read"),
        Error::PoolTimedOut => "no connection in time".to_owned(),
        Error::RowNotFound => "a row that must exist does not".to_owned(),
        _ => "other".to_owned(),
    }
}
