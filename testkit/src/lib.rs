//! Worlds for tests: a database each, the whole system in one process, and people who call it as the web client does.
#![expect(clippy::expect_used, clippy::panic, reason = "a test that cannot go on fails")]

mod answer;
pub mod chaos;
mod database;
mod http;
mod person;
mod world;

pub use answer::Answer;
pub use database::{TestDatabase, server};
pub use http::Http;
pub use person::Person;
pub use world::{World, WorldBuilder};
