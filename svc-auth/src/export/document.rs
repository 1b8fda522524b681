//! An export as it is written: the account, then every section, and of each whether it is whole.

use platform::{AccountId, Error, person::AccountState, timestamp};
use serde_json::{Map, Value, json};
use time::OffsetDateTime;

use super::{room::Section, store::Owner};

/// Everything, at one moment.
pub struct Document {
    pub exported_at: OffsetDateTime,
    pub owner: Owner,
    pub sections: Vec<Section>,
}

impl Document {
    /// Nothing was left out.
    pub fn complete(&self) -> bool {
        self.sections.iter().all(|section| !section.truncated)
    }

    /// # Errors
    /// None is known.
    pub fn to_json(&self) -> Result<Vec<u8>, Error> {
        let mut whole = self.head();
        whole.extend(self.sections.iter().map(|section| (section.name.to_owned(), section.rows.clone().into())));
        write(&whole.into())
    }

    /// A file for the account, and one a section.
    ///
    /// # Errors
    /// None is known.
    pub fn to_files(&self) -> Result<Vec<(String, Vec<u8>)>, Error> {
        let mut files = vec![("account.json".to_owned(), write(&self.head().into())?)];
        for section in &self.sections {
            files.push((format!("{}.json", section.name), write(&section.rows.clone().into())?));
        }
        Ok(files)
    }

    fn head(&self) -> Map<String, Value> {
        let sections: Map<String, Value> = self
            .sections
            .iter()
            .map(|section| {
                // How many there are in all is known of what is whole.
                let total = (!section.truncated).then_some(section.rows.len());
                let told = json!({ "count": section.rows.len(), "total": total, "truncated": section.truncated });
                (section.name.to_owned(), told)
            })
            .collect();
        let owner = &self.owner;
        let members = [
            ("ok", true.into()),
            ("exportedAt", timestamp::iso(self.exported_at).into()),
            ("complete", self.complete().into()),
            ("sections", sections.into()),
            ("user", user(owner)),
            ("profile", profile(owner, self.exported_at)),
            ("aliases", json!([AccountId(owner.id).to_string(), format!("@{}", owner.username)])),
        ];
        members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
    }
}

fn user(owner: &Owner) -> Value {
    json!({
        "id": owner.id,
        "username": owner.username,
        "email": owner.email.as_deref().unwrap_or_default(),
        "isActive": owner.lifecycle == "live",
        "isStaff": owner.staff,
        "createdAt": timestamp::iso(owner.created_at),
    })
}

fn profile(owner: &Owner, now: OffsetDateTime) -> Value {
    let lapsed = owner.moderation_until.is_some_and(|until| until <= now);
    let restricted = match owner.moderation {
        AccountState::Active => false,
        AccountState::ReadOnly | AccountState::Suspended => !lapsed,
        _ => true,
    };
    let state = match owner.lifecycle.as_str() {
        "live" if restricted => owner.moderation.as_str(),
        "live" => "active",
        lifecycle => lifecycle,
    };
    let region = if owner.chosen_region.is_empty() { &owner.detected_region } else { &owner.chosen_region };
    let ended = |lifecycle: &str| owner.lifecycle_at.filter(|_| owner.lifecycle == lifecycle).map(timestamp::iso);
    json!({
        "emailVerified": owner.email_verified_at.is_some(),
        "emailVerifiedAt": owner.email_verified_at.map(timestamp::iso),
        "onboarding": {
            "completed": owner.onboarded_at.is_some(),
            "step": owner.onboarding_step,
            "contactSyncDone": owner.contact_sync_done,
        },
        "locality": {
            "detectedRegion": owner.detected_region,
            "chosenRegion": owner.chosen_region,
            "region": region,
        },
        "ageGateConfirmed": owner.age_confirmed_at.is_some(),
        "ageGateConfirmedAt": owner.age_confirmed_at.map(timestamp::iso),
        "accountState": state,
        "accountStateUntil": owner.moderation_until.filter(|_| restricted).map(timestamp::iso),
        "accountStateReason": owner.moderation_reason.as_deref().filter(|_| restricted),
        "deactivatedAt": ended("deactivated"),
        "deletedAt": ended("deleted"),
    })
}

fn write(value: &Value) -> Result<Vec<u8>, Error> {
    serde_json::to_vec(value).map_err(|_| Error::Internal("an export that is no JSON"))
}
