//! What every service needs and none owns: settings, telemetry, Postgres, gRPC, identity, jobs, time and randomness.

pub mod access;
pub mod ambient;
pub mod behind;
pub mod call;
pub mod clock;
pub mod config;
pub mod cursor;
pub mod error;
#[cfg(test)]
mod forgery_tests;
pub mod grpc;
pub mod identity;
pub mod ids;
pub mod jobs;
pub mod link;
pub mod pause;
pub mod person;
pub mod pg;
pub mod quota;
pub mod random;
pub mod redis;
pub mod role;
pub mod schedule;
pub mod seal;
pub mod security;
pub mod side;
pub mod status;
pub mod telemetry;
pub mod timestamp;
pub mod vitals;

pub use ambient::Ambient;
pub use error::{Error, Kind, Refusal};
pub use ids::{AccountId, PostId, ReplyId};
pub use role::Role;
pub use side::Side;
