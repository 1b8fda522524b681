//! `POST /api/auth/password/reset/request`, `POST /api/auth/password/reset/confirm`: a new password by mail.

use proto::auth::v1::{ConfirmPasswordResetRequest, RequestPasswordResetRequest, mail_client::MailClient};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::account::AccountBody;
use crate::{
    api::Ctx,
    door::{
        Answer, Door, Json, door,
        fields::{Name, Text, first},
        ok, with_cookie,
    },
    error::Refused,
};

pub const REQUEST: Door = door!(
    request,
    "Asks for the mail with which a new password is chosen. The answer is the same whoever exists.",
    ["400 missing_identifier"]
);
pub const CONFIRM: Door = door!(
    confirm,
    "Sets a new password with the token of the mail, ends all sessions, and signs in.",
    ["400 missing_token", "400 weak_password", "400 invalid_token", "400 token_used", "400 token_expired"]
);

#[derive(Deserialize, ToSchema)]
#[schema(as = Body)]
struct Asked {
    /// E-mail address or username.
    identifier: Option<Name>,
    /// Another spelling of `identifier`.
    email: Option<Name>,
}

#[derive(Serialize, ToSchema)]
struct ResetAsked {
    ok: bool,
    queued: bool,
}

#[derive(Deserialize, ToSchema)]
struct Body {
    token: Name,
    password: Text,
}

async fn request(ctx: Ctx, Json(body): Json<Asked>) -> Answer<ResetAsked> {
    let identifier = first([body.identifier, body.email]);
    let counted = ctx.throttle(&identifier).await?;
    let message = RequestPasswordResetRequest { identifier };
    if let Err(refused) = ctx.ask(MailClient::new(ctx.auth()).request_password_reset(message)).await {
        counted.take_back(&ctx.shared).await;
        return Err(refused);
    }
    ok(&ResetAsked { ok: true, queued: true })
}

async fn confirm(ctx: Ctx, Json(body): Json<Body>) -> Answer<AccountBody> {
    let message = ConfirmPasswordResetRequest {
        token: body.token.0,
        password: body.password.0,
        session_tokens: ctx.cookies.tokens.clone(),
        client: Some(ctx.device()),
    };
    let answer = ctx.ask(MailClient::new(ctx.auth()).confirm_password_reset(message)).await?;
    let account = answer.account.ok_or_else(Refused::server_error)?;
    let body = AccountBody::of(account, answer.reactivated, ctx.now())?.after_reset();
    with_cookie(ok(&body), ctx.jar().session(&answer.session_token, answer.max_age_seconds))
}
