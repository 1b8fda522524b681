//! `GET /api/auth/me`: one rpc that authenticates and reads; never an error for who is nobody.

use http::HeaderValue;
use proto::auth::v1::{MeRequest, accounts_client::AccountsClient};
use serde_json::json;

use super::account::AccountBody;
use crate::api::{Answer, Ctx, ok, with_cookie};

pub async fn get(ctx: Ctx) -> Answer {
    if ctx.cookies.tokens.is_empty() {
        return nobody(&ctx);
    }
    let message = MeRequest { session_tokens: ctx.cookies.tokens.clone(), client: Some(ctx.device()) };
    let answer = ctx.ask(AccountsClient::new(ctx.auth()).me(message)).await?;
    let Some(account) = answer.account else { return nobody(&ctx) };
    ctx.signed_in_as(account.id);
    let renewed: Option<HeaderValue> =
        answer.renewed.and_then(|renewed| ctx.jar().session(&renewed.session_token, renewed.max_age_seconds));
    with_cookie(ok(&AccountBody::of(account, false, ctx.now())?), renewed)
}

fn nobody(ctx: &Ctx) -> Answer {
    let dead = ctx.cookies.present.then(|| ctx.jar().no_session()).flatten();
    with_cookie(ok(&json!({ "ok": true, "authenticated": false })), dead)
}
