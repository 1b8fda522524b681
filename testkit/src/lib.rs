//! Worlds for tests: a database each, the whole system in one process, and people who call it as the web client does.
#![expect(clippy::expect_used, clippy::panic, reason = "a test that cannot go on fails")]

mod answer;
pub mod chaos;
mod database;
mod http;
mod mail;
mod oidc;
mod person;
mod redis;
mod schema;
mod spec;
mod world;

pub use answer::Answer;
pub use database::{TestDatabase, server};
pub use http::{Http, is_refused};
pub use mail::{Letter, MailMode, TestMail};
pub use oidc::{APPLE_ID, GOOGLE_ID, IssuerMode, Signer, TestIssuer, signed_otherwise};
pub use person::{PASSWORD, Person};
pub use redis::TestRedis;
pub use world::{World, WorldBuilder};
