//! `POST /api/auth/username/set`.

use proto::auth::v1::{SetUsernameRequest, accounts_client::AccountsClient};
use serde_json::json;

use crate::api::{Answer, Ctx, ok};

pub async fn post(ctx: Ctx) -> Answer {
    let username = ctx.json(&[])?.first_text(&["username", "handle"]).to_owned();
    let answer = ctx.ask(AccountsClient::new(ctx.auth()).set_username(SetUsernameRequest { username })).await?;
    ok(&json!({ "ok": true, "user": { "username": answer.username } }))
}
