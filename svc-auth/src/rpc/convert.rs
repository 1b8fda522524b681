//! The shapes that several rpcs share.

use platform::timestamp;
use proto::{auth::v1 as pb, common::v1::AccountState};

use crate::{
    account::{Account, Locality, Onboarding},
    session::{Client, SignedIn},
};

pub fn client(client: Option<pb::Client>) -> Client {
    let client = client.unwrap_or_default();
    Client::new(&client.address, &client.agent, &client.country, &client.country_source)
}

pub fn account(account: Account, min_age: i32) -> pb::Account {
    pb::Account {
        id: account.id.0,
        username: account.username,
        email: account.email.unwrap_or_default(),
        email_verified: account.email_verified,
        age_gate_confirmed_at: account.age_confirmed_at.map(timestamp::to_proto),
        min_age,
        locality: Some(locality(account.locality)),
        onboarding: Some(onboarding(account.onboarding)),
        is_staff: account.staff,
        created_at: Some(timestamp::to_proto(account.created_at)),
        state: AccountState::from(account.restriction.state).into(),
        until: account.restriction.until.map(timestamp::to_proto),
        reason: account.restriction.reason,
    }
}

pub fn locality(locality: Locality) -> pb::Locality {
    pb::Locality { detected_region: locality.detected_region, chosen_region: locality.chosen_region }
}

pub fn onboarding(onboarding: Onboarding) -> pb::Onboarding {
    pb::Onboarding {
        completed: onboarding.completed,
        step: onboarding.step,
        contact_sync_done: onboarding.contact_sync_done,
    }
}

pub fn signed_in(signed_in: SignedIn, min_age: i32) -> pb::SignedIn {
    pb::SignedIn {
        account: Some(account(signed_in.account, min_age)),
        session_token: signed_in.token.into_text(),
        max_age_seconds: signed_in.max_age.whole_seconds(),
        reactivated: signed_in.reactivated,
        created: None,
    }
}
