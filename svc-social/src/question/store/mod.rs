//! SQL of what other services ask.

pub mod circles;
pub mod people;
