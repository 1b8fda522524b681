//! `siddes.auth.v1.Accounts`.

use platform::identity;
use proto::auth::v1 as pb;
use tonic::{Request, Response, Status, async_trait};

use super::{convert, counted};
use crate::{
    Service,
    login::Attempt,
    onboarding, region,
    session::{self, Presented},
    signup::{self, Form},
    username,
};

pub struct Accounts(pub Service);

#[async_trait]
impl pb::accounts_server::Accounts for Accounts {
    async fn sign_up(&self, request: Request<pb::SignUpRequest>) -> Result<Response<pb::SignedIn>, Status> {
        let request = request.into_inner();
        let form = Form {
            email: request.email,
            username: request.username,
            age_confirmed: request.age_confirmed,
            attempt: Attempt {
                presented: Presented::new(request.session_tokens),
                client: convert::client(request.client),
                password: request.password,
            },
        };
        let signed_in = counted("signup", signup::sign_up(&self.0, form).await)?;
        Ok(Response::new(convert::signed_in(signed_in, self.0.settings().min_age)))
    }

    async fn me(&self, request: Request<pb::MeRequest>) -> Result<Response<pb::MeResponse>, Status> {
        let request = request.into_inner();
        let presented = Presented::new(request.session_tokens);
        let found = session::me(&self.0, &presented, convert::client(request.client)).await?;
        let Some((account, renewal)) = found else { return Ok(Response::new(pb::MeResponse::default())) };
        Ok(Response::new(pb::MeResponse {
            account: Some(convert::account(account, self.0.settings().min_age)),
            renewed: renewal.map(|renewal| pb::RenewedSession {
                session_token: renewal.token,
                max_age_seconds: renewal.max_age.whole_seconds(),
            }),
        }))
    }

    async fn set_username(
        &self,
        request: Request<pb::SetUsernameRequest>,
    ) -> Result<Response<pb::SetUsernameResponse>, Status> {
        let viewer = identity::viewer(&request)?.clone();
        let username = username::rename(&self.0, &viewer, &request.into_inner().username).await?;
        Ok(Response::new(pb::SetUsernameResponse { username }))
    }

    async fn confirm_age(
        &self,
        request: Request<pb::ConfirmAgeRequest>,
    ) -> Result<Response<pb::ConfirmAgeResponse>, Status> {
        let account = identity::viewer(&request)?.person.id;
        onboarding::confirm_age(&self.0, account).await?;
        Ok(Response::new(pb::ConfirmAgeResponse { min_age: self.0.settings().min_age }))
    }

    async fn complete_onboarding(
        &self,
        request: Request<pb::CompleteOnboardingRequest>,
    ) -> Result<Response<pb::CompleteOnboardingResponse>, Status> {
        let account = identity::viewer(&request)?.person.id;
        let done = onboarding::complete(&self.0, account, request.into_inner().contact_sync_done).await?;
        Ok(Response::new(pb::CompleteOnboardingResponse { onboarding: Some(convert::onboarding(done)) }))
    }

    async fn get_region(
        &self,
        request: Request<pb::GetRegionRequest>,
    ) -> Result<Response<pb::GetRegionResponse>, Status> {
        let locality = region::get(&self.0, identity::viewer(&request)?.person.id).await?;
        Ok(Response::new(pb::GetRegionResponse { locality: Some(convert::locality(locality)) }))
    }

    async fn set_region(
        &self,
        request: Request<pb::SetRegionRequest>,
    ) -> Result<Response<pb::SetRegionResponse>, Status> {
        let account = identity::viewer(&request)?.person.id;
        let region = request.into_inner().region.unwrap_or_default();
        let locality = region::set(&self.0, account, &region).await?;
        let cleared = locality.chosen_region.is_empty();
        Ok(Response::new(pb::SetRegionResponse { locality: Some(convert::locality(locality)), cleared }))
    }
}
