//! Links into circles: whoever holds the token may join, as often as the owner allowed and as long as he did. What
//! leads nowhere tells nothing.

mod accept;
mod own;
mod preview;
mod store;
mod sweep;
mod token;

use platform::Side;
use time::OffsetDateTime;

pub use self::{own::NewLink, preview::Previewed, sweep::Purge, token::Token};

/// The first of these that holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    Revoked,
    Expired,
    UsedUp,
    Active,
}

/// A link as the owner of its circle sees it.
#[derive(Debug)]
pub struct Link {
    pub token: Token,
    pub circle: String,
    /// As they were when it was made.
    pub label: String,
    pub side: Side,
    pub max_uses: i32,
    pub uses: i32,
    /// `None` = never.
    pub expires_at: Option<OffsetDateTime>,
    pub revoked_at: Option<OffsetDateTime>,
    pub created_at: OffsetDateTime,
    pub updated_at: OffsetDateTime,
}

/// What decides whether a link leads anywhere.
#[derive(Clone, Copy, Debug)]
pub struct State {
    uses: i32,
    max_uses: i32,
    expires_at: Option<OffsetDateTime>,
    revoked_at: Option<OffsetDateTime>,
}

impl State {
    pub fn status(self, now: OffsetDateTime) -> Status {
        if self.revoked_at.is_some() {
            Status::Revoked
        } else if self.expires_at.is_some_and(|at| at <= now) {
            Status::Expired
        } else if self.uses >= self.max_uses {
            Status::UsedUp
        } else {
            Status::Active
        }
    }
}

impl Link {
    pub fn status(&self, now: OffsetDateTime) -> Status {
        let Self { uses, max_uses, expires_at, revoked_at, .. } = *self;
        State { uses, max_uses, expires_at, revoked_at }.status(now)
    }
}

#[cfg(test)]
mod tests {
    use time::Duration;

    use super::*;

    #[test]
    fn the_first_that_holds_is_told() {
        let now = OffsetDateTime::UNIX_EPOCH;
        let later = now + Duration::SECOND;
        for (revoked_at, expires_at, uses, status) in [
            (Some(now), Some(now), 2, Status::Revoked),
            (None, Some(now), 2, Status::Expired),
            (None, Some(later), 2, Status::UsedUp),
            (None, None, 2, Status::UsedUp),
            (None, Some(later), 1, Status::Active),
            (None, None, 0, Status::Active),
        ] {
            let state = State { uses, max_uses: 2, expires_at, revoked_at };
            assert_eq!(state.status(now), status, "{state:?}");
        }
    }
}
