//! `POST /api/auth/apple`.

use proto::auth::v1::{SignInByIdTokenRequest, identities_client::IdentitiesClient};
use serde::Deserialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::account::{AccountBody, signed_in};
use crate::{
    api::Ctx,
    door::{
        Answer, Door, Json,
        changes::NewParts,
        door,
        fields::{Name, first},
    },
    layers::panic_mode,
};

pub const POST: Door = door!(
    post,
    "Signs in with Apple, and makes an account for who has none.",
    [
        "404 disabled",
        "400 missing_credential",
        "401 invalid_apple_token",
        "401 apple_email_unverified",
        "409 link_required",
        "503 apple_unavailable",
    ]
);

#[derive(Deserialize, ToSchema)]
struct Body {
    /// Apple's ID token.
    credential: Option<Name>,
    /// Another spelling of `credential`.
    id_token: Option<Name>,
    /// A third one.
    #[serde(rename = "identityToken")]
    identity_token: Option<Name>,
    /// What Apple was asked with, or the SHA-256 of it: the token has to say the same.
    nonce: Option<Name>,
    /// What Apple tells the first time only: `name`, a text or an object with `firstName`.
    user: NewParts,
}

async fn post(ctx: Ctx, Json(body): Json<Body>) -> Answer<AccountBody> {
    let message = SignInByIdTokenRequest {
        credential: first([body.credential, body.id_token, body.identity_token]),
        nonce: first([body.nonce]),
        given_name: body.user.0.as_ref().map(given_name).unwrap_or_default(),
        may_create: !ctx.shared.health.panic_mode(),
        session_tokens: ctx.cookies.tokens.clone(),
        client: Some(ctx.device()),
    };
    let answer = ctx.ask(IdentitiesClient::new(ctx.auth()).apple(message)).await;
    signed_in(&ctx, answer.map_err(panic_mode::in_its_words)?)
}

/// At most 64 characters of it.
fn given_name(user: &Map<String, Value>) -> String {
    let name = match user.get("name") {
        Some(Value::String(name)) => name.split_whitespace().next(),
        Some(Value::Object(parts)) => parts.get("firstName").and_then(Value::as_str),
        _ => None,
    };
    name.unwrap_or_default().chars().take(64).collect()
}
