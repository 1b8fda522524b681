//! The invite object.

use platform::{side, timestamp};
use proto::social::v1::{Invite, InviteStatus};
use serde::Serialize;
use utoipa::ToSchema;

use super::circle_object::handle;
use crate::{api::common::Side, error::Refused};

/// An invite into a circle, as its two parties see it; nothing else of the circle is told before it is accepted.
#[derive(Serialize, ToSchema)]
#[schema(as = Invite)]
#[serde(rename_all = "camelCase")]
pub struct InviteObject {
    id: String,
    set_id: String,
    /// As the circle was called when the invite was made.
    set_label: String,
    /// As it was then.
    side: Side,
    /// A handle.
    from: String,
    /// A handle.
    to: String,
    status: Status,
    /// Revoked by time; else absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    expired: Option<bool>,
    /// Empty from somebody whom the invitee shows nothing and does not follow.
    message: String,
    /// Milliseconds since 1970.
    created_at: i64,
    /// Milliseconds since 1970.
    updated_at: i64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = InviteStatus)]
#[serde(rename_all = "lowercase")]
enum Status {
    Pending,
    Accepted,
    Rejected,
    Revoked,
}

impl InviteObject {
    /// # Errors
    /// A side or a status that this release does not know.
    pub fn of(invite: Invite) -> Result<Self, Refused> {
        let side = side::from_proto(invite.side()).ok_or_else(Refused::server_error)?;
        let status = match invite.status() {
            InviteStatus::Unspecified => return Err(Refused::server_error()),
            InviteStatus::Pending => Status::Pending,
            InviteStatus::Accepted => Status::Accepted,
            InviteStatus::Rejected => Status::Rejected,
            InviteStatus::Revoked => Status::Revoked,
        };
        let millis = |at| timestamp::millis(timestamp::from_proto(at));
        Ok(Self {
            side: side.into(),
            status,
            from: handle(&invite.inviter),
            to: handle(&invite.invitee),
            expired: invite.expired.then_some(true),
            created_at: millis(invite.created_at),
            updated_at: millis(invite.updated_at),
            id: invite.id,
            set_id: invite.circle_id,
            set_label: invite.label,
            message: invite.message,
        })
    }
}

#[cfg(test)]
mod tests {
    use proto::common::v1::Side as WireSide;
    use serde_json::json;

    use super::*;

    #[test]
    fn the_invite_object_is_whole() {
        let invite = Invite {
            id: "inv_1_a".to_owned(),
            circle_id: "set_1_a".to_owned(),
            label: "Family".to_owned(),
            side: WireSide::Close.into(),
            inviter: "ann".to_owned(),
            invitee: "ben".to_owned(),
            status: InviteStatus::Revoked.into(),
            expired: true,
            message: "come".to_owned(),
            ..Invite::default()
        };
        let object = serde_json::to_value(InviteObject::of(invite).expect("an invite")).expect("json");
        assert_eq!(
            object,
            json!({
                "id": "inv_1_a", "setId": "set_1_a", "setLabel": "Family", "side": "close", "from": "@ann",
                "to": "@ben", "status": "revoked", "expired": true, "message": "come", "createdAt": 0, "updatedAt": 0,
            })
        );
    }
}
