//! The account as its owner sees it: one shape for `/me` and for every way of signing in.

use platform::{AccountId, person::Person, timestamp};
use proto::{auth::v1 as pb, common::v1 as common};
use serde::Serialize;
use time::OffsetDateTime;
use utoipa::ToSchema;

use crate::{
    api::{Ctx, common::AccountState},
    door::{Answer, ok, with_cookie},
    error::Refused,
};

/// Everything about an account that its owner may know.
#[derive(Serialize, ToSchema)]
#[schema(as = Account)]
#[serde(rename_all = "camelCase")]
#[expect(clippy::struct_excessive_bools, reason = "the contract's own members")]
pub struct AccountBody {
    ok: bool,
    authenticated: bool,
    user: User,
    viewer_id: String,
    email_verified: bool,
    age_gate_confirmed: bool,
    min_age: i32,
    locality: Locality,
    onboarding: Onboarding,
    is_staff: bool,
    created_at: String,
    #[schema(required)]
    age_gate_confirmed_at: Option<String>,
    /// Whether the account was made with this sign-in; of those that can make one.
    #[serde(skip_serializing_if = "Option::is_none")]
    created: Option<bool>,
    /// A new password was set on the way in.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    reset: bool,
    account: Standing,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    reactivated: bool,
}

#[derive(Serialize, ToSchema)]
struct User {
    id: i64,
    username: String,
    email: String,
}

/// Regions are two letters of ISO 3166, or "".
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Locality {
    detected_region: String,
    chosen_region: String,
    /// The chosen one, else the detected one.
    region: String,
}

#[derive(Serialize, ToSchema)]
pub struct Onboarding {
    completed: bool,
    /// `welcome`, `handle` or `done`.
    step: String,
    contact_sync_done: bool,
}

/// What moderation has decided, if anything.
#[derive(Serialize, ToSchema)]
struct Standing {
    state: AccountState,
    #[schema(required)]
    until: Option<String>,
    #[schema(required)]
    reason: Option<String>,
}

impl From<Option<pb::Locality>> for Locality {
    fn from(locality: Option<pb::Locality>) -> Self {
        let pb::Locality { detected_region, chosen_region } = locality.unwrap_or_default();
        let region = if chosen_region.is_empty() { detected_region.clone() } else { chosen_region.clone() };
        Self { detected_region, chosen_region, region }
    }
}

impl From<Option<pb::Onboarding>> for Onboarding {
    fn from(onboarding: Option<pb::Onboarding>) -> Self {
        let pb::Onboarding { completed, step, contact_sync_done } = onboarding.unwrap_or_default();
        Self { completed, step, contact_sync_done }
    }
}

impl Standing {
    /// A timed restriction that has lapsed is told no more.
    fn of(account: &pb::Account, now: OffsetDateTime) -> Result<Self, Refused> {
        let known = common::Person { state: account.state, until: account.until, ..common::Person::default() };
        let state = Person::from_proto(known).map_err(|_| Refused::server_error())?.effective_state(now);
        let active = state == platform::person::AccountState::Active;
        let until = account.until.and_then(timestamp::try_from_proto).filter(|_| !active);
        Ok(Self {
            state: state.into(),
            until: until.map(timestamp::iso),
            reason: account.reason.clone().filter(|_| !active),
        })
    }
}

impl AccountBody {
    pub fn of(account: pb::Account, reactivated: bool, now: OffsetDateTime) -> Result<Self, Refused> {
        Ok(Self {
            ok: true,
            authenticated: true,
            created: None,
            reset: false,
            account: Standing::of(&account, now)?,
            viewer_id: AccountId(account.id).to_string(),
            user: User { id: account.id, username: account.username, email: account.email },
            email_verified: account.email_verified,
            age_gate_confirmed: account.age_gate_confirmed_at.is_some(),
            min_age: account.min_age,
            locality: account.locality.into(),
            onboarding: account.onboarding.into(),
            is_staff: account.is_staff,
            created_at: timestamp::iso(timestamp::from_proto(account.created_at)),
            age_gate_confirmed_at: account
                .age_gate_confirmed_at
                .and_then(timestamp::try_from_proto)
                .map(timestamp::iso),
            reactivated,
        })
    }
}

impl AccountBody {
    /// The same, after a new password was set.
    #[must_use]
    pub fn after_reset(self) -> Self {
        Self { reset: true, ..self }
    }
}

/// The answer to every way of signing in: the account, and the session in a cookie alone.
pub fn signed_in(ctx: &Ctx, answer: pb::SignedIn) -> Answer<AccountBody> {
    let account = answer.account.ok_or_else(Refused::server_error)?;
    let body = AccountBody { created: answer.created, ..AccountBody::of(account, answer.reactivated, ctx.now())? };
    with_cookie(ok(&body), ctx.jar().session(&answer.session_token, answer.max_age_seconds))
}
