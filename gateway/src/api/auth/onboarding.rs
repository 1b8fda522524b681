//! `POST /api/auth/onboarding/complete`.

use proto::auth::v1::{CompleteOnboardingRequest, accounts_client::AccountsClient};
use serde::Serialize;

use super::account::OnboardingBody;
use crate::api::{Answer, Ctx, ok};

#[derive(Serialize)]
struct Completed {
    ok: bool,
    onboarding: OnboardingBody,
}

pub async fn post(ctx: Ctx) -> Answer {
    let message = CompleteOnboardingRequest { contact_sync_done: ctx.json(&[])?.is_true("contact_sync_done") };
    let answer = ctx.ask(AccountsClient::new(ctx.auth()).complete_onboarding(message)).await?;
    ok(&Completed { ok: true, onboarding: answer.onboarding.into() })
}
