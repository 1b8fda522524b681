//! The status rpc of every service: does its database answer, and has it this binary's schema.

use proto::status::v1::{
    GetRequest, GetResponse,
    status_server::{Status as StatusService, StatusServer},
};
use tonic::{Request, Response, Status};

use crate::pg::{Db, ServiceSchema};

/// Asks the database each time; the gateway asks every 2 s.
pub struct StatusRpc {
    db: Db,
    schema: ServiceSchema,
}

impl StatusRpc {
    pub fn new(db: Db, schema: ServiceSchema) -> Self {
        Self { db, schema }
    }

    pub(crate) fn into_server(self) -> StatusServer<Self> {
        StatusServer::new(self)
    }
}

#[tonic::async_trait]
impl StatusService for StatusRpc {
    async fn get(&self, _request: Request<GetRequest>) -> Result<Response<GetResponse>, Status> {
        let state = match self.db.conn().await {
            Ok(mut conn) => self.schema.state(&mut conn).await,
            Err(error) => Err(error),
        };
        Ok(Response::new(match state {
            Ok(state) => GetResponse { database: true, schema: state.exact(), pending_migrations: state.pending },
            Err(error) => {
                tracing::warn!(error = %crate::pg::describe(&error), "database does not answer");
                GetResponse { database: false, schema: false, pending_migrations: 0 }
            }
        }))
    }
}
