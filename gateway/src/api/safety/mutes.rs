//! `POST` and `GET /api/mutes`, `DELETE /api/mutes/{token}`.

use proto::safety::v1::{ListMutesRequest, MuteRequest, UnmuteRequest, mutes_client::MutesClient};
use serde::Serialize;
use utoipa::ToSchema;

use super::{Body, Item, items};
use crate::{
    api::Ctx,
    door::{Answer, Door, Json, door, ok},
};

pub const POST: Door = door!(
    post,
    "Takes somebody out of the feed, secretly.",
    ["400 invalid_target", "400 cannot_mute_self", "409 limit_reached"]
);
pub const LIST: Door = door!(list, "Lists whom the viewer mutes, newest first.", []);
pub const DELETE: Door = door!(delete, "Ends a mute; none at all is no error.", ["400 invalid_target"]);

#[derive(Serialize, ToSchema)]
struct MuteChange {
    ok: bool,
    muted: bool,
    /// The form that was sent, in lower case.
    target: String,
}

async fn post(ctx: Ctx, Json(body): Json<Body>) -> Answer<MuteChange> {
    let message = MuteRequest { target: body.target() };
    let answer = ctx.ask(MutesClient::new(ctx.safety()).mute(message)).await?;
    ok(&MuteChange { ok: true, muted: true, target: answer.target })
}

#[derive(Serialize, ToSchema)]
struct MuteList {
    ok: bool,
    /// Handles, as in `items`.
    muted: Vec<String>,
    items: Vec<Item>,
}

async fn list(ctx: Ctx) -> Answer<MuteList> {
    let answer = ctx.ask(MutesClient::new(ctx.safety()).list(ListMutesRequest {})).await?;
    let (muted, items) = items(answer.items);
    ok(&MuteList { ok: true, muted, items })
}

async fn delete(ctx: Ctx) -> Answer<MuteChange> {
    let message = UnmuteRequest { target: ctx.param.clone() };
    let answer = ctx.ask(MutesClient::new(ctx.safety()).unmute(message)).await?;
    ok(&MuteChange { ok: true, muted: false, target: answer.target })
}
