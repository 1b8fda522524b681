//! `POST` and `DELETE /api/post/{id}/like`.

use proto::social::v1::{LikeRequest, UnlikeRequest, likes_client::LikesClient};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    api::Ctx,
    door::{Answer, Door, door, ok},
};

pub const POST: Door = door!(post, "Likes a post, once.", ["404 not_found"]);
pub const DELETE: Door = door!(delete, "Takes a like back; none at all is no error.", ["404 not_found"]);

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct LikeChange {
    ok: bool,
    liked: bool,
    post_id: String,
    like_count: i64,
}

async fn post(ctx: Ctx) -> Answer<LikeChange> {
    let answer = ctx.ask(LikesClient::new(ctx.social()).like(LikeRequest { post: ctx.param.clone() })).await?;
    ok(&LikeChange { ok: true, liked: true, post_id: answer.post, like_count: answer.like_count })
}

async fn delete(ctx: Ctx) -> Answer<LikeChange> {
    let answer = ctx.ask(LikesClient::new(ctx.social()).unlike(UnlikeRequest { post: ctx.param.clone() })).await?;
    ok(&LikeChange { ok: true, liked: false, post_id: answer.post, like_count: answer.like_count })
}
