//! `POST /api/circles/{id}/members` and `POST /api/circles/{id}/leave`.

use proto::social::v1::{ChangeMembersRequest, LeaveCircleRequest, circles_client::CirclesClient};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::circle_object::{ChangedCircle, CircleObject, Names, ask};
use crate::{
    api::{Ctx, common::Role},
    door::{Answer, Door, Json, door, ok},
};

pub const POST: Door = door!(
    post,
    "Adds and removes members of a circle of one's own, whoever they are by now.",
    ["400 too_many_members", "403 account_restricted", "403 age_gate_required", "404 not_found"]
);
pub const LEAVE: Door =
    door!(leave, "Leaves a circle; only one's own act leads back.", ["400 owner_cannot_leave", "404 not_found"]);

#[derive(Deserialize, ToSchema)]
struct Body {
    /// Who may not be a member is asked to join.
    #[schema(required = false)]
    add: Names,
    /// Wins over `add`; who is no member is no error.
    #[schema(required = false)]
    remove: Names,
}

async fn post(ctx: Ctx, Json(body): Json<Body>) -> Answer<ChangedCircle> {
    let message = ChangeMembersRequest {
        id: ctx.param.clone(),
        add: body.add.0.unwrap_or_default(),
        remove: body.remove.0.unwrap_or_default(),
    };
    let answer = ask(&ctx, CirclesClient::new(ctx.social()).change_members(message)).await?;
    ok(&ChangedCircle::of(&ctx, answer)?)
}

#[derive(Serialize, ToSchema)]
struct LeftCircle {
    ok: bool,
    restricted: bool,
    #[schema(required)]
    viewer: Option<String>,
    role: Role,
    /// Always null: who has left is not shown it any more.
    #[schema(required)]
    item: Option<CircleObject>,
    left: bool,
}

async fn leave(ctx: Ctx) -> Answer<LeftCircle> {
    let message = LeaveCircleRequest { id: ctx.param.clone() };
    ask(&ctx, CirclesClient::new(ctx.social()).leave(message)).await?;
    let (viewer, role) = (ctx.viewer_token(), Role::of(&ctx));
    ok(&LeftCircle { ok: true, restricted: false, viewer, role, item: None, left: true })
}
