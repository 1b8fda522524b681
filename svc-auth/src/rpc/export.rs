//! `siddes.auth.v1.Export`.

use platform::identity;
use proto::auth::v1 as pb;
use tonic::{Request, Response, Status, async_trait};

use crate::{Service, export};

pub struct Export(pub Service);

#[async_trait]
impl pb::export_server::Export for Export {
    async fn get(&self, request: Request<pb::GetExportRequest>) -> Result<Response<pb::GetExportResponse>, Status> {
        let json = export::export(&self.0, identity::viewer(&request)?.person.id).await?;
        Ok(Response::new(pb::GetExportResponse { json }))
    }

    async fn open_file(
        &self,
        request: Request<pb::OpenExportFileRequest>,
    ) -> Result<Response<pb::OpenExportFileResponse>, Status> {
        let opened = export::open_file(&self.0, &request.get_ref().token).await?;
        Ok(Response::new(pb::OpenExportFileResponse { account_id: opened.account.0, pieces: opened.pieces }))
    }

    async fn read_piece(
        &self,
        request: Request<pb::ReadExportPieceRequest>,
    ) -> Result<Response<pb::ReadExportPieceResponse>, Status> {
        let asked = request.get_ref();
        let bytes = export::read_piece(&self.0, &asked.token, asked.number).await?;
        Ok(Response::new(pb::ReadExportPieceResponse { bytes }))
    }
}
