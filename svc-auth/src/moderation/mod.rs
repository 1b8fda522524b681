//! The state of an account, in two columns that do not touch each other: what moderators decided, and its lifecycle.

mod decide;
pub mod store;

use platform::{
    AccountId, Error, Role, jobs,
    person::AccountState,
    security::{Event, Kind},
};
use time::OffsetDateTime;

pub use self::decide::{Decision, decide};
use crate::{
    Service,
    people::{self, PushPerson},
    refused::Refused,
};

const MAX_REASON: usize = 160;

/// What is to become of an account.
#[derive(Clone, Debug)]
pub struct Change<'a> {
    pub state: AccountState,
    /// When a restriction lapses; unset = never.
    pub until: Option<OffsetDateTime>,
    /// At most 160 characters are kept; the person may read it.
    pub reason: Option<&'a str>,
    pub by: Option<AccountId>,
}

/// Commits the change with a job, then tells all copies. Nothing to change still tells them: an earlier call may have
/// failed half-way.
///
/// # Errors
/// 404 `not_found`, 403 `not_allowed`, 400 `invalid_state`, 503 `unavailable`.
pub async fn set(service: &Service, account: AccountId, change: Change<'_>) -> Result<(), Error> {
    let now = service.now();
    let mut tx = service.db().begin().await?;
    let present = store::lock(&mut tx, account).await?.ok_or(Refused::UnknownAccount)?;
    let mut changed = false;
    if moderates(change.state) {
        if present.staff && change.state != AccountState::Active {
            return Err(Refused::NotAllowed.into());
        }
        let reason: Option<String> = change.reason.map(|reason| reason.chars().take(MAX_REASON).collect());
        let change = Change { reason: reason.as_deref(), ..change };
        changed = store::moderate(&mut tx, account, &change, now).await?;
    } else if present.lifecycle != change.state.as_str() {
        if !may_become(&present.lifecycle, change.state) {
            return Err(Refused::InvalidState.into());
        }
        store::move_on(&mut tx, account, change.state, None, now).await?;
        changed = true;
    }
    jobs::add(&mut tx, Role::Auth, &PushPerson::of(account)).await?;
    tx.commit().await?;
    if changed {
        Event::new(kind(change.state)).account(account).by(change.by).detail(change.state.as_str()).write();
    }
    service.ambient().pauses.point("auth.state.committed").await;
    people::push_now(service, account).await.map_err(|error| {
        tracing::warn!(%error, "a copy was not told of a state; its job will");
        Refused::Unavailable.into()
    })
}

const fn moderates(state: AccountState) -> bool {
    use AccountState::{Active, Banned, ReadOnly, Suspended};
    matches!(state, Active | ReadOnly | Suspended | Banned)
}

/// What the account's history keeps of it.
pub const fn kind(state: AccountState) -> Kind {
    match state {
        AccountState::Deactivated => Kind::Deactivated,
        AccountState::Deleting => Kind::Deleting,
        AccountState::Deleted => Kind::Deleted,
        _ => Kind::Moderated,
    }
}

/// The way back is the owner's: signing in.
pub fn may_become(lifecycle: &str, state: AccountState) -> bool {
    match state {
        AccountState::Deactivated => lifecycle == "live",
        AccountState::Deleting => lifecycle == "live" || lifecycle == "deactivated",
        AccountState::Deleted => lifecycle == "deleting",
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lifecycle_moves_in_one_direction() {
        assert!(may_become("live", AccountState::Deactivated));
        assert!(may_become("deactivated", AccountState::Deleting));
        assert!(may_become("deleting", AccountState::Deleted));
        assert!(!may_become("live", AccountState::Deleted));
        assert!(!may_become("deleted", AccountState::Deleting));
        assert!(!may_become("deleting", AccountState::Deactivated));
    }
}
