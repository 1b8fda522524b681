//! `siddes.inbox.v1.Account`.

use platform::AccountId;
use proto::inbox::v1::{self as pb, account_server::Account};
use tonic::{Request, Response, Status};

#[tonic::async_trait]
impl Account for super::Account {
    async fn export(&self, request: Request<pb::ExportRequest>) -> Result<Response<pb::ExportResponse>, Status> {
        let asked = request.get_ref();
        let page = self.0.export(AccountId(asked.account), &asked.after).await?;
        Ok(Response::new(pb::ExportResponse {
            notifications: page.notifications.into_iter().map(pb::Notification::from).collect(),
            next: page.next.unwrap_or_default(),
        }))
    }

    async fn purge(&self, request: Request<pb::PurgeRequest>) -> Result<Response<pb::PurgeResponse>, Status> {
        let done = self.0.purge_account(AccountId(request.get_ref().account)).await?;
        Ok(Response::new(pb::PurgeResponse { done }))
    }
}
