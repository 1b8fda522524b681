//! What happened to an account, remembered for 90 days: written by the change itself, or, where nothing changed, behind
//! the answer.

mod failed;
mod purge;
mod store;

use platform::call;

pub use self::{
    failed::{Failures, failures, sign_in_failed},
    purge::Purge,
};

/// The id of the request in progress, as an event keeps it.
pub fn request_id() -> Option<String> {
    call::current().map(|call| call.request_id.chars().take(64).collect())
}
