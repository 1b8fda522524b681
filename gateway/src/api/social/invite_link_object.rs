//! The link object, and what a link may be.

use platform::{side, timestamp};
use proto::social::v1::{InviteLink, InviteLinkStatus};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{api::common::Side, error::Refused};

/// A link into a circle, as the circle's owner sees it.
#[derive(Serialize, ToSchema)]
#[schema(as = InviteLink)]
#[serde(rename_all = "camelCase")]
pub struct InviteLinkObject {
    /// Whoever holds it may join.
    token: String,
    set_id: String,
    /// As the circle was called when the link was made.
    set_label: String,
    /// As it was then.
    side: Side,
    max_uses: i32,
    uses: i32,
    /// Milliseconds since 1970; null: never.
    #[schema(required)]
    expires_at: Option<i64>,
    /// Milliseconds since 1970.
    #[schema(required)]
    revoked_at: Option<i64>,
    /// Milliseconds since 1970.
    created_at: i64,
    /// Milliseconds since 1970.
    updated_at: i64,
    status: Status,
}

/// The first of these that holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = InviteLinkStatus)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    Revoked,
    Expired,
    UsedUp,
    Active,
}

impl Status {
    /// `None` for a link that is not told of.
    pub const fn of(status: InviteLinkStatus) -> Option<Self> {
        match status {
            InviteLinkStatus::Unspecified => None,
            InviteLinkStatus::Revoked => Some(Self::Revoked),
            InviteLinkStatus::Expired => Some(Self::Expired),
            InviteLinkStatus::UsedUp => Some(Self::UsedUp),
            InviteLinkStatus::Active => Some(Self::Active),
        }
    }
}

impl InviteLinkObject {
    /// # Errors
    /// A side or a status that this release does not know.
    pub fn of(link: InviteLink) -> Result<Self, Refused> {
        let side = side::from_proto(link.side()).ok_or_else(Refused::server_error)?;
        let status = Status::of(link.status()).ok_or_else(Refused::server_error)?;
        let millis = |at| timestamp::millis(timestamp::from_proto(at));
        Ok(Self {
            side: side.into(),
            status,
            max_uses: link.max_uses,
            uses: link.uses,
            expires_at: link.expires_at.map(|at| millis(Some(at))),
            revoked_at: link.revoked_at.map(|at| millis(Some(at))),
            created_at: millis(link.created_at),
            updated_at: millis(link.updated_at),
            token: link.token,
            set_id: link.circle_id,
            set_label: link.label,
        })
    }
}

#[cfg(test)]
mod tests {
    use proto::common::v1::Side as WireSide;
    use serde_json::json;

    use super::*;

    #[test]
    fn the_link_object_is_whole() {
        let link = InviteLink {
            token: "il_a".to_owned(),
            circle_id: "set_1_a".to_owned(),
            label: "Walks".to_owned(),
            side: WireSide::Public.into(),
            max_uses: 10,
            uses: 2,
            status: InviteLinkStatus::UsedUp.into(),
            ..InviteLink::default()
        };
        let object = serde_json::to_value(InviteLinkObject::of(link).expect("a link")).expect("json");
        assert_eq!(
            object,
            json!({
                "token": "il_a", "setId": "set_1_a", "setLabel": "Walks", "side": "public", "maxUses": 10, "uses": 2,
                "expiresAt": null, "revokedAt": null, "createdAt": 0, "updatedAt": 0, "status": "used_up",
            })
        );
    }
}
