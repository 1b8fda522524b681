//! `safety.v1.Account`.

use platform::AccountId;
use proto::safety::v1::{ExportRequest, ExportResponse, PurgeRequest, PurgeResponse, account_server};
use tonic::{Request, Response, Status};

use super::Account;

#[tonic::async_trait]
impl account_server::Account for Account {
    async fn export(&self, request: Request<ExportRequest>) -> Result<Response<ExportResponse>, Status> {
        let account = AccountId(request.get_ref().account);
        let (blocks, mutes) = (self.0.blocks(account).await?, self.0.mutes(account).await?);
        Ok(Response::new(ExportResponse {
            blocks: blocks.into_iter().map(Into::into).collect(),
            mutes: mutes.into_iter().map(Into::into).collect(),
        }))
    }

    async fn purge(&self, request: Request<PurgeRequest>) -> Result<Response<PurgeResponse>, Status> {
        let done = self.0.purge_account(AccountId(request.get_ref().account)).await?;
        Ok(Response::new(PurgeResponse { done }))
    }
}
