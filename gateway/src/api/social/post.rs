//! `POST /api/post`, `GET` and `DELETE /api/post/{id}`.

use http::StatusCode;
use platform::Side;
use proto::social::v1::{CreateRequest, DeleteRequest, GetRequest, posts_client::PostsClient};
use serde::Serialize;
use serde_json::json;

use super::post_object::{PostObject, side_of};
use crate::{
    api::{self, Answer, Ctx, ok},
    error::Refused,
};

#[derive(Serialize)]
struct Created {
    ok: bool,
    status: u16,
    post: PostObject,
    side: Option<&'static str>,
}

pub async fn create(ctx: Ctx) -> Answer {
    let json = ctx.json(&[])?;
    let message = CreateRequest {
        text: json.text("text").unwrap_or_default().to_owned(),
        side: json.word("side").map(str::to_owned),
        set_id: json.first_text(&["setId", "set_id"]).to_owned(),
        public_channel: json.first_text(&["publicChannel", "public_channel"]).to_owned(),
        urgent: json.is_true("urgent"),
        client_key: json.first_text(&["client_key", "clientKey"]).to_owned(),
        media_keys: json.texts(&["mediaKeys", "media_keys", "media"]),
    };
    let answer = ctx.ask(PostsClient::new(ctx.social()).create(message)).await?;
    let post = answer.post.ok_or_else(Refused::server_error)?;
    let side = side_of(&post).map(Side::as_str);
    let body = Created { ok: true, status: 201, post: PostObject::of(post, ctx.now()), side };
    api::json(StatusCode::CREATED, &body)
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Detail {
    ok: bool,
    post: PostObject,
    side: Option<&'static str>,
    viewer_authed: bool,
}

pub async fn get(ctx: Ctx) -> Answer {
    let answer = ctx.ask(PostsClient::new(ctx.social()).get(GetRequest { id: ctx.param.clone() })).await?;
    let post = answer.post.ok_or_else(Refused::server_error)?;
    let side = side_of(&post).map(Side::as_str);
    let post = PostObject::of(post, ctx.now());
    ok(&Detail { ok: true, post, side, viewer_authed: ctx.signed_in.is_some() })
}

pub async fn delete(ctx: Ctx) -> Answer {
    ctx.ask(PostsClient::new(ctx.social()).delete(DeleteRequest { id: ctx.param.clone() })).await?;
    ok(&json!({ "ok": true, "deleted": true, "id": ctx.param }))
}
