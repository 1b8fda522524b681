//! `GET` and `PATCH /api/invites/{id}`.

use proto::social::v1::{AnswerInviteRequest, GetInviteRequest, invites_client::InvitesClient};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{circle_object::ask, invite_object::InviteObject, invites::InviteAnswer};
use crate::{
    api::{Ctx, common::Role},
    door::{Answer, Door, Json, door, fields::Text, ok},
};

pub const GET: Door = door!(get, "Reads an invite to the caller or from him; to everybody else there is none.", []);
pub const PATCH: Door = door!(
    patch,
    "Accepts, rejects or revokes an invite, and tells what has become of it: one answer counts.",
    [
        "400 bad_request",
        "403 restricted",
        "403 account_restricted",
        "403 age_gate_required",
        "404 not_found",
        "409 circle_full",
        "409 membership_limit",
    ]
);

#[derive(Serialize, ToSchema)]
struct InviteDetail {
    ok: bool,
    /// Nobody is signed in.
    restricted: bool,
    #[schema(required)]
    viewer: Option<String>,
    role: Role,
    /// Null: unknown, or between others.
    #[schema(required)]
    item: Option<InviteObject>,
}

async fn get(ctx: Ctx) -> Answer<InviteDetail> {
    let message = GetInviteRequest { id: ctx.param.clone() };
    let answer = ask(&ctx, InvitesClient::new(ctx.social()).get(message)).await?;
    let item = answer.invite.map(InviteObject::of).transpose()?;
    let (viewer, role) = (ctx.viewer_token(), Role::of(&ctx));
    ok(&InviteDetail { ok: true, restricted: answer.restricted, viewer, role, item })
}

#[derive(Deserialize, ToSchema)]
struct Body {
    /// `accept` or `reject`, by the invitee; `revoke`, by the inviter.
    action: Option<Text>,
    /// In its place: `accepted`, `rejected` or `revoked`.
    status: Option<Text>,
}

async fn patch(ctx: Ctx, Json(body): Json<Body>) -> Answer<InviteAnswer> {
    let message = AnswerInviteRequest {
        id: ctx.param.clone(),
        action: body.action.unwrap_or_default().0,
        status: body.status.unwrap_or_default().0,
    };
    let answer = ask(&ctx, InvitesClient::new(ctx.social()).answer(message)).await?;
    ok(&InviteAnswer::of(&ctx, answer.invite)?)
}
