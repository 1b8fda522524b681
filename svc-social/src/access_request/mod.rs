//! Access requests: a wish to be shown a Side. Only the owner's answer places anybody, and a rejection is never told.

mod ask;
mod list;
mod respond;
mod store;

pub use self::{ask::Ask, list::Asked, respond::Respond, store::cancel};
