//! `siddes.auth.v1.Credentials`.

use platform::identity;
use proto::auth::v1 as pb;
use tonic::{Request, Response, Status, async_trait};

use crate::{
    Service, connected,
    password_change::{self, Change},
};

pub struct Credentials(pub Service);

#[async_trait]
impl pb::credentials_server::Credentials for Credentials {
    async fn change_password(
        &self,
        request: Request<pb::ChangePasswordRequest>,
    ) -> Result<Response<pb::ChangePasswordResponse>, Status> {
        let viewer = identity::viewer(&request)?.clone();
        let asked = request.into_inner();
        let change = Change { old: asked.old_password, new: asked.new_password };
        password_change::change(&self.0, &viewer, change).await?;
        Ok(Response::new(pb::ChangePasswordResponse {}))
    }

    async fn connected(
        &self,
        request: Request<pb::ConnectedRequest>,
    ) -> Result<Response<pb::ConnectedResponse>, Status> {
        let methods = connected::connected(&self.0, identity::viewer(&request)?.person.id).await?;
        Ok(Response::new(pb::ConnectedResponse {
            password: methods.password,
            email: methods.email.is_some(),
            email_verified: methods.email_verified,
            email_hint: methods.email.as_deref().map(connected::hint).unwrap_or_default(),
            google: methods.google,
            apple: methods.apple,
        }))
    }
}
