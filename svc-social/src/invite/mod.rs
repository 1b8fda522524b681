//! Invites into circles: consent is the acceptance. Whoever is asked knows what stands in the invite, and nothing else,
//! until he accepts; one answer counts.

mod answer;
mod ask;
mod create;
mod list;
mod rule;
mod store;
mod sweep;

use platform::Side;
use time::OffsetDateTime;

pub use self::{
    answer::Answer,
    ask::ask,
    create::NewInvite,
    list::Directions,
    store::{Status, revoke_between, revoke_late, revoke_of_circle},
    sweep::{Expire, Purge},
};

/// An invite as one of its two parties sees it.
#[derive(Clone, Debug)]
pub struct Invite {
    pub id: String,
    pub circle: String,
    /// As they were when it was made.
    pub label: String,
    pub side: Side,
    /// Usernames, as they are now.
    pub inviter: String,
    pub invitee: String,
    pub status: Status,
    /// Revoked by time.
    pub expired: bool,
    pub message: String,
    pub created_at: OffsetDateTime,
    pub updated_at: OffsetDateTime,
}
