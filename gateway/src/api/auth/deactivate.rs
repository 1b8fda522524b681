//! `POST /api/auth/account/deactivate`.

use proto::auth::v1::{DeactivateRequest, leaving_client::LeavingClient};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    api::Ctx,
    door::{Answer, Door, door, ok, with_cookie},
};

pub const POST: Door = door!(post, "Puts the account to rest until its owner signs in again.", ["401 restricted"]);

#[derive(Serialize, ToSchema)]
struct Deactivated {
    ok: bool,
    deactivated: bool,
}

async fn post(ctx: Ctx) -> Answer<Deactivated> {
    // Who put it to rest, and heard that a copy does not know of it yet, is nobody by now.
    let message = DeactivateRequest { session_tokens: ctx.cookies.tokens.clone() };
    ctx.ask(LeavingClient::new(ctx.auth()).deactivate(message)).await?;
    with_cookie(ok(&Deactivated { ok: true, deactivated: true }), ctx.jar().no_session())
}
