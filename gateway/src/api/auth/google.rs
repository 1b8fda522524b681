//! `POST /api/auth/google`.

use proto::auth::v1::{SignInByIdTokenRequest, identities_client::IdentitiesClient};
use serde::Deserialize;
use utoipa::ToSchema;

use super::account::{AccountBody, signed_in};
use crate::{
    api::Ctx,
    door::{
        Answer, Door, Json, door,
        fields::{Name, first},
    },
    layers::panic_mode,
};

pub const POST: Door = door!(
    post,
    "Signs in with Google, and makes an account for who has none.",
    [
        "400 missing_credential",
        "401 invalid_google_token",
        "401 google_email_unverified",
        "409 link_required",
        "503 google_unavailable",
        "503 missing_google_client_id",
    ]
);

#[derive(Deserialize, ToSchema)]
struct Body {
    /// Google's ID token.
    credential: Name,
    /// What Google was asked with: the token has to say the same.
    nonce: Option<Name>,
}

async fn post(ctx: Ctx, Json(body): Json<Body>) -> Answer<AccountBody> {
    let message = SignInByIdTokenRequest {
        credential: body.credential.0,
        nonce: first([body.nonce]),
        given_name: String::new(),
        may_create: !ctx.shared.health.panic_mode(),
        session_tokens: ctx.cookies.tokens.clone(),
        client: Some(ctx.device()),
    };
    let answer = ctx.ask(IdentitiesClient::new(ctx.auth()).google(message)).await;
    signed_in(&ctx, answer.map_err(panic_mode::in_its_words)?)
}
