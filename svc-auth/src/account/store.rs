//! SQL of accounts as their owners see them.

use platform::{AccountId, person::AccountState};
use time::OffsetDateTime;

use super::{Account, Locality, Onboarding, Restriction};

/// The columns of an account; every statement that answers with one names them in this order.
#[expect(clippy::struct_excessive_bools, reason = "a row of a table is no state machine")]
pub struct Row {
    pub id: i64,
    pub username: String,
    pub email: Option<String>,
    pub email_verified: bool,
    pub age_confirmed_at: Option<OffsetDateTime>,
    pub detected_region: String,
    pub chosen_region: String,
    pub onboarded: bool,
    pub onboarding_step: String,
    pub contact_sync_done: bool,
    pub staff: bool,
    pub created_at: OffsetDateTime,
    pub moderation: AccountState,
    pub moderation_until: Option<OffsetDateTime>,
    pub moderation_reason: Option<String>,
}

impl Row {
    /// Of a living account: its moderation is its state.
    pub fn into_account(self, now: OffsetDateTime) -> Account {
        Account {
            id: AccountId(self.id),
            username: self.username,
            email: self.email,
            email_verified: self.email_verified,
            age_confirmed_at: self.age_confirmed_at,
            locality: Locality { detected_region: self.detected_region, chosen_region: self.chosen_region },
            onboarding: Onboarding {
                completed: self.onboarded,
                step: self.onboarding_step,
                contact_sync_done: self.contact_sync_done,
            },
            staff: self.staff,
            created_at: self.created_at,
            restriction: Restriction::now(self.moderation, self.moderation_until, self.moderation_reason, now),
        }
    }
}
