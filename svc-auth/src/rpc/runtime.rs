//! `siddes.auth.v1.Runtime`.

use proto::auth::v1 as pb;
use tonic::{Request, Response, Status, async_trait};

use crate::{Service, runtime};

pub struct Runtime(pub Service);

#[async_trait]
impl pb::runtime_server::Runtime for Runtime {
    async fn runtime_flags(
        &self,
        _request: Request<pb::RuntimeFlagsRequest>,
    ) -> Result<Response<pb::RuntimeFlagsResponse>, Status> {
        Ok(Response::new(pb::RuntimeFlagsResponse { panic_mode: runtime::panic_mode(&self.0).await? }))
    }
}
