//! `siddes.social.v1.InviteLinks`.

use platform::{identity, timestamp};
use proto::{
    common::v1 as common,
    social::v1::{self as pb, invite_links_server::InviteLinks},
};
use tonic::{Request, Response, Status};

use crate::invite_link::{self, Link, NewLink, Previewed};

impl super::InviteLinks {
    fn write(&self, link: Link) -> pb::InviteLink {
        let status = link.status(self.0.ambient().clock.now());
        pb::InviteLink {
            token: link.token.into(),
            circle_id: link.circle,
            label: link.label,
            side: common::Side::from(link.side).into(),
            max_uses: link.max_uses,
            uses: link.uses,
            expires_at: link.expires_at.map(timestamp::to_proto),
            revoked_at: link.revoked_at.map(timestamp::to_proto),
            created_at: Some(timestamp::to_proto(link.created_at)),
            updated_at: Some(timestamp::to_proto(link.updated_at)),
            status: pb::InviteLinkStatus::from(status).into(),
        }
    }
}

#[tonic::async_trait]
impl InviteLinks for super::InviteLinks {
    async fn list(
        &self,
        request: Request<pb::ListInviteLinksRequest>,
    ) -> Result<Response<pb::ListInviteLinksResponse>, Status> {
        let links = self.0.links(identity::optional_viewer(&request), &request.get_ref().circle_id).await?;
        let restricted = links.is_none();
        let links = links.unwrap_or_default().into_iter().map(|link| self.write(link)).collect();
        Ok(Response::new(pb::ListInviteLinksResponse { restricted, links }))
    }

    async fn create(
        &self,
        request: Request<pb::CreateInviteLinkRequest>,
    ) -> Result<Response<pb::InviteLinkResponse>, Status> {
        let viewer = identity::viewer(&request)?;
        let asked = request.get_ref();
        let new = NewLink { circle: &asked.circle_id, max_uses: asked.max_uses, expires_days: asked.expires_days };
        let link = self.0.create_link(viewer, new).await?;
        Ok(Response::new(pb::InviteLinkResponse { link: Some(self.write(link)) }))
    }

    async fn revoke(
        &self,
        request: Request<pb::RevokeInviteLinkRequest>,
    ) -> Result<Response<pb::InviteLinkResponse>, Status> {
        let viewer = identity::viewer(&request)?;
        let pb::RevokeInviteLinkRequest { circle_id, token } = request.get_ref();
        let link = self.0.revoke_link(viewer, circle_id, token).await?;
        Ok(Response::new(pb::InviteLinkResponse { link: Some(self.write(link)) }))
    }

    async fn preview(
        &self,
        request: Request<pb::PreviewInviteLinkRequest>,
    ) -> Result<Response<pb::PreviewInviteLinkResponse>, Status> {
        let preview = self.0.preview_link(identity::optional_viewer(&request), &request.get_ref().token).await?;
        let status = preview.status.map_or(pb::InviteLinkStatus::Unspecified, pb::InviteLinkStatus::from);
        Ok(Response::new(pb::PreviewInviteLinkResponse {
            status: status.into(),
            link: preview.link.map(pb::InviteLinkPreview::from),
        }))
    }

    async fn accept(
        &self,
        request: Request<pb::AcceptInviteLinkRequest>,
    ) -> Result<Response<pb::AcceptInviteLinkResponse>, Status> {
        let joined = self.0.accept_link(identity::viewer(&request)?, &request.get_ref().token).await?;
        Ok(Response::new(pb::AcceptInviteLinkResponse {
            circle_id: joined.circle,
            label: joined.label,
            side: common::Side::from(joined.side).into(),
        }))
    }
}

impl From<Previewed> for pb::InviteLinkPreview {
    fn from(link: Previewed) -> Self {
        Self {
            label: link.label,
            uses: link.uses,
            max_uses: link.max_uses,
            expires_at: link.expires_at.map(timestamp::to_proto),
            owner_username: link.owner_username,
            owner_name: link.owner_name,
        }
    }
}

impl From<invite_link::Status> for pb::InviteLinkStatus {
    fn from(status: invite_link::Status) -> Self {
        match status {
            invite_link::Status::Revoked => Self::Revoked,
            invite_link::Status::Expired => Self::Expired,
            invite_link::Status::UsedUp => Self::UsedUp,
            invite_link::Status::Active => Self::Active,
        }
    }
}
