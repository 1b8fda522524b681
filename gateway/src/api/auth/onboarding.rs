//! `POST /api/auth/onboarding/complete`.

use proto::auth::v1::{CompleteOnboardingRequest, accounts_client::AccountsClient};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::account::Onboarding;
use crate::{
    api::Ctx,
    door::{Answer, Door, Json, door, fields::Flag, ok},
};

pub const POST: Door = door!(post, "Ends the first steps of a new account.", ["403 age_gate_required"]);

#[derive(Deserialize, ToSchema)]
struct Body {
    contact_sync_done: Option<Flag>,
}

#[derive(Serialize, ToSchema)]
struct OnboardingCompleted {
    ok: bool,
    onboarding: Onboarding,
}

async fn post(ctx: Ctx, Json(body): Json<Body>) -> Answer<OnboardingCompleted> {
    let message = CompleteOnboardingRequest { contact_sync_done: body.contact_sync_done == Some(Flag(true)) };
    let answer = ctx.ask(AccountsClient::new(ctx.auth()).complete_onboarding(message)).await?;
    ok(&OnboardingCompleted { ok: true, onboarding: answer.onboarding.into() })
}
