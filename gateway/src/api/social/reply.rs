//! `POST /api/post/{id}/reply`.

use platform::timestamp;
use proto::social::v1::{CreateReplyRequest, replies_client::RepliesClient};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    api::Ctx,
    door::{
        Answer, Door, Json, door,
        fields::{Name, Text, first},
        ok,
    },
};

pub const POST: Door = door!(
    post,
    "Replies to a post, or to a reply below it; the same client key gives the same reply.",
    [
        "400 invalid_client_key",
        "400 empty_text",
        "400 too_long",
        "404 not_found",
        "403 trust_required",
        "403 link_requires_trust",
        "400 mention_forbidden",
        "400 parent_not_found",
        "400 parent_too_deep",
        "429 quota_exceeded",
    ]
);

#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct Body {
    /// At most 2000 characters.
    text: Text,
    /// The reply that it answers; absent: the post.
    parent_id: Option<Name>,
    /// Another spelling of `parentId`.
    #[serde(rename = "parent_id")]
    parent_id_too: Option<Name>,
    /// At most 128 characters, made by the client: a repetition under the same key writes nothing.
    #[serde(rename = "client_key")]
    client_key: Option<Text>,
    /// Another spelling of `client_key`.
    #[serde(rename = "clientKey")]
    client_key_too: Option<Text>,
}

#[derive(Serialize, ToSchema)]
struct CreatedReply {
    ok: bool,
    status: u16,
    reply: Written,
}

#[derive(Serialize, ToSchema)]
#[schema(as = WrittenReply)]
struct Written {
    id: String,
    post_id: String,
    /// Empty if it was written before and is gone by now.
    text: String,
    #[schema(required)]
    client_key: Option<String>,
    /// Milliseconds since 1970.
    created_at: i64,
}

async fn post(ctx: Ctx, Json(body): Json<Body>) -> Answer<CreatedReply, 201> {
    let message = CreateReplyRequest {
        post: ctx.param.clone(),
        text: body.text.0,
        parent: first([body.parent_id, body.parent_id_too]),
        client_key: first([body.client_key, body.client_key_too]),
    };
    let made = ctx.ask(RepliesClient::new(ctx.social()).create(message)).await?;
    let created_at = made.created_at.and_then(timestamp::try_from_proto).map_or(0, timestamp::millis);
    let reply = Written { id: made.id, post_id: made.post, text: made.text, client_key: made.client_key, created_at };
    ok(&CreatedReply { ok: true, status: 201, reply })
}
