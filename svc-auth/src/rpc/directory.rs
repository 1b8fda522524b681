//! `siddes.auth.v1.Directory`.

use platform::person::Person;
use proto::auth::v1 as pb;
use tonic::{Request, Response, Status, async_trait};

use crate::{
    Service,
    people::{self, MAX_BATCH},
};

pub struct Directory(pub Service);

#[async_trait]
impl pb::directory_server::Directory for Directory {
    async fn accounts(&self, request: Request<pb::AccountsRequest>) -> Result<Response<pb::AccountsResponse>, Status> {
        let ids = request.into_inner().ids;
        refuse_if_too_many(ids.len())?;
        let persons = people::by_ids(&self.0, &ids).await?;
        Ok(Response::new(pb::AccountsResponse { persons: persons.iter().map(Person::to_proto).collect() }))
    }

    async fn resolve_handles(
        &self,
        request: Request<pb::ResolveHandlesRequest>,
    ) -> Result<Response<pb::ResolveHandlesResponse>, Status> {
        let handles = request.into_inner().handles;
        refuse_if_too_many(handles.len())?;
        let persons = people::by_handles(&self.0, &handles).await?;
        Ok(Response::new(pb::ResolveHandlesResponse { persons: persons.iter().map(Person::to_proto).collect() }))
    }
}

/// A caller of ours that forgot to split its batch.
fn refuse_if_too_many(count: usize) -> Result<(), Status> {
    if count > MAX_BATCH { Err(Status::invalid_argument("at most 500 a call")) } else { Ok(()) }
}
