//! An account as its owner is told about it.

pub mod store;

use platform::{AccountId, person::AccountState};
use time::OffsetDateTime;

/// What `GET /api/auth/me` and every sign-in answer with.
#[derive(Clone, Debug)]
pub struct Account {
    pub id: AccountId,
    pub username: String,
    pub email: Option<String>,
    pub email_verified: bool,
    pub age_confirmed_at: Option<OffsetDateTime>,
    pub locality: Locality,
    pub onboarding: Onboarding,
    pub staff: bool,
    pub created_at: OffsetDateTime,
    pub restriction: Restriction,
}

#[derive(Clone, Debug)]
pub struct Locality {
    /// Two upper-case letters, or "".
    pub detected_region: String,
    pub chosen_region: String,
}

#[derive(Clone, Debug)]
pub struct Onboarding {
    pub completed: bool,
    /// `welcome`, `handle` or `done`.
    pub step: String,
    pub contact_sync_done: bool,
}

/// Effective state; a restriction that lapsed is none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Restriction {
    pub state: AccountState,
    pub until: Option<OffsetDateTime>,
    pub reason: Option<String>,
}

impl Restriction {
    pub const NONE: Self = Self { state: AccountState::Active, until: None, reason: None };

    /// What is in force now of what moderators decided.
    pub fn now(
        state: AccountState,
        until: Option<OffsetDateTime>,
        reason: Option<String>,
        now: OffsetDateTime,
    ) -> Self {
        let timed = matches!(state, AccountState::ReadOnly | AccountState::Suspended);
        if state == AccountState::Active || (timed && until.is_some_and(|until| until <= now)) {
            return Self::NONE;
        }
        Self { state, until, reason }
    }
}

#[cfg(test)]
mod tests {
    use time::{Duration, macros::datetime};

    use super::*;

    #[test]
    fn a_timed_restriction_lapses_and_a_ban_does_not() {
        let now = datetime!(2026-11-24 12:00 UTC);
        let at = |state| Restriction::now(state, Some(now), Some("spam".to_owned()), now);
        assert_eq!(at(AccountState::Suspended), Restriction::NONE);
        assert_eq!(at(AccountState::ReadOnly), Restriction::NONE);
        assert_eq!(at(AccountState::Banned).state, AccountState::Banned);
        let later = Restriction::now(AccountState::Suspended, Some(now + Duration::seconds(1)), None, now);
        assert_eq!(later.state, AccountState::Suspended);
    }
}
