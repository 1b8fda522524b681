//! `GET /api/auth/me`: one rpc that authenticates and reads; never an error for who is nobody.

use http::HeaderValue;
use platform::AccountId;
use proto::auth::v1::{MeRequest, accounts_client::AccountsClient};
use serde::Serialize;
use utoipa::ToSchema;

use super::account::AccountBody;
use crate::{
    api::Ctx,
    door::{Answer, Door, door, ok, with_cookie},
};

pub const GET: Door = door!(get, "Tells who is signed in, and everything about the account.", []);

#[derive(Serialize, ToSchema)]
#[serde(untagged)]
enum Me {
    Account(Box<AccountBody>),
    Nobody(Nobody),
}

/// Nobody is signed in.
#[derive(Serialize, ToSchema)]
struct Nobody {
    ok: bool,
    authenticated: bool,
}

async fn get(ctx: Ctx) -> Answer<Me> {
    if ctx.cookies.tokens.is_empty() {
        return nobody(&ctx);
    }
    let message = MeRequest { session_tokens: ctx.cookies.tokens.clone(), client: Some(ctx.device()) };
    let answer = ctx.ask(AccountsClient::new(ctx.auth()).me(message)).await?;
    let id = answer.account.as_ref().map(|account| AccountId(account.id));
    ctx.throttle_as(id).await?;
    let Some(account) = answer.account else { return nobody(&ctx) };
    ctx.signed_in_as(account.id);
    let renewed: Option<HeaderValue> =
        answer.renewed.and_then(|renewed| ctx.jar().session(&renewed.session_token, renewed.max_age_seconds));
    with_cookie(ok(&Me::Account(Box::new(AccountBody::of(account, false, ctx.now())?))), renewed)
}

fn nobody(ctx: &Ctx) -> Answer<Me> {
    let dead = ctx.cookies.present.then(|| ctx.jar().no_session()).flatten();
    with_cookie(ok(&Me::Nobody(Nobody { ok: true, authenticated: false })), dead)
}
