//! What moderators decide, as safety passes it on: for how long, and what holds from then on.

use platform::{AccountId, Error, person::AccountState};
use time::{Duration, OffsetDateTime};

use super::{Change, moderates, set};
use crate::{Service, people, refused::Refused};

/// A restriction that ends lasts this long at most.
const LONGEST: i64 = 365 * 24 * 60;

/// A decision on somebody else's account.
#[derive(Clone, Copy, Debug)]
pub struct Decision<'a> {
    pub actor: AccountId,
    pub target: AccountId,
    /// `None` = a word that this release does not know.
    pub state: Option<AccountState>,
    /// 0 and below = endless.
    pub minutes: i64,
    /// "" = none.
    pub reason: &'a str,
}

/// What is in force now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Effective {
    pub state: AccountState,
    /// `None` = endless.
    pub until: Option<OffsetDateTime>,
}

/// Restricts or frees an account, everywhere before it answers; answers what holds from then on.
///
/// # Errors
/// 400 `invalid_state` (no moderator's), 403 `not_allowed` (oneself, staff), 404 `not_found`, 503 `unavailable`.
pub async fn decide(service: &Service, decision: Decision<'_>) -> Result<Effective, Error> {
    let state = decision.state.filter(|state| moderates(*state)).ok_or(Refused::InvalidState)?;
    if decision.actor == decision.target {
        return Err(Refused::NotAllowed.into());
    }
    let change = Change {
        state,
        until: until(state, decision.minutes, service.now()),
        reason: Some(decision.reason).filter(|reason| !reason.is_empty()),
        by: Some(decision.actor),
    };
    set(service, decision.target, change).await?;
    let person = people::by_ids(service, &[decision.target.0]).await?.pop().ok_or(Refused::UnknownAccount)?;
    let now = person.effective_state(service.now());
    Ok(Effective { state: now, until: person.until.filter(|_| now == person.state) })
}

/// A ban does not lapse, and what is free is free without end.
fn until(state: AccountState, minutes: i64, now: OffsetDateTime) -> Option<OffsetDateTime> {
    let timed = matches!(state, AccountState::ReadOnly | AccountState::Suspended) && minutes > 0;
    timed.then(|| now + Duration::minutes(minutes.min(LONGEST)))
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;

    #[test]
    fn only_what_restricts_for_a_while_ends() {
        let now = datetime!(2026-11-24 12:00 UTC);
        for state in [AccountState::ReadOnly, AccountState::Suspended] {
            assert_eq!(until(state, 90, now), Some(now + Duration::minutes(90)));
            assert_eq!(until(state, i64::MAX, now), Some(now + Duration::minutes(LONGEST)));
            for endless in [0, -1, i64::MIN] {
                assert_eq!(until(state, endless, now), None, "{endless}");
            }
        }
        assert_eq!(until(AccountState::Banned, 90, now), None);
        assert_eq!(until(AccountState::Active, 90, now), None);
    }
}
