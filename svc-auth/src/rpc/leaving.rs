//! `siddes.auth.v1.Leaving`.

use platform::identity;
use proto::auth::v1 as pb;
use tonic::{Request, Response, Status, async_trait};

use crate::{Service, deletion, lifecycle, session::Presented};

pub struct Leaving(pub Service);

#[async_trait]
impl pb::leaving_server::Leaving for Leaving {
    async fn deactivate(
        &self,
        request: Request<pb::DeactivateRequest>,
    ) -> Result<Response<pb::DeactivateResponse>, Status> {
        let presented = Presented::new(request.get_ref().session_tokens.clone());
        lifecycle::deactivate(&self.0, identity::optional_viewer(&request), &presented).await?;
        Ok(Response::new(pb::DeactivateResponse {}))
    }

    async fn request_deletion(
        &self,
        request: Request<pb::RequestDeletionRequest>,
    ) -> Result<Response<pb::RequestDeletionResponse>, Status> {
        deletion::request(&self.0, identity::viewer(&request)?.person.id).await?;
        Ok(Response::new(pb::RequestDeletionResponse {}))
    }

    async fn confirm_deletion(
        &self,
        request: Request<pb::ConfirmDeletionRequest>,
    ) -> Result<Response<pb::ConfirmDeletionResponse>, Status> {
        deletion::confirm(&self.0, &request.get_ref().token).await?;
        Ok(Response::new(pb::ConfirmDeletionResponse {}))
    }
}
