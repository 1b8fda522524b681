//! `GET` and `POST /api/access-requests`, `POST /api/access-requests/{id}/respond`.

use platform::{side, timestamp};
use proto::social::v1::{
    AccessRequest, AskRequest, ListAskedRequest, RespondRequest, access_requests_client::AccessRequestsClient,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    api::{Ctx, common::Side},
    door::{
        Answer, Door, Json, Query, door,
        fields::{Name, Text, Word, first},
        ok,
    },
};

pub const ASK: Door = door!(
    ask,
    "Asks somebody to be shown one of his Sides.",
    [
        "400 missing_username",
        "400 invalid_side",
        "400 cannot_request_self",
        "403 restricted",
        "404 not_found",
        "409 already_granted",
    ]
);
pub const LIST: Door = door!(list, "Lists who asks the viewer for a Side.", []);
pub const RESPOND: Door = door!(
    respond,
    "Accepts or rejects a request; accepting shows the Side at once.",
    [
        "400 bad_request",
        "400 invalid_side",
        "403 restricted",
        "403 account_restricted",
        "403 age_gate_required",
        "404 not_found",
        "409 already_handled",
    ]
);

#[derive(Deserialize, ToSchema)]
struct Body {
    username: Option<Name>,
    /// Another spelling of `username`.
    handle: Option<Name>,
    /// `friends`, `close` or `work`.
    side: Word,
    /// Cut at 280 characters.
    message: Option<Text>,
}

#[derive(Serialize, ToSchema)]
#[schema(as = AskedFor)]
struct AskedFor {
    ok: bool,
    id: String,
    /// Always `pending`: what became of a request is the owner's affair.
    status: String,
}

async fn ask(ctx: Ctx, Json(body): Json<Body>) -> Answer<AskedFor> {
    let message = AskRequest {
        username: first([body.username, body.handle]),
        side: body.side.0,
        message: body.message.unwrap_or_default().0,
    };
    let answer = ctx.ask(AccessRequestsClient::new(ctx.social()).ask(message)).await?;
    ok(&AskedFor { ok: true, id: answer.id.to_string(), status: "pending".to_owned() })
}

#[derive(Deserialize, ToSchema)]
struct Params {
    /// `nextCursor` of the page before.
    cursor: Option<Text>,
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct AccessRequests {
    ok: bool,
    /// Of this page.
    count: usize,
    /// At most 200, newest first.
    items: Vec<Item>,
    #[schema(required)]
    next_cursor: Option<String>,
}

#[derive(Serialize, ToSchema)]
#[schema(as = AccessRequest)]
#[serde(rename_all = "camelCase")]
struct Item {
    id: String,
    from: From,
    #[schema(required)]
    side: Option<Side>,
    message: String,
    created_at: String,
    updated_at: String,
}

#[derive(Serialize, ToSchema)]
#[schema(as = Requester)]
struct From {
    id: i64,
    handle: String,
}

async fn list(ctx: Ctx, Query(params): Query<Params>) -> Answer<AccessRequests> {
    let message = ListAskedRequest { cursor: params.cursor.unwrap_or_default().0 };
    let answer = ctx.ask(AccessRequestsClient::new(ctx.social()).list_asked(message)).await?;
    ok(&AccessRequests {
        ok: true,
        count: answer.requests.len(),
        items: answer.requests.into_iter().map(item).collect(),
        next_cursor: Some(answer.next_cursor).filter(|cursor| !cursor.is_empty()),
    })
}

fn item(request: AccessRequest) -> Item {
    Item {
        id: request.id.to_string(),
        side: side::from_proto(request.side()).map(Side::from),
        from: From { id: request.requester, handle: format!("@{}", request.username) },
        message: request.message,
        created_at: timestamp::iso(timestamp::from_proto(request.created_at)),
        updated_at: timestamp::iso(timestamp::from_proto(request.updated_at)),
    }
}

#[derive(Deserialize, ToSchema)]
struct Response {
    /// `accept` or `reject`.
    action: Word,
    /// Another Side than was asked for.
    side: Option<Word>,
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct Responded {
    ok: bool,
    /// `accepted` or `rejected`.
    status: String,
    /// What the requester is shown now.
    #[serde(skip_serializing_if = "Option::is_none")]
    granted_side: Option<Side>,
}

async fn respond(ctx: Ctx, Json(body): Json<Response>) -> Answer<Responded> {
    let message = RespondRequest {
        id: ctx.param.clone(),
        action: body.action.0,
        side: body.side.map(|side| side.0).unwrap_or_default(),
    };
    let answer = ctx.ask(AccessRequestsClient::new(ctx.social()).respond(message)).await?;
    let granted_side = side::from_proto(answer.granted()).map(Side::from);
    let status = if granted_side.is_some() { "accepted" } else { "rejected" };
    ok(&Responded { ok: true, status: status.to_owned(), granted_side })
}
