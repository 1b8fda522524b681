//! `POST /api/side`: shows somebody a Side, or takes it away.

use platform::side;
use proto::social::v1::{PlaceRequest, placements_client::PlacementsClient};
use serde_json::json;

use crate::api::{Answer, Ctx, ok};

pub async fn post(ctx: Ctx) -> Answer {
    // A name with NUL in it is nobody's.
    let json = ctx.json(&["username", "handle"])?;
    let message = PlaceRequest {
        username: json.first_text(&["username", "handle"]).to_owned(),
        side: json.word("side").unwrap_or_default().to_owned(),
        confirm: json.is_truthy("confirm"),
    };
    let answer = ctx.ask(PlacementsClient::new(ctx.social()).place(message)).await?;
    let side = side::from_proto(answer.side()).map(side::Side::as_str);
    ok(&json!({ "ok": true, "side": side }))
}
