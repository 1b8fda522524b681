//! `siddes.inbox.v1.Copies`: what auth tells of accounts, and safety of blocks and mutes.

use platform::{AccountId, person::Person};
use proto::{
    common::v1 as common,
    inbox::v1::{self as pb, copies_server::Copies},
};
use tonic::{Request, Response, Status};

use crate::relation::{Block, Mute};

#[tonic::async_trait]
impl Copies for super::Copies {
    async fn put_persons(
        &self,
        request: Request<common::PutPersonsRequest>,
    ) -> Result<Response<common::PutPersonsResponse>, Status> {
        let persons =
            request.into_inner().persons.into_iter().map(Person::from_proto).collect::<Result<Vec<_>, _>>()?;
        self.0.put_persons(&persons).await?;
        Ok(Response::new(common::PutPersonsResponse {}))
    }

    async fn apply_block(
        &self,
        request: Request<pb::ApplyBlockRequest>,
    ) -> Result<Response<pb::ApplyBlockResponse>, Status> {
        let asked = request.into_inner();
        self.0.apply_block(block(asked.block_id, asked.blocker, asked.blocked)).await?;
        Ok(Response::new(pb::ApplyBlockResponse {}))
    }

    async fn remove_block(
        &self,
        request: Request<pb::RemoveBlockRequest>,
    ) -> Result<Response<pb::RemoveBlockResponse>, Status> {
        let asked = request.into_inner();
        self.0.remove_block(block(asked.block_id, asked.blocker, asked.blocked)).await?;
        Ok(Response::new(pb::RemoveBlockResponse {}))
    }

    async fn put_mute(&self, request: Request<pb::PutMuteRequest>) -> Result<Response<pb::PutMuteResponse>, Status> {
        let pb::PutMuteRequest { muter, muted, on, version } = request.into_inner();
        self.0.put_mute(Mute { muter: AccountId(muter), muted: AccountId(muted), on, version }).await?;
        Ok(Response::new(pb::PutMuteResponse {}))
    }
}

const fn block(id: i64, blocker: i64, target: i64) -> Block {
    Block { id, blocker: AccountId(blocker), blocked: AccountId(target) }
}
