//! `POST /api/auth/account/deactivate`.

use proto::auth::v1::{DeactivateRequest, leaving_client::LeavingClient};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    api::Ctx,
    door::{Answer, Door, door, ok, with_cookie},
};

pub const POST: Door = door!(post, "Puts the account to rest until its owner signs in again.", []);

#[derive(Serialize, ToSchema)]
struct Deactivated {
    ok: bool,
    deactivated: bool,
}

async fn post(ctx: Ctx) -> Answer<Deactivated> {
    ctx.ask(LeavingClient::new(ctx.auth()).deactivate(DeactivateRequest {})).await?;
    with_cookie(ok(&Deactivated { ok: true, deactivated: true }), ctx.jar().no_session())
}
