//! What `siddes up` starts for itself: a Postgres of its own, below the data folder, and a Redis where there is one.

mod postgres;
mod programs;
mod redis;

pub use postgres::{Postgres, PostgresError};
pub use programs::{find_postgres, find_redis, postgres_bin, redis_program};
pub use redis::{Redis, RedisError, end_left_over as end_left_over_redis};
