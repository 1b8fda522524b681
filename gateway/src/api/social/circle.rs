//! `GET`, `PATCH` and `DELETE /api/circles/{id}`.

use proto::social::v1::{
    DeleteCircleRequest, EditCircleRequest, GetCircleRequest, MemberNames, circles_client::CirclesClient,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::circle_object::{ChangedCircle, CircleObject, Names, ask};
use crate::{
    api::{Ctx, common::Role},
    door::{Answer, Door, Json, door, fields::Text, ok},
};

pub const GET: Door = door!(get, "Reads a circle that the caller owns or belongs to.", ["404 not_found"]);
pub const PATCH: Door = door!(
    patch,
    "Changes a circle of one's own: its name, its side, its color, its members.",
    [
        "400 invalid_side",
        "400 invalid_color",
        "400 too_many_members",
        "403 account_restricted",
        "403 age_gate_required",
        "404 not_found",
    ]
);
pub const DELETE: Door =
    door!(delete, "Deletes a circle of one's own; its posts stay for their authors.", ["404 not_found"]);

#[derive(Serialize, ToSchema)]
struct CircleDetail {
    ok: bool,
    /// Nobody is signed in.
    restricted: bool,
    #[schema(required)]
    viewer: Option<String>,
    role: Role,
    #[schema(required)]
    item: Option<CircleObject>,
}

async fn get(ctx: Ctx) -> Answer<CircleDetail> {
    let message = GetCircleRequest { id: ctx.param.clone() };
    let answer = ask(&ctx, CirclesClient::new(ctx.social()).get(message)).await?;
    let item = answer.circle.map(CircleObject::of).transpose()?;
    let (viewer, role) = (ctx.viewer_token(), Role::of(&ctx));
    ok(&CircleDetail { ok: true, restricted: answer.restricted, viewer, role, item })
}

#[derive(Deserialize, ToSchema)]
struct Body {
    /// Blank = as it is, like every member here.
    label: Option<Text>,
    /// In another side only those stay whom the owner shows enough; the ways into the circle end.
    side: Option<Text>,
    color: Option<Text>,
    /// Alone it is the whole list; beside others it only adds.
    #[schema(required = false)]
    members: Names,
}

async fn patch(ctx: Ctx, Json(body): Json<Body>) -> Answer<ChangedCircle> {
    let message = EditCircleRequest {
        id: ctx.param.clone(),
        label: body.label.map(String::from),
        side: body.side.map(String::from),
        color: body.color.map(String::from),
        members: body.members.0.map(|names| MemberNames { names }),
    };
    let answer = ask(&ctx, CirclesClient::new(ctx.social()).edit(message)).await?;
    ok(&ChangedCircle::of(&ctx, answer)?)
}

#[derive(Serialize, ToSchema)]
struct DeletedCircle {
    ok: bool,
    restricted: bool,
    #[schema(required)]
    viewer: Option<String>,
    role: Role,
    deleted: bool,
    id: String,
}

async fn delete(ctx: Ctx) -> Answer<DeletedCircle> {
    let message = DeleteCircleRequest { id: ctx.param.clone() };
    ask(&ctx, CirclesClient::new(ctx.social()).delete(message)).await?;
    let (viewer, role) = (ctx.viewer_token(), Role::of(&ctx));
    ok(&DeletedCircle { ok: true, restricted: false, viewer, role, deleted: true, id: ctx.param })
}
