//! `safety.v1.Copies`: what auth tells of accounts.

use platform::person::Person;
use proto::{
    common::v1::{PutPersonsRequest, PutPersonsResponse},
    safety::v1::copies_server,
};
use tonic::{Request, Response, Status};

use super::Copies;

#[tonic::async_trait]
impl copies_server::Copies for Copies {
    async fn put_persons(&self, request: Request<PutPersonsRequest>) -> Result<Response<PutPersonsResponse>, Status> {
        let persons =
            request.into_inner().persons.into_iter().map(Person::from_proto).collect::<Result<Vec<_>, _>>()?;
        self.0.put_persons(&persons).await?;
        Ok(Response::new(PutPersonsResponse {}))
    }
}
