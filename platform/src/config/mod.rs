//! Settings: read once at start from the environment, or from files named by it; every problem is a sentence.
//!
//! A new setting is read through [`Source`], and has a row in [`table`] that says what it means.

mod app_base;
mod common;
mod database;
mod problem;
mod read;
mod rows;
mod source;
pub mod table;
pub mod unread;

pub use self::{
    common::{Common, guard_secret, is_strong},
    database::{owner_database, service_database, shared_database},
    problem::{INVALID, Problem, Problems},
    read::{How, Read},
    source::{Environment, Source},
};

#[cfg(test)]
mod tests;
