//! `siddes.auth.v1.Identities`.

use proto::auth::v1 as pb;
use tonic::{Request, Response, Status, async_trait};

use super::{convert, counted};
use crate::{
    Service,
    identity::{self, Attempt, Provider},
    session::Presented,
};

pub struct Identities(pub Service);

#[async_trait]
impl pb::identities_server::Identities for Identities {
    async fn google(&self, request: Request<pb::SignInByIdTokenRequest>) -> Result<Response<pb::SignedIn>, Status> {
        self.enter(Provider::Google, request.into_inner()).await
    }

    async fn apple(&self, request: Request<pb::SignInByIdTokenRequest>) -> Result<Response<pb::SignedIn>, Status> {
        self.enter(Provider::Apple, request.into_inner()).await
    }
}

impl Identities {
    async fn enter(
        &self,
        provider: Provider,
        request: pb::SignInByIdTokenRequest,
    ) -> Result<Response<pb::SignedIn>, Status> {
        let attempt = Attempt {
            presented: Presented::new(request.session_tokens),
            client: convert::client(request.client),
            credential: request.credential,
            nonce: request.nonce,
            given_name: request.given_name,
            may_create: request.may_create,
        };
        let outcome = counted(provider.as_str(), identity::enter(&self.0, provider, &attempt).await);
        let (signed_in, created) = outcome?;
        let answer = convert::signed_in(signed_in, self.0.settings().min_age);
        Ok(Response::new(pb::SignedIn { created: Some(created), ..answer }))
    }
}
