//! A person as auth tells it to the other services: the row that is copied, and what follows from it.

use proto::common::v1 as pb;
use serde_json::Value;
use time::{Duration, OffsetDateTime};

use crate::{
    error::{Error, Kind, Refusal},
    ids::AccountId,
    timestamp,
};

/// Effective state of an account: its lifecycle unless that is live, else its moderation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, sqlx::Type, serde::Serialize, serde::Deserialize)]
#[sqlx(type_name = "text", rename_all = "snake_case")]
#[serde(rename_all = "snake_case")]
pub enum AccountState {
    Active,
    ReadOnly,
    Suspended,
    Banned,
    Deactivated,
    Deleting,
    Deleted,
}

impl AccountState {
    pub const ALL: [Self; 7] =
        [Self::Active, Self::ReadOnly, Self::Suspended, Self::Banned, Self::Deactivated, Self::Deleting, Self::Deleted];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::ReadOnly => "read_only",
            Self::Suspended => "suspended",
            Self::Banned => "banned",
            Self::Deactivated => "deactivated",
            Self::Deleting => "deleting",
            Self::Deleted => "deleted",
        }
    }

    /// Exact words only.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == text)
    }

    /// Gone people do not exist to others. Read-only and suspended ones stay visible.
    pub const fn gone(self) -> bool {
        matches!(self, Self::Banned | Self::Deactivated | Self::Deleting | Self::Deleted)
    }
}

impl From<AccountState> for pb::AccountState {
    fn from(state: AccountState) -> Self {
        match state {
            AccountState::Active => Self::Active,
            AccountState::ReadOnly => Self::ReadOnly,
            AccountState::Suspended => Self::Suspended,
            AccountState::Banned => Self::Banned,
            AccountState::Deactivated => Self::Deactivated,
            AccountState::Deleting => Self::Deleting,
            AccountState::Deleted => Self::Deleted,
        }
    }
}

/// What decides visibility about an account, as copied to its readers. A higher version replaces a lower one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    pub id: AccountId,
    pub username: String,
    pub full_name: String,
    pub state: AccountState,
    pub until: Option<OffsetDateTime>,
    pub staff: bool,
    pub email_verified: bool,
    pub created_at: OffsetDateTime,
    pub version: i64,
}

impl Person {
    /// The state now: a timed restriction lapses by comparison, without a write. A ban never lapses.
    pub fn effective_state(&self, now: OffsetDateTime) -> AccountState {
        match (self.state, self.until) {
            (AccountState::ReadOnly | AccountState::Suspended, Some(until)) if until <= now => AccountState::Active,
            (state, _) => state,
        }
    }

    pub const fn gone(&self) -> bool {
        self.state.gone()
    }

    /// Staff are not stopped by a restriction; everybody else writes only while active.
    pub fn may_write(&self, now: OffsetDateTime) -> bool {
        let state = self.effective_state(now);
        state == AccountState::Active
            || (self.staff && !matches!(state, AccountState::Deleting | AccountState::Deleted))
    }

    /// 403 `account_restricted`, as every write of a restricted account is refused.
    ///
    /// # Errors
    /// The refusal, with state, until, `retry_after_sec` and reason.
    pub fn refuse_if_restricted(&self, reason: Option<&str>, now: OffsetDateTime) -> Result<(), Refusal> {
        if self.may_write(now) {
            return Ok(());
        }
        let until = self.until.filter(|_| self.state != AccountState::Banned);
        let left = until.map(|until| (until - now).max(Duration::ZERO).whole_seconds());
        Err(Refusal::new(Kind::Forbidden, "account_restricted")
            .with("restricted", true)
            .with("state", self.effective_state(now).as_str())
            .with("until", self.until.map_or(Value::Null, |until| timestamp::iso(until).into()))
            .with("retry_after_sec", left.map_or(Value::Null, Value::from))
            .with("reason", reason.map_or(Value::Null, Value::from)))
    }

    pub fn to_proto(&self) -> pb::Person {
        pb::Person {
            id: self.id.0,
            username: self.username.clone(),
            full_name: self.full_name.clone(),
            state: pb::AccountState::from(self.state).into(),
            until: self.until.map(timestamp::to_proto),
            staff: self.staff,
            email_verified: self.email_verified,
            created_at: Some(timestamp::to_proto(self.created_at)),
            version: self.version,
        }
    }

    /// # Errors
    /// A state this release does not know: nothing may be decided by it.
    pub fn from_proto(person: pb::Person) -> Result<Self, Error> {
        let state = match person.state() {
            pb::AccountState::Unspecified => return Err(Error::Internal("a person without a state")),
            pb::AccountState::Active => AccountState::Active,
            pb::AccountState::ReadOnly => AccountState::ReadOnly,
            pb::AccountState::Suspended => AccountState::Suspended,
            pb::AccountState::Banned => AccountState::Banned,
            pb::AccountState::Deactivated => AccountState::Deactivated,
            pb::AccountState::Deleting => AccountState::Deleting,
            pb::AccountState::Deleted => AccountState::Deleted,
        };
        Ok(Self {
            id: AccountId(person.id),
            username: person.username,
            full_name: person.full_name,
            state,
            until: person.until.and_then(timestamp::try_from_proto),
            staff: person.staff,
            email_verified: person.email_verified,
            created_at: timestamp::from_proto(person.created_at),
            version: person.version,
        })
    }
}
