//! `siddes.social.v1.Invites`.

use platform::{identity, timestamp};
use proto::{
    common::v1 as common,
    social::v1::{self as pb, invites_server::Invites},
};
use tonic::{Request, Response, Status};

use crate::invite::{self, Answer, Directions, Invite, NewInvite};

#[tonic::async_trait]
impl Invites for super::Invites {
    async fn list(
        &self,
        request: Request<pb::ListInvitesRequest>,
    ) -> Result<Response<pb::ListInvitesResponse>, Status> {
        let asked = request.get_ref();
        let directions = Directions {
            incoming: asked.direction() != pb::InviteDirection::Outgoing,
            outgoing: asked.direction() != pb::InviteDirection::Incoming,
        };
        let viewer = identity::optional_viewer(&request);
        let page = self.0.invites(viewer, directions, asked.limit, &asked.cursor).await?;
        let restricted = page.is_none();
        let page = page.unwrap_or_default();
        Ok(Response::new(pb::ListInvitesResponse {
            restricted,
            invites: page.invites.into_iter().map(pb::Invite::from).collect(),
            next_cursor: page.next_cursor.unwrap_or_default(),
        }))
    }

    async fn create(&self, request: Request<pb::CreateInviteRequest>) -> Result<Response<pb::InviteResponse>, Status> {
        let viewer = identity::viewer(&request)?;
        let pb::CreateInviteRequest { circle_id, to, message } = request.get_ref();
        let invite = self.0.create_invite(viewer, NewInvite { circle: circle_id, to, message }).await?;
        Ok(Response::new(pb::InviteResponse { invite: Some(invite.into()) }))
    }

    async fn get(&self, request: Request<pb::GetInviteRequest>) -> Result<Response<pb::GetInviteResponse>, Status> {
        let Some(viewer) = identity::optional_viewer(&request) else {
            return Ok(Response::new(pb::GetInviteResponse { restricted: true, invite: None }));
        };
        let invite = self.0.invite(viewer, &request.get_ref().id).await?;
        Ok(Response::new(pb::GetInviteResponse { restricted: false, invite: invite.map(pb::Invite::from) }))
    }

    async fn answer(&self, request: Request<pb::AnswerInviteRequest>) -> Result<Response<pb::InviteResponse>, Status> {
        let viewer = identity::viewer(&request)?;
        let pb::AnswerInviteRequest { id, action, status } = request.get_ref();
        let invite = self.0.answer_invite(viewer, Answer { id, action, status }).await?;
        Ok(Response::new(pb::InviteResponse { invite: Some(invite.into()) }))
    }
}

impl From<Invite> for pb::Invite {
    fn from(invite: Invite) -> Self {
        Self {
            id: invite.id,
            circle_id: invite.circle,
            label: invite.label,
            side: common::Side::from(invite.side).into(),
            inviter: invite.inviter,
            invitee: invite.invitee,
            status: pb::InviteStatus::from(invite.status).into(),
            expired: invite.expired,
            message: invite.message,
            created_at: Some(timestamp::to_proto(invite.created_at)),
            updated_at: Some(timestamp::to_proto(invite.updated_at)),
        }
    }
}

impl From<invite::Status> for pb::InviteStatus {
    fn from(status: invite::Status) -> Self {
        match status {
            invite::Status::Pending => Self::Pending,
            invite::Status::Accepted => Self::Accepted,
            invite::Status::Rejected => Self::Rejected,
            invite::Status::Revoked => Self::Revoked,
        }
    }
}
