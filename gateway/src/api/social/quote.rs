//! `POST /api/post/{id}/quote`.

use proto::social::v1::{QuoteRequest, echoes_client::EchoesClient};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::post_object::{PostObject, side_of};
use crate::{
    api::{Ctx, common::Side},
    door::{
        Answer, Door, Json, door,
        fields::{Text, Word, first},
        ok,
    },
    error::Refused,
};

pub const POST: Door = door!(
    post,
    "Writes a post about a public one into one Side; the same client key gives the same post.",
    [
        "400 invalid_side",
        "400 invalid_client_key",
        "400 empty_text",
        "400 too_long",
        "400 mention_forbidden",
        "403 echo_forbidden_private",
        "403 trust_required",
        "403 link_requires_trust",
        "404 not_found",
        "429 quota_exceeded",
    ]
);

#[derive(Deserialize, ToSchema)]
struct Body {
    text: Text,
    /// `public` (if absent), `friends`, `close` or `work`.
    side: Option<Word>,
    /// At most 128 characters, made by the client: a repetition under the same key writes nothing.
    client_key: Option<Text>,
    /// Another spelling of `client_key`.
    #[serde(rename = "clientKey")]
    client_key_too: Option<Text>,
}

#[derive(Serialize, ToSchema)]
struct QuotedPost {
    ok: bool,
    status: u16,
    post: PostObject,
    #[schema(required)]
    side: Option<Side>,
}

async fn post(ctx: Ctx, Json(body): Json<Body>) -> Answer<QuotedPost, 201> {
    let message = QuoteRequest {
        post: ctx.param.clone(),
        text: body.text.0,
        side: body.side.map(|side| side.0),
        client_key: first([body.client_key, body.client_key_too]),
    };
    let answer = ctx.ask(EchoesClient::new(ctx.social()).quote(message)).await?;
    let post = answer.post.ok_or_else(Refused::server_error)?;
    let side = side_of(&post).map(Side::from);
    ok(&QuotedPost { ok: true, status: 201, post: PostObject::of(post, ctx.now()), side })
}
