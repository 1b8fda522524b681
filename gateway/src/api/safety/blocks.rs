//! `POST` and `GET /api/blocks`, `DELETE /api/blocks/{token}`.

use proto::safety::v1::{BlockRequest, ListBlocksRequest, UnblockRequest, blocks_client::BlocksClient};
use serde::Serialize;
use utoipa::ToSchema;

use super::{Body, Item, items};
use crate::{
    api::Ctx,
    door::{Answer, Door, Json, door, ok},
};

pub const POST: Door = door!(
    post,
    "Blocks somebody, in both directions.",
    ["400 invalid_target", "400 cannot_block_self", "409 limit_reached"]
);
pub const LIST: Door = door!(list, "Lists whom the viewer blocks, newest first.", []);
pub const DELETE: Door = door!(delete, "Ends a block; none at all is no error.", ["400 invalid_target"]);

#[derive(Serialize, ToSchema)]
struct BlockChange {
    ok: bool,
    blocked: bool,
    /// The form that was sent, in lower case.
    target: String,
}

async fn post(ctx: Ctx, Json(body): Json<Body>) -> Answer<BlockChange> {
    let message = BlockRequest { target: body.target() };
    let answer = ctx.ask(BlocksClient::new(ctx.safety()).block(message)).await?;
    ok(&BlockChange { ok: true, blocked: true, target: answer.target })
}

#[derive(Serialize, ToSchema)]
struct BlockList {
    ok: bool,
    /// Handles, as in `items`.
    blocked: Vec<String>,
    items: Vec<Item>,
}

async fn list(ctx: Ctx) -> Answer<BlockList> {
    let answer = ctx.ask(BlocksClient::new(ctx.safety()).list(ListBlocksRequest {})).await?;
    let (blocked, items) = items(answer.items);
    ok(&BlockList { ok: true, blocked, items })
}

async fn delete(ctx: Ctx) -> Answer<BlockChange> {
    let message = UnblockRequest { target: ctx.param.clone() };
    let answer = ctx.ask(BlocksClient::new(ctx.safety()).unblock(message)).await?;
    ok(&BlockChange { ok: true, blocked: false, target: answer.target })
}
