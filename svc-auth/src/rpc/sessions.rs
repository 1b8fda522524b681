//! `siddes.auth.v1.Sessions`.

use proto::auth::v1 as pb;
use tonic::{Request, Response, Status, async_trait};

use super::{convert, counted};
use crate::{
    Service,
    login::{self, Attempt},
    session::{self, Authenticated, Presented},
};

pub struct Sessions(pub Service);

#[async_trait]
impl pb::sessions_server::Sessions for Sessions {
    async fn authenticate(
        &self,
        request: Request<pb::AuthenticateRequest>,
    ) -> Result<Response<pb::AuthenticateResponse>, Status> {
        let request = request.into_inner();
        let presented = Presented::new(request.session_tokens);
        let found = session::authenticate(&self.0, &presented, convert::client(request.client)).await?;
        Ok(Response::new(pb::AuthenticateResponse { viewer: found.map(viewer) }))
    }

    async fn log_in(&self, request: Request<pb::LogInRequest>) -> Result<Response<pb::SignedIn>, Status> {
        let request = request.into_inner();
        let attempt = Attempt {
            presented: Presented::new(request.session_tokens),
            client: convert::client(request.client),
            password: request.password,
        };
        let signed_in = counted("login", login::log_in(&self.0, &request.identifier, attempt).await)?;
        Ok(Response::new(convert::signed_in(signed_in, self.0.settings().min_age)))
    }

    async fn log_out(&self, request: Request<pb::LogOutRequest>) -> Result<Response<pb::LogOutResponse>, Status> {
        session::log_out(&self.0, &Presented::new(request.into_inner().session_tokens)).await?;
        Ok(Response::new(pb::LogOutResponse {}))
    }
}

fn viewer(found: Authenticated) -> pb::Viewer {
    let Authenticated { viewer, viewer_token } = found;
    pb::Viewer {
        person: Some(viewer.person.to_proto()),
        session_id: viewer.session_id,
        reason: viewer.reason,
        age_confirmed: viewer.age_confirmed,
        min_age: viewer.min_age,
        viewer_token,
    }
}
