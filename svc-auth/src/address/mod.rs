//! The address of an account: a claim until its mailbox is proven, then an identity that nobody else can have.

mod change;
mod store;
mod verify;

use platform::{Error, pg::violates};

pub use self::{
    change::{Change, confirm as confirm_change, request as request_change},
    verify::{Resent, confirm, resend},
};
use crate::refused::Refused;

/// Between two who prove one address, the unique index decides.
fn taken(error: sqlx::Error) -> Error {
    if is_taken(&error) { Refused::EmailTaken.into() } else { error.into() }
}

/// Somebody else proved the address first.
pub fn is_taken(error: &sqlx::Error) -> bool {
    violates(error, "account_verified_email")
}
