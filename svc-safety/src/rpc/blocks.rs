//! `safety.v1.Blocks`. Open to restricted accounts and in panic mode: no state is looked at.

use platform::identity::viewer;
use proto::safety::v1::{
    BlockRequest, BlockResponse, ListBlocksRequest, ListBlocksResponse, UnblockRequest, UnblockResponse, blocks_server,
};
use tonic::{Request, Response, Status};

use super::Blocks;

#[tonic::async_trait]
impl blocks_server::Blocks for Blocks {
    async fn block(&self, request: Request<BlockRequest>) -> Result<Response<BlockResponse>, Status> {
        let target = self.0.block(viewer(&request)?.person.id, &request.get_ref().target).await?;
        Ok(Response::new(BlockResponse { target }))
    }

    async fn unblock(&self, request: Request<UnblockRequest>) -> Result<Response<UnblockResponse>, Status> {
        let target = self.0.unblock(viewer(&request)?.person.id, &request.get_ref().target).await?;
        Ok(Response::new(UnblockResponse { target }))
    }

    async fn list(&self, request: Request<ListBlocksRequest>) -> Result<Response<ListBlocksResponse>, Status> {
        let blocks = self.0.blocks(viewer(&request)?.person.id).await?;
        Ok(Response::new(ListBlocksResponse { items: blocks.into_iter().map(Into::into).collect() }))
    }
}
