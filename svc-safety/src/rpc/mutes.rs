//! `safety.v1.Mutes`. Open to restricted accounts and in panic mode: no state is looked at.

use platform::identity::viewer;
use proto::safety::v1::{
    ListMutesRequest, ListMutesResponse, MuteRequest, MuteResponse, UnmuteRequest, UnmuteResponse, mutes_server,
};
use tonic::{Request, Response, Status};

use super::Mutes;

#[tonic::async_trait]
impl mutes_server::Mutes for Mutes {
    async fn mute(&self, request: Request<MuteRequest>) -> Result<Response<MuteResponse>, Status> {
        let target = self.0.mute(viewer(&request)?.person.id, &request.get_ref().target).await?;
        Ok(Response::new(MuteResponse { target }))
    }

    async fn unmute(&self, request: Request<UnmuteRequest>) -> Result<Response<UnmuteResponse>, Status> {
        let target = self.0.unmute(viewer(&request)?.person.id, &request.get_ref().target).await?;
        Ok(Response::new(UnmuteResponse { target }))
    }

    async fn list(&self, request: Request<ListMutesRequest>) -> Result<Response<ListMutesResponse>, Status> {
        let mutes = self.0.mutes(viewer(&request)?.person.id).await?;
        Ok(Response::new(ListMutesResponse { items: mutes.into_iter().map(Into::into).collect() }))
    }
}
