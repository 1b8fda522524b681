//! `POST /api/auth/logout`.

use proto::auth::v1::{LogOutRequest, sessions_client::SessionsClient};

use crate::{
    api::{Ctx, common::Done},
    door::{Answer, Door, door, ok, with_cookie},
};

pub const POST: Door = door!(post, "Ends the session; without one, nothing happens.", []);

async fn post(ctx: Ctx) -> Answer<Done> {
    if !ctx.cookies.tokens.is_empty() {
        let message = LogOutRequest { session_tokens: ctx.cookies.tokens.clone() };
        ctx.ask(SessionsClient::new(ctx.auth()).log_out(message)).await?;
    }
    with_cookie(ok(&Done { ok: true }), ctx.jar().no_session())
}
