//! `GET` and `POST /api/circles/{id}/invite-links`, `POST /api/circles/{id}/invite-links/{token}/revoke`.

use proto::social::v1::{
    CreateInviteLinkRequest, InviteLink, ListInviteLinksRequest, RevokeInviteLinkRequest,
    invite_links_client::InviteLinksClient,
};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use super::{circle_object::ask, invite_link_object::InviteLinkObject};
use crate::{
    api::{Ctx, common::Role},
    door::{Answer, Door, Json, door, ok},
    error::Refused,
};

pub const LIST: Door = door!(list, "Lists the links into a circle of one's own; of any other there are none.", []);
pub const CREATE: Door = door!(
    create,
    "Makes a link into a circle of one's own: whoever holds it may join.",
    ["404 not_found", "409 link_limit"]
);
pub const REVOKE: Door = door!(revoke, "Revokes a link; nobody is removed by it.", ["404 not_found"]);

#[derive(Serialize, ToSchema)]
struct InviteLinkList {
    ok: bool,
    /// Nobody is signed in.
    restricted: bool,
    #[schema(required)]
    viewer: Option<String>,
    role: Role,
    /// At most 100, newest change first.
    items: Vec<InviteLinkObject>,
}

async fn list(ctx: Ctx) -> Answer<InviteLinkList> {
    let message = ListInviteLinksRequest { circle_id: ctx.param.clone() };
    let answer = ask(&ctx, InviteLinksClient::new(ctx.social()).list(message)).await?;
    let items = answer.links.into_iter().map(InviteLinkObject::of).collect::<Result<_, _>>()?;
    let (viewer, role) = (ctx.viewer_token(), Role::of(&ctx));
    ok(&InviteLinkList { ok: true, restricted: answer.restricted, viewer, role, items })
}

/// A whole number; of another one the part before the point. Anything else is as if it were absent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ToSchema)]
#[schema(value_type = Option<i64>)]
struct Whole(Option<i64>);

impl<'de> Deserialize<'de> for Whole {
    fn deserialize<D: Deserializer<'de>>(member: D) -> Result<Self, D::Error> {
        let Some(Value::Number(number)) = Option::<Value>::deserialize(member)? else { return Ok(Self(None)) };
        #[expect(clippy::cast_possible_truncation, reason = "what is out of range is its end, and then clamped")]
        let whole = number.as_i64().or_else(|| number.as_f64().map(|number| number as i64));
        Ok(Self(whole))
    }
}

#[derive(Deserialize, ToSchema)]
struct Body {
    /// 10 if absent; 1 to 200.
    #[serde(rename = "maxUses")]
    max_uses: Whole,
    /// Another spelling of `maxUses`.
    #[serde(rename = "max_uses")]
    max_uses_too: Whole,
    /// 14 if absent; 0 to 365, 0 is never.
    #[serde(rename = "expiresDays")]
    expires_days: Whole,
    /// Another spelling of `expiresDays`.
    #[serde(rename = "expires_days")]
    expires_days_too: Whole,
}

#[derive(Serialize, ToSchema)]
struct InviteLinkAnswer {
    ok: bool,
    restricted: bool,
    #[schema(required)]
    viewer: Option<String>,
    role: Role,
    item: InviteLinkObject,
}

impl InviteLinkAnswer {
    fn of(ctx: &Ctx, link: Option<InviteLink>) -> Result<Self, Refused> {
        let item = InviteLinkObject::of(link.ok_or_else(Refused::server_error)?)?;
        Ok(Self { ok: true, restricted: false, viewer: ctx.viewer_token(), role: Role::of(ctx), item })
    }
}

async fn create(ctx: Ctx, Json(body): Json<Body>) -> Answer<InviteLinkAnswer> {
    let message = CreateInviteLinkRequest {
        circle_id: ctx.param.clone(),
        max_uses: body.max_uses.0.or(body.max_uses_too.0),
        expires_days: body.expires_days.0.or(body.expires_days_too.0),
    };
    let answer = ask(&ctx, InviteLinksClient::new(ctx.social()).create(message)).await?;
    ok(&InviteLinkAnswer::of(&ctx, answer.link)?)
}

async fn revoke(ctx: Ctx) -> Answer<InviteLinkAnswer> {
    let message = RevokeInviteLinkRequest { circle_id: ctx.param.clone(), token: ctx.second.clone() };
    let answer = ask(&ctx, InviteLinksClient::new(ctx.social()).revoke(message)).await?;
    ok(&InviteLinkAnswer::of(&ctx, answer.link)?)
}

#[cfg(test)]
mod tests {
    use serde_json::{from_value, json};

    use super::*;

    #[test]
    fn only_numbers_are_numbers() {
        let read = |value: Value| from_value::<Whole>(value).expect("every value has a reading").0;
        assert_eq!(read(json!(5)), Some(5));
        assert_eq!(read(json!(-5.9)), Some(-5));
        assert_eq!(read(json!(1e300)), Some(i64::MAX));
        assert_eq!(read(json!(u64::MAX)), Some(i64::MAX));
        for other in [json!("5"), json!(null), json!(true), json!([5])] {
            assert_eq!(read(other), None);
        }
    }
}
