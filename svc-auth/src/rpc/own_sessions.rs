//! `siddes.auth.v1.OwnSessions`.

use platform::{identity, timestamp};
use proto::auth::v1 as pb;
use tonic::{Request, Response, Status, async_trait};

use crate::{
    Service,
    session::{self, Device},
};

pub struct OwnSessions(pub Service);

#[async_trait]
impl pb::own_sessions_server::OwnSessions for OwnSessions {
    async fn list(
        &self,
        request: Request<pb::ListOwnSessionsRequest>,
    ) -> Result<Response<pb::ListOwnSessionsResponse>, Status> {
        let viewer = identity::viewer(&request)?;
        let devices = session::list(&self.0, viewer).await?;
        let sessions = devices.into_iter().map(|device| told(device, viewer.session_id)).collect();
        Ok(Response::new(pb::ListOwnSessionsResponse { sessions }))
    }

    async fn revoke(
        &self,
        request: Request<pb::RevokeSessionRequest>,
    ) -> Result<Response<pb::RevokeSessionResponse>, Status> {
        let viewer = identity::viewer(&request)?;
        let id = request.get_ref().id;
        session::revoke(&self.0, viewer, id).await?;
        Ok(Response::new(pb::RevokeSessionResponse { current: id == viewer.session_id }))
    }

    async fn log_out_all(
        &self,
        request: Request<pb::LogOutAllRequest>,
    ) -> Result<Response<pb::LogOutAllResponse>, Status> {
        let viewer = identity::viewer(&request)?;
        let revoked = session::log_out_all(&self.0, viewer, request.get_ref().include_current).await?;
        Ok(Response::new(pb::LogOutAllResponse { revoked }))
    }
}

fn told(device: Device, current: i64) -> pb::OwnSession {
    pb::OwnSession {
        id: device.id,
        current: device.id == current,
        created_at: Some(timestamp::to_proto(device.created_at)),
        last_seen_at: Some(timestamp::to_proto(device.last_seen_at)),
        address: device.address,
        agent: device.agent,
        region: device.region,
    }
}
