//! `POST /api/auth/magic/request`, `POST /api/auth/magic/consume`: signing in by a link in a mail.

use proto::auth::v1::{ConsumeMagicLinkRequest, RequestMagicLinkRequest, mail_client::MailClient};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::account::{AccountBody, signed_in};
use crate::{
    api::Ctx,
    door::{
        Answer, Door, Json, door,
        fields::{Name, Text},
        ok,
    },
};

pub const REQUEST: Door =
    door!(request, "Asks for a sign-in link. The answer is the same whoever has the address.", ["400 invalid_email"]);
pub const CONSUME: Door = door!(
    consume,
    "Signs in with the token of the link.",
    ["400 missing_token", "400 invalid_token", "400 token_used", "400 token_expired"]
);

#[derive(Deserialize, ToSchema)]
#[schema(as = Body)]
struct Asked {
    email: Text,
    /// A path of the web client that the link leads to; anything else is dropped.
    next: Option<Name>,
}

#[derive(Serialize, ToSchema)]
struct MagicLinkAsked {
    ok: bool,
    message: String,
}

#[derive(Deserialize, ToSchema)]
struct Body {
    token: Name,
}

async fn request(ctx: Ctx, Json(body): Json<Asked>) -> Answer<MagicLinkAsked> {
    let counted = ctx.throttle(&body.email.0).await?;
    let next = body.next.map(String::from).unwrap_or_default();
    let message = RequestMagicLinkRequest { email: body.email.0, next };
    if let Err(refused) = ctx.ask(MailClient::new(ctx.auth()).request_magic_link(message)).await {
        counted.take_back(&ctx.shared).await;
        return Err(refused);
    }
    let message = "If an account has this address, a sign-in link is on its way.".to_owned();
    ok(&MagicLinkAsked { ok: true, message })
}

async fn consume(ctx: Ctx, Json(body): Json<Body>) -> Answer<AccountBody> {
    let message = ConsumeMagicLinkRequest {
        token: body.token.0,
        session_tokens: ctx.cookies.tokens.clone(),
        client: Some(ctx.device()),
    };
    let answer = ctx.ask(MailClient::new(ctx.auth()).consume_magic_link(message)).await?;
    signed_in(&ctx, answer)
}
