//! `POST /api/side`: shows somebody a Side, or takes it away.

use platform::side;
use proto::social::v1::{PlaceRequest, placements_client::PlacementsClient};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    api::{Ctx, common::Side},
    door::{
        Answer, Door, Json, door,
        fields::{Name, Word, Yes, first},
        ok,
    },
};

pub const POST: Door = door!(
    post,
    "Shows somebody one of the viewer's Sides, or none any more.",
    [
        "400 missing_username",
        "400 invalid_side",
        "400 cannot_side_self",
        "400 confirm_required",
        "400 friends_required",
        "403 restricted",
        "403 account_restricted",
        "403 age_gate_required",
        "404 not_found",
    ]
);

#[derive(Deserialize, ToSchema)]
struct Body {
    username: Option<Name>,
    /// Another spelling of `username`.
    handle: Option<Name>,
    /// `friends`, `close` or `work`; `public` takes the placement away.
    side: Word,
    /// Needed for `close` and `work`.
    confirm: Option<Yes>,
}

#[derive(Serialize, ToSchema)]
struct Placed {
    ok: bool,
    /// Null: none any more.
    #[schema(required)]
    side: Option<Side>,
}

async fn post(ctx: Ctx, Json(body): Json<Body>) -> Answer<Placed> {
    let message = PlaceRequest {
        username: first([body.username, body.handle]),
        side: body.side.0,
        confirm: body.confirm == Some(Yes(true)),
    };
    let answer = ctx.ask(PlacementsClient::new(ctx.social()).place(message)).await?;
    ok(&Placed { ok: true, side: side::from_proto(answer.side()).map(Side::from) })
}
