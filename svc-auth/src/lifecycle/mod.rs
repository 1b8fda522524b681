//! An account goes to rest, and comes back by signing in.

mod deactivate;
mod reactivate;
mod store;

pub use self::{deactivate::deactivate, reactivate::reactivate};
