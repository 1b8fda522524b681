//! `GET /api/invite-links/{token}`, `POST /api/invite-links/{token}/accept`.

use http::{HeaderValue, header::REFERRER_POLICY};
use platform::{side, timestamp};
use proto::social::v1::{
    AcceptInviteLinkRequest, InviteLinkPreview, PreviewInviteLinkRequest, invite_links_client::InviteLinksClient,
};
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    circle_object::{ask, handle},
    invite_link_object::Status,
};
use crate::{
    api::{
        Ctx,
        common::{Role, Side},
    },
    door::{Answer, Door, door, ok},
    error::Refused,
};

pub const GET: Door = door!(get, "Tells whoever holds a link where it leads, and nothing once it leads nowhere.", []);
pub const ACCEPT: Door = door!(
    accept,
    "Joins the circle of a link; only a new member spends a use.",
    [
        "404 not_found",
        "404 revoked",
        "404 expired",
        "404 used_up",
        "409 friends_required",
        "409 circle_full",
        "409 membership_limit",
    ]
);

#[derive(Serialize, ToSchema)]
struct LinkPreview {
    ok: bool,
    valid: bool,
    reason: Reason,
    /// Null unless the link is valid.
    #[schema(required)]
    item: Option<PreviewedLink>,
}

#[derive(Clone, Copy, Serialize, ToSchema)]
#[schema(as = LinkReason)]
#[serde(rename_all = "snake_case")]
enum Reason {
    Active,
    Revoked,
    Expired,
    UsedUp,
    NotFound,
}

impl Reason {
    const fn of(status: Option<Status>) -> Self {
        match status {
            None => Self::NotFound,
            Some(Status::Revoked) => Self::Revoked,
            Some(Status::Expired) => Self::Expired,
            Some(Status::UsedUp) => Self::UsedUp,
            Some(Status::Active) => Self::Active,
        }
    }
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct PreviewedLink {
    token: String,
    /// As the circle was called when the link was made.
    set_label: String,
    uses: i32,
    max_uses: i32,
    /// Milliseconds since 1970; null: never.
    #[schema(required)]
    expires_at: Option<i64>,
    status: Status,
    owner: LinkOwner,
}

#[derive(Serialize, ToSchema)]
struct LinkOwner {
    handle: String,
    /// His public name.
    name: String,
}

impl PreviewedLink {
    fn of(token: String, status: Status, link: InviteLinkPreview) -> Self {
        Self {
            token,
            set_label: link.label,
            uses: link.uses,
            max_uses: link.max_uses,
            expires_at: link.expires_at.map(|at| timestamp::millis(timestamp::from_proto(Some(at)))),
            status,
            owner: LinkOwner { handle: handle(&link.owner_username), name: link.owner_name },
        }
    }
}

async fn get(ctx: Ctx) -> Answer<LinkPreview> {
    let message = PreviewInviteLinkRequest { token: ctx.param.clone() };
    let answer = ask(&ctx, InviteLinksClient::new(ctx.social()).preview(message)).await?;
    let status = Status::of(answer.status());
    let item = answer.link.zip(status).map(|(link, status)| PreviewedLink::of(ctx.param, status, link));
    let mut told = ok(&LinkPreview { ok: true, valid: item.is_some(), reason: Reason::of(status), item })?;
    // The address of a page that shows this holds the token.
    told.headers().insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    Ok(told)
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct JoinedCircle {
    ok: bool,
    restricted: bool,
    #[schema(required)]
    viewer: Option<String>,
    role: Role,
    joined: bool,
    set_id: String,
    set_label: String,
    side: Side,
}

async fn accept(ctx: Ctx) -> Answer<JoinedCircle> {
    let message = AcceptInviteLinkRequest { token: ctx.param.clone() };
    let answer = ask(&ctx, InviteLinksClient::new(ctx.social()).accept(message)).await?;
    let side = side::from_proto(answer.side()).ok_or_else(Refused::server_error)?.into();
    let (viewer, role) = (ctx.viewer_token(), Role::of(&ctx));
    let (set_id, set_label) = (answer.circle_id, answer.label);
    ok(&JoinedCircle { ok: true, restricted: false, viewer, role, joined: true, set_id, set_label, side })
}
