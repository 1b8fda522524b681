//! `GET` and `POST /api/invites`.

use proto::social::v1::{CreateInviteRequest, InviteDirection, ListInvitesRequest, invites_client::InvitesClient};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{circle_object::ask, invite_object::InviteObject};
use crate::{
    api::{Ctx, common::Role},
    door::{
        Answer, Door, Json, Query, door,
        fields::{Text, first},
        ok,
    },
    error::Refused,
};

pub const LIST: Door = door!(list, "Lists the invites to the caller and from him: those that wait, then the rest.", []);
pub const CREATE: Door = door!(
    create,
    "Asks somebody to join a circle of one's own; whoever is asked already keeps the invite that he has.",
    [
        "400 bad_request",
        "400 cannot_invite_self",
        "403 restricted",
        "404 not_found",
        "404 user_not_found",
        "409 already_member",
        "409 recently_rejected",
        "409 circle_full",
        "409 invite_limit",
        "429 quota_exceeded",
    ]
);

const MOST: u32 = 200;

#[derive(Deserialize, ToSchema)]
struct Params {
    /// `incoming` or `outgoing`; anything else is both.
    direction: Text,
    /// 200 if absent.
    #[schema(value_type = u32, minimum = 1, maximum = 200)]
    limit: Text,
    /// `nextCursor` of the page before; anything else is the first page.
    cursor: Text,
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct InviteList {
    ok: bool,
    /// Nobody is signed in.
    restricted: bool,
    #[schema(required)]
    viewer: Option<String>,
    role: Role,
    items: Vec<InviteObject>,
    /// Null: this was the last page.
    #[schema(required)]
    next_cursor: Option<String>,
}

async fn list(ctx: Ctx, Query(params): Query<Params>) -> Answer<InviteList> {
    let direction = match params.direction.0.trim().to_lowercase().as_str() {
        "incoming" => InviteDirection::Incoming,
        "outgoing" => InviteDirection::Outgoing,
        _ => InviteDirection::Unspecified,
    };
    let limit = params.limit.0.trim().parse::<i64>().map(|limit| limit.clamp(1, i64::from(MOST)));
    let message = ListInvitesRequest {
        direction: direction.into(),
        limit: limit.ok().and_then(|limit| u32::try_from(limit).ok()).unwrap_or(MOST),
        cursor: params.cursor.0,
    };
    let answer = ask(&ctx, InvitesClient::new(ctx.social()).list(message)).await?;
    let items = answer.invites.into_iter().map(InviteObject::of).collect::<Result<_, _>>()?;
    let next_cursor = Some(answer.next_cursor).filter(|cursor| !cursor.is_empty());
    let (viewer, role) = (ctx.viewer_token(), Role::of(&ctx));
    ok(&InviteList { ok: true, restricted: answer.restricted, viewer, role, items, next_cursor })
}

#[derive(Deserialize, ToSchema)]
struct Body {
    /// The circle; its side is the invite's.
    #[serde(rename = "setId")]
    set_id: Option<Text>,
    /// Another spelling of `setId`.
    #[serde(rename = "set_id")]
    set_id_too: Option<Text>,
    /// `@name`, `name` or `me_<id>`.
    to: Option<Text>,
    /// Another spelling of `to`.
    #[serde(rename = "toId")]
    to_id: Option<Text>,
    /// Another spelling of `to`.
    #[serde(rename = "to_id")]
    to_id_too: Option<Text>,
    /// Cut at 280 characters; dropped unless the invitee shows the caller a side, or follows him.
    message: Option<Text>,
}

/// One invite.
#[derive(Serialize, ToSchema)]
pub struct InviteAnswer {
    ok: bool,
    restricted: bool,
    #[schema(required)]
    viewer: Option<String>,
    role: Role,
    item: InviteObject,
}

impl InviteAnswer {
    /// # Errors
    /// An answer without an invite.
    pub fn of(ctx: &Ctx, invite: Option<proto::social::v1::Invite>) -> Result<Self, Refused> {
        let item = InviteObject::of(invite.ok_or_else(Refused::server_error)?)?;
        Ok(Self { ok: true, restricted: false, viewer: ctx.viewer_token(), role: Role::of(ctx), item })
    }
}

async fn create(ctx: Ctx, Json(body): Json<Body>) -> Answer<InviteAnswer> {
    let message = CreateInviteRequest {
        circle_id: first([body.set_id, body.set_id_too]),
        to: first([body.to, body.to_id, body.to_id_too]),
        message: body.message.unwrap_or_default().0,
    };
    let answer = ask(&ctx, InvitesClient::new(ctx.social()).create(message)).await?;
    ok(&InviteAnswer::of(&ctx, answer.invite)?)
}
