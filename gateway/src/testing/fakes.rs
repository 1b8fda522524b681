//! Services that stand behind a gateway in unit tests: one that knows everybody, one that never answers.

use std::future::pending;

use axum::{Router, response::Response};
use platform::{
    AccountId, Kind, Refusal,
    grpc::Routes,
    person::{AccountState, Person},
};
use proto::auth::v1::{
    AuthenticateRequest, AuthenticateResponse, LogInRequest, LogOutRequest, LogOutResponse, SignedIn, Viewer,
    sessions_server::{Sessions, SessionsServer},
};
use time::OffsetDateTime;
use tonic::{Request, Status};

/// A service that is there, and silent.
pub fn silent() -> Router {
    Router::new().fallback(pending::<Response>)
}

/// An ordinary account, of age.
pub fn ann() -> Person {
    Person {
        id: AccountId(7),
        username: "ann".to_owned(),
        full_name: String::new(),
        state: AccountState::Active,
        until: None,
        staff: false,
        email_verified: true,
        created_at: OffsetDateTime::UNIX_EPOCH,
        version: 1,
    }
}

/// An auth for which every session is this person's; nobody's without one.
pub fn auth(person: Option<Person>) -> Router {
    let viewer = person.map(|person| Viewer {
        person: Some(person.to_proto()),
        session_id: 1,
        reason: Some("spam".to_owned()),
        age_confirmed: true,
        min_age: 13,
        viewer_token: "token".to_owned(),
    });
    Routes::new(SessionsServer::new(Auth { viewer })).into_axum_router()
}

struct Auth {
    viewer: Option<Viewer>,
}

#[tonic::async_trait]
impl Sessions for Auth {
    async fn authenticate(
        &self,
        _: Request<AuthenticateRequest>,
    ) -> Result<tonic::Response<AuthenticateResponse>, Status> {
        Ok(tonic::Response::new(AuthenticateResponse { viewer: self.viewer.clone() }))
    }

    async fn log_in(&self, _: Request<LogInRequest>) -> Result<tonic::Response<SignedIn>, Status> {
        Err(Refusal::new(Kind::BadRequest, "invalid_credentials").into())
    }

    async fn log_out(&self, _: Request<LogOutRequest>) -> Result<tonic::Response<LogOutResponse>, Status> {
        Ok(tonic::Response::new(LogOutResponse {}))
    }
}
