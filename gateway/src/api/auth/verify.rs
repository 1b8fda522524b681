//! `POST /api/auth/verify/resend`, `POST /api/auth/verify/confirm`: proving the account's address.

use platform::AccountId;
use proto::auth::v1::{
    ConfirmVerificationRequest, ConfirmVerificationResponse, RequestVerificationRequest, mail_client::MailClient,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::account::Onboarding;
use crate::{
    api::Ctx,
    door::{Answer, Door, Json, door, fields::Name, ok},
};

pub const RESEND: Door = door!(resend, "Asks for the mail that proves the address.", ["400 missing_email"]);
pub const CONFIRM: Door = door!(
    confirm,
    "Proves the address with the token of the mail. Opens no session.",
    [
        "400 missing_token",
        "400 invalid_token",
        "400 token_used",
        "400 token_expired",
        "403 account_inactive",
        "409 email_taken",
    ]
);

/// Whether the mail is on its way.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct VerificationSent {
    ok: bool,
    sent: bool,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    already_verified: bool,
    /// Seconds until it may be asked for again.
    #[serde(skip_serializing_if = "Option::is_none")]
    cooldown_remaining_sec: Option<i64>,
}

#[derive(Deserialize, ToSchema)]
struct Body {
    token: Name,
}

/// The account is named only to itself.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct Confirmed {
    ok: bool,
    verified: bool,
    email_verified: bool,
    onboarding: Onboarding,
    #[serde(skip_serializing_if = "Option::is_none")]
    user: Option<VerifiedUser>,
    #[serde(skip_serializing_if = "Option::is_none")]
    viewer_id: Option<String>,
}

#[derive(Serialize, ToSchema)]
struct VerifiedUser {
    id: i64,
    username: String,
    email: String,
}

async fn resend(ctx: Ctx) -> Answer<VerificationSent> {
    let answer = ctx.ask(MailClient::new(ctx.auth()).request_verification(RequestVerificationRequest {})).await?;
    ok(&VerificationSent {
        ok: true,
        sent: answer.sent,
        already_verified: answer.already_verified,
        cooldown_remaining_sec: answer.cooldown_remaining_seconds,
    })
}

async fn confirm(ctx: Ctx, Json(body): Json<Body>) -> Answer<Confirmed> {
    let message = ConfirmVerificationRequest { token: body.token.0 };
    let answer = ctx.ask(MailClient::new(ctx.auth()).confirm_verification(message)).await?;
    let ConfirmVerificationResponse { account_id, username, email, onboarding } = answer;
    let by_himself = ctx.signed_in.as_ref().is_some_and(|signed_in| signed_in.viewer.person.id.0 == account_id);
    ok(&Confirmed {
        ok: true,
        verified: true,
        email_verified: true,
        onboarding: onboarding.into(),
        user: by_himself.then_some(VerifiedUser { id: account_id, username, email }),
        viewer_id: by_himself.then(|| AccountId(account_id).to_string()),
    })
}
