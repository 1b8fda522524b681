//! `POST /api/auth/account/delete/confirm`: by the token of the mail, signed in or not.

use proto::auth::v1::{ConfirmDeletionRequest, leaving_client::LeavingClient};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    api::Ctx,
    door::{Answer, Door, Json, door, fields::Name, ok, with_cookie},
};

pub const POST: Door = door!(
    post,
    "Deletes the account that the token was mailed to.",
    ["400 missing_token", "400 invalid_token", "400 token_used", "400 token_expired"]
);

#[derive(Deserialize, ToSchema)]
struct Body {
    /// As mailed; blanks around it do not matter.
    token: Name,
}

#[derive(Serialize, ToSchema)]
struct AccountDeleted {
    ok: bool,
    deleted: bool,
}

async fn post(ctx: Ctx, Json(body): Json<Body>) -> Answer<AccountDeleted> {
    let message = ConfirmDeletionRequest { token: body.token.0 };
    ctx.ask(LeavingClient::new(ctx.auth()).confirm_deletion(message)).await?;
    with_cookie(ok(&AccountDeleted { ok: true, deleted: true }), ctx.jar().no_session())
}
