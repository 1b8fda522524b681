//! The status rpc of every service: does its database answer, has it this binary's schema, and are its jobs in time.

use std::sync::Arc;

use proto::status::v1::{
    GetRequest, GetResponse,
    status_server::{Status as StatusService, StatusServer},
};
use tonic::{Request, Response, Status};

use crate::vitals::Vitals;

/// Tells what the service knows of itself; every gateway asks every 2 s.
pub struct StatusRpc {
    vitals: Arc<Vitals>,
}

impl StatusRpc {
    pub const fn new(vitals: Arc<Vitals>) -> Self {
        Self { vitals }
    }

    pub(crate) fn into_server(self) -> StatusServer<Self> {
        StatusServer::new(self)
    }
}

#[tonic::async_trait]
impl StatusService for StatusRpc {
    async fn get(&self, _request: Request<GetRequest>) -> Result<Response<GetResponse>, Status> {
        let signs = self.vitals.signs();
        Ok(Response::new(GetResponse {
            database: signs.database,
            schema: signs.schema,
            pending_migrations: signs.pending_migrations,
            jobs_late: signs.late(),
        }))
    }
}
