//! `POST` and `GET /api/blocks`, `DELETE /api/blocks/{token}`.

use proto::safety::v1::{BlockRequest, ListBlocksRequest, UnblockRequest, blocks_client::BlocksClient};
use serde::Serialize;
use serde_json::json;

use super::{Item, TARGET, items};
use crate::api::{Answer, Ctx, ok};

pub async fn post(ctx: Ctx) -> Answer {
    let target = ctx.json(&TARGET)?.first_text(&TARGET).to_owned();
    let answer = ctx.ask(BlocksClient::new(ctx.safety()).block(BlockRequest { target })).await?;
    ok(&json!({ "ok": true, "blocked": true, "target": answer.target }))
}

#[derive(Serialize)]
struct List {
    ok: bool,
    blocked: Vec<String>,
    items: Vec<Item>,
}

pub async fn list(ctx: Ctx) -> Answer {
    let answer = ctx.ask(BlocksClient::new(ctx.safety()).list(ListBlocksRequest {})).await?;
    let (blocked, items) = items(answer.items);
    ok(&List { ok: true, blocked, items })
}

pub async fn delete(ctx: Ctx) -> Answer {
    let message = UnblockRequest { target: ctx.param.clone() };
    let answer = ctx.ask(BlocksClient::new(ctx.safety()).unblock(message)).await?;
    ok(&json!({ "ok": true, "blocked": false, "target": answer.target }))
}
