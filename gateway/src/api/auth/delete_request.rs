//! `POST /api/auth/account/delete/request`. Never touches the cookie.

use proto::auth::v1::{RequestDeletionRequest, leaving_client::LeavingClient};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    api::Ctx,
    door::{Answer, Door, door, ok},
};

pub const POST: Door = door!(
    post,
    "Sends the mail by which the deletion of the account is confirmed.",
    ["400 email_not_verified", "400 missing_email"]
);

#[derive(Serialize, ToSchema)]
struct DeletionAsked {
    ok: bool,
    sent: bool,
}

async fn post(ctx: Ctx) -> Answer<DeletionAsked> {
    ctx.ask(LeavingClient::new(ctx.auth()).request_deletion(RequestDeletionRequest {})).await?;
    ok(&DeletionAsked { ok: true, sent: true })
}
