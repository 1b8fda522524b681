//! What `siddes up` starts for itself: a Postgres of its own, below the data folder.

mod postgres;
mod programs;

pub use postgres::{Postgres, PostgresError};
pub use programs::postgres_bin;
