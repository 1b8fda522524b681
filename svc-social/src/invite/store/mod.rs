//! SQL of invites.

mod ending;
mod making;
mod reading;

pub use self::{
    ending::{end, expire, lock, purge, revoke_between, revoke_late, revoke_of_circle},
    making::{New, To, make, stands},
    reading::{Page, find, finished, pending, seen},
};
use platform::{AccountId, Side};
use time::OffsetDateTime;

use super::Invite;

/// What became of an invite.
#[derive(Clone, Copy, Debug, PartialEq, Eq, sqlx::Type)]
#[sqlx(type_name = "text", rename_all = "lowercase")]
pub enum Status {
    Pending,
    Accepted,
    Rejected,
    /// By the inviter, by time, by a block, or by what became of the circle.
    Revoked,
}

impl Status {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Accepted => "accepted",
            Self::Rejected => "rejected",
            Self::Revoked => "revoked",
        }
    }
}

/// An invite as it is stored, with the present names of its parties.
#[derive(Clone, Debug)]
pub struct Row {
    pub id: String,
    pub circle: String,
    pub inviter: AccountId,
    pub invitee: AccountId,
    pub label: String,
    pub side: Side,
    pub status: Status,
    pub message: String,
    pub expires_at: Option<OffsetDateTime>,
    pub expired: bool,
    pub created_at: OffsetDateTime,
    pub updated_at: OffsetDateTime,
    pub inviter_name: String,
    pub invitee_name: String,
}

/// What of an invite changes.
#[derive(Debug)]
pub struct State {
    pub status: Status,
    pub expired: bool,
    pub updated_at: OffsetDateTime,
}

impl Row {
    /// Its time is over; that this is not written down yet makes no difference.
    pub fn overdue(&self, now: OffsetDateTime) -> bool {
        self.status == Status::Pending && self.expires_at.is_some_and(|at| at <= now)
    }

    /// As its parties are told of it.
    pub fn told(self, now: OffsetDateTime) -> Invite {
        let overdue = self.expires_at.filter(|_| self.overdue(now));
        Invite {
            status: if overdue.is_some() { Status::Revoked } else { self.status },
            expired: self.expired || overdue.is_some(),
            updated_at: overdue.unwrap_or(self.updated_at),
            id: self.id,
            circle: self.circle,
            label: self.label,
            side: self.side,
            inviter: self.inviter_name,
            invitee: self.invitee_name,
            message: self.message,
            created_at: self.created_at,
        }
    }
}
