//! SQL of whole accounts.

pub mod circles;
pub mod export;
pub mod rows;
