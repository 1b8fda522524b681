//! `POST /api/auth/username/set`.

use proto::auth::v1::{SetUsernameRequest, accounts_client::AccountsClient};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    api::Ctx,
    door::{
        Answer, Door, Json, door,
        fields::{Text, first},
        ok,
    },
};

pub const POST: Door = door!(
    post,
    "Chooses or changes the username.",
    ["400 invalid_username", "400 reserved_username", "403 account_restricted", "409 username_taken",]
);

#[derive(Deserialize, ToSchema)]
struct Body {
    username: Option<Text>,
    /// Another spelling of `username`.
    handle: Option<Text>,
}

#[derive(Serialize, ToSchema)]
struct UsernameSet {
    ok: bool,
    user: NewUsername,
}

#[derive(Serialize, ToSchema)]
struct NewUsername {
    username: String,
}

async fn post(ctx: Ctx, Json(body): Json<Body>) -> Answer<UsernameSet> {
    let username = first([body.username, body.handle]);
    let answer = ctx.ask(AccountsClient::new(ctx.auth()).set_username(SetUsernameRequest { username })).await?;
    ok(&UsernameSet { ok: true, user: NewUsername { username: answer.username } })
}
