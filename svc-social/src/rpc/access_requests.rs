//! `siddes.social.v1.AccessRequests`.

use platform::{Side, identity, timestamp};
use proto::{
    common::v1 as common,
    social::v1::{self as pb, access_requests_server::AccessRequests},
};
use tonic::{Request, Response, Status};

use crate::access_request::{Ask, Asked, Respond};

#[tonic::async_trait]
impl AccessRequests for super::AccessRequests {
    async fn ask(&self, request: Request<pb::AskRequest>) -> Result<Response<pb::AskResponse>, Status> {
        let asked = request.get_ref();
        let ask = Ask { username: &asked.username, side: &asked.side, message: &asked.message };
        let id = self.0.ask_for_side(identity::viewer(&request)?, ask).await?;
        Ok(Response::new(pb::AskResponse { id }))
    }

    async fn list_asked(
        &self,
        request: Request<pb::ListAskedRequest>,
    ) -> Result<Response<pb::ListAskedResponse>, Status> {
        let page = self.0.asked(&identity::viewer(&request)?.person, &request.get_ref().cursor).await?;
        Ok(Response::new(pb::ListAskedResponse {
            requests: page.requests.into_iter().map(pb::AccessRequest::from).collect(),
            next_cursor: page.next_cursor.unwrap_or_default(),
        }))
    }

    async fn respond(&self, request: Request<pb::RespondRequest>) -> Result<Response<pb::RespondResponse>, Status> {
        let asked = request.get_ref();
        let answer = Respond { id: &asked.id, action: &asked.action, side: &asked.side };
        let side: Option<Side> = self.0.respond(identity::viewer(&request)?, answer).await?;
        let granted = side.map_or(common::Side::Unspecified, common::Side::from);
        Ok(Response::new(pb::RespondResponse { granted: granted.into() }))
    }
}

impl From<Asked> for pb::AccessRequest {
    fn from(asked: Asked) -> Self {
        Self {
            id: asked.id,
            requester: asked.requester.0,
            username: asked.username,
            side: common::Side::from(asked.side).into(),
            message: asked.message,
            created_at: Some(timestamp::to_proto(asked.created_at)),
            updated_at: Some(timestamp::to_proto(asked.updated_at)),
        }
    }
}
