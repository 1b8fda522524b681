//! `POST /api/auth/signup`.

use proto::auth::v1::{SignUpRequest, accounts_client::AccountsClient};
use serde::Deserialize;
use utoipa::ToSchema;

use super::account::{AccountBody, signed_in};
use crate::{
    api::Ctx,
    door::{
        Answer, Door, Json, door,
        fields::{Flag, Text},
    },
};

pub const POST: Door = door!(
    post,
    "Makes an account and signs in.",
    [
        "400 invalid_email",
        "400 invalid_username",
        "400 reserved_username",
        "400 weak_password",
        "409 signup_unavailable",
    ]
);

#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct Body {
    email: Text,
    username: Text,
    password: Text,
    age_confirmed: Option<Flag>,
    /// Another spelling of `ageConfirmed`.
    #[serde(rename = "age_confirmed")]
    age_confirmed_too: Option<Flag>,
}

async fn post(ctx: Ctx, Json(body): Json<Body>) -> Answer<AccountBody> {
    let counted = ctx.throttle(&body.email.0).await?;
    let message = SignUpRequest {
        email: body.email.0,
        username: body.username.0,
        password: body.password.0,
        age_confirmed: [body.age_confirmed, body.age_confirmed_too].contains(&Some(Flag(true))),
        session_tokens: ctx.cookies.tokens.clone(),
        client: Some(ctx.device()),
    };
    match ctx.ask(AccountsClient::new(ctx.auth()).sign_up(message)).await {
        Ok(answer) => signed_in(&ctx, answer),
        Err(refused) => {
            // Only an address that was claimed counts.
            counted.take_back(&ctx.shared).await;
            Err(refused)
        }
    }
}
