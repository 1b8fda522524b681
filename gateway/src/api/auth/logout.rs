//! `POST /api/auth/logout`.

use proto::auth::v1::{LogOutRequest, sessions_client::SessionsClient};
use serde_json::json;

use crate::api::{Answer, Ctx, ok, with_cookie};

pub async fn post(ctx: Ctx) -> Answer {
    if !ctx.cookies.tokens.is_empty() {
        let message = LogOutRequest { session_tokens: ctx.cookies.tokens.clone() };
        ctx.ask(SessionsClient::new(ctx.auth()).log_out(message)).await?;
    }
    with_cookie(ok(&json!({ "ok": true })), ctx.jar().no_session())
}
