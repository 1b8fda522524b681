//! `POST /api/auth/sessions/logout_all`.

use proto::auth::v1::{LogOutAllRequest, own_sessions_client::OwnSessionsClient};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    api::Ctx,
    door::{Answer, Door, Json, door, fields::Flag, ok, with_cookie},
};

pub const POST: Door = door!(post, "Ends all other sessions of the viewer, or all.", []);

#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct Body {
    /// The calling one too.
    include_current: Option<Flag>,
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct AllLoggedOut {
    ok: bool,
    revoked: i64,
    /// Always 0: nothing is looked for.
    scanned_deleted: i64,
    logged_out: bool,
}

async fn post(ctx: Ctx, Json(body): Json<Body>) -> Answer<AllLoggedOut> {
    let include_current = body.include_current == Some(Flag(true));
    let message = LogOutAllRequest { include_current };
    let revoked = ctx.ask(OwnSessionsClient::new(ctx.auth()).log_out_all(message)).await?.revoked;
    let answer = ok(&AllLoggedOut { ok: true, revoked, scanned_deleted: 0, logged_out: include_current });
    with_cookie(answer, include_current.then(|| ctx.jar().no_session()).flatten())
}
