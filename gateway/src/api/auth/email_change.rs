//! `POST /api/auth/email/change/request`, `POST /api/auth/email/change/confirm`: another address for an account.

use proto::auth::v1::{ConfirmEmailChangeRequest, RequestEmailChangeRequest, mail_client::MailClient};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    api::Ctx,
    door::{
        Answer, Door, Json, door,
        fields::{Name, Text, first},
        ok,
    },
    error::Refused,
    layers::throttle::guess,
};

pub const REQUEST: Door = door!(
    request,
    "Asks to have another address. Whether somebody has it is not told.",
    ["400 invalid_email", "400 invalid_password", "403 reauth_required"]
);
pub const CONFIRM: Door = door!(
    confirm,
    "Gives the account the new address, with the token of the mail to it. Opens no session.",
    ["400 missing_token", "400 invalid_token", "400 token_used", "400 token_expired", "409 email_taken"]
);

#[derive(Deserialize, ToSchema)]
#[schema(as = Body)]
#[serde(rename_all = "camelCase")]
struct Asked {
    new_email: Option<Text>,
    /// Another spelling of `newEmail`.
    email: Option<Text>,
    password: Text,
}

/// The mail is on its way, or there is nothing to change.
#[derive(Serialize, ToSchema)]
struct EmailChangeAsked {
    ok: bool,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    sent: bool,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    nochange: bool,
}

#[derive(Deserialize, ToSchema)]
struct Body {
    token: Name,
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct EmailChanged {
    ok: bool,
    confirmed: bool,
    email_verified: bool,
}

async fn request(ctx: Ctx, Json(body): Json<Asked>) -> Answer<EmailChangeAsked> {
    let email = first([body.new_email, body.email]);
    let username = ctx.signed_in.as_ref().ok_or_else(Refused::restricted)?.viewer.person.username.clone();
    let counted = ctx.throttle(&email).await?;
    let guess = match guess::count(&ctx.shared, &username).await {
        Ok(guess) => guess,
        Err(refused) => {
            counted.take_back(&ctx.shared).await;
            return Err(refused);
        }
    };
    let message = RequestEmailChangeRequest { email, password: body.password.0 };
    let answer = ctx.ask(MailClient::new(ctx.auth()).request_email_change(message)).await;
    // Only a wrong password is a guess, and only a mail counts against the address that it goes to.
    if !answer.as_ref().is_err_and(|refused| refused.code == "invalid_password") {
        guess.take_back(&ctx.shared).await;
    }
    if !answer.as_ref().is_ok_and(|answer| !answer.no_change) {
        counted.take_back(&ctx.shared).await;
    }
    let answer = answer?;
    ok(&EmailChangeAsked { ok: true, sent: !answer.no_change, nochange: answer.no_change })
}

async fn confirm(ctx: Ctx, Json(body): Json<Body>) -> Answer<EmailChanged> {
    let message = ConfirmEmailChangeRequest { token: body.token.0 };
    ctx.ask(MailClient::new(ctx.auth()).confirm_email_change(message)).await?;
    ok(&EmailChanged { ok: true, confirmed: true, email_verified: true })
}
