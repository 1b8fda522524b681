//! SQL of whole accounts.

pub mod circles;
pub mod engagement;
pub mod export;
pub mod export_left;
pub mod export_met;
pub mod rows;
