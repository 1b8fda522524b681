//! `POST /api/post`, `GET`, `PATCH` and `DELETE /api/post/{id}`.

use proto::social::v1::{CreateRequest, DeleteRequest, EditRequest, GetRequest, posts_client::PostsClient};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::post_object::{PostObject, side_of};
use crate::{
    api::{Ctx, common::Side},
    door::{
        Answer, Door, Json, door,
        fields::{Flag, Text, Texts, Word, first},
        ok,
    },
    error::Refused,
};

pub const CREATE: Door = door!(
    create,
    "Writes a post into one Side; the same client key gives the same post.",
    [
        "400 invalid_side",
        "400 invalid_client_key",
        "400 too_many_media",
        "400 invalid_media",
        "400 empty_text",
        "400 too_long",
        "400 mention_forbidden",
        "403 trust_required",
        "403 link_requires_trust",
        "404 not_found",
        "429 quota_exceeded",
    ]
);
pub const GET: Door = door!(get, "Reads one post that the caller may see.", ["404 not_found"]);
pub const PATCH: Door = door!(
    patch,
    "Gives a post of one's own another text, for some time after it was written.",
    [
        "400 empty_text",
        "400 too_long",
        "400 mention_forbidden",
        "403 edit_window_closed",
        "403 trust_required",
        "403 link_requires_trust",
        "404 not_found",
    ]
);
pub const DELETE: Door = door!(delete, "Deletes a post of one's own; staff may delete any.", ["404 not_found"]);

#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct Body {
    text: Text,
    /// `public` (if absent), `friends`, `close` or `work`.
    side: Option<Word>,
    /// A circle or a broadcast.
    set_id: Option<Text>,
    /// Another spelling of `setId`.
    #[serde(rename = "set_id")]
    set_id_too: Option<Text>,
    public_channel: Option<Text>,
    /// Another spelling of `publicChannel`.
    #[serde(rename = "public_channel")]
    public_channel_too: Option<Text>,
    urgent: Option<Flag>,
    /// At most 128 characters, made by the client: a repetition under the same key writes nothing.
    #[serde(rename = "client_key")]
    client_key: Option<Text>,
    /// Another spelling of `client_key`.
    #[serde(rename = "clientKey")]
    client_key_too: Option<Text>,
    /// At most 4.
    media_keys: Option<Texts>,
    /// Another spelling of `mediaKeys`.
    #[serde(rename = "media_keys")]
    media_keys_too: Option<Texts>,
    /// Another spelling of `mediaKeys`.
    media: Option<Texts>,
}

#[derive(Serialize, ToSchema)]
struct CreatedPost {
    ok: bool,
    status: u16,
    post: PostObject,
    #[schema(required)]
    side: Option<Side>,
}

async fn create(ctx: Ctx, Json(body): Json<Body>) -> Answer<CreatedPost, 201> {
    let message = CreateRequest {
        text: body.text.0,
        side: body.side.map(|side| side.0),
        set_id: first([body.set_id, body.set_id_too]),
        public_channel: first([body.public_channel, body.public_channel_too]),
        urgent: body.urgent == Some(Flag(true)),
        client_key: first([body.client_key, body.client_key_too]),
        media_keys: body.media_keys.or(body.media_keys_too).or(body.media).unwrap_or_default().0,
    };
    let answer = ctx.ask(PostsClient::new(ctx.social()).create(message)).await?;
    let post = answer.post.ok_or_else(Refused::server_error)?;
    let side = side_of(&post).map(Side::from);
    ok(&CreatedPost { ok: true, status: 201, post: PostObject::of(post, ctx.now()), side })
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct PostDetail {
    ok: bool,
    post: PostObject,
    #[schema(required)]
    side: Option<Side>,
    viewer_authed: bool,
}

async fn get(ctx: Ctx) -> Answer<PostDetail> {
    let answer = ctx.ask(PostsClient::new(ctx.social()).get(GetRequest { id: ctx.param.clone() })).await?;
    let post = answer.post.ok_or_else(Refused::server_error)?;
    let side = side_of(&post).map(Side::from);
    let post = PostObject::of(post, ctx.now());
    ok(&PostDetail { ok: true, post, side, viewer_authed: ctx.signed_in.is_some() })
}

/// Everything else about a post stays.
#[derive(Deserialize, ToSchema)]
struct OtherText {
    text: Text,
}

#[derive(Serialize, ToSchema)]
struct EditedPost {
    ok: bool,
    post: PostObject,
}

async fn patch(ctx: Ctx, Json(body): Json<OtherText>) -> Answer<EditedPost> {
    let message = EditRequest { id: ctx.param.clone(), text: body.text.0 };
    let answer = ctx.ask(PostsClient::new(ctx.social()).edit(message)).await?;
    let post = answer.post.ok_or_else(Refused::server_error)?;
    ok(&EditedPost { ok: true, post: PostObject::of(post, ctx.now()) })
}

#[derive(Serialize, ToSchema)]
struct DeletedPost {
    ok: bool,
    deleted: bool,
    id: String,
}

async fn delete(ctx: Ctx) -> Answer<DeletedPost> {
    ctx.ask(PostsClient::new(ctx.social()).delete(DeleteRequest { id: ctx.param.clone() })).await?;
    ok(&DeletedPost { ok: true, deleted: true, id: ctx.param })
}
