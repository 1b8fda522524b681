//! `POST` and `GET /api/mutes`, `DELETE /api/mutes/{token}`.

use proto::safety::v1::{ListMutesRequest, MuteRequest, UnmuteRequest, mutes_client::MutesClient};
use serde::Serialize;
use serde_json::json;

use super::{Item, TARGET, items};
use crate::api::{Answer, Ctx, ok};

pub async fn post(ctx: Ctx) -> Answer {
    let target = ctx.json(&TARGET)?.first_text(&TARGET).to_owned();
    let answer = ctx.ask(MutesClient::new(ctx.safety()).mute(MuteRequest { target })).await?;
    ok(&json!({ "ok": true, "muted": true, "target": answer.target }))
}

#[derive(Serialize)]
struct List {
    ok: bool,
    muted: Vec<String>,
    items: Vec<Item>,
}

pub async fn list(ctx: Ctx) -> Answer {
    let answer = ctx.ask(MutesClient::new(ctx.safety()).list(ListMutesRequest {})).await?;
    let (muted, items) = items(answer.items);
    ok(&List { ok: true, muted, items })
}

pub async fn delete(ctx: Ctx) -> Answer {
    let message = UnmuteRequest { target: ctx.param.clone() };
    let answer = ctx.ask(MutesClient::new(ctx.safety()).unmute(message)).await?;
    ok(&json!({ "ok": true, "muted": false, "target": answer.target }))
}
