//! gRPC: protobuf to domain and back; no SQL, no rule.

mod accounts;
mod convert;
mod credentials;
mod directory;
mod export;
mod identities;
mod leaving;
mod mail;
mod moderation;
mod own_sessions;
mod runtime;
mod sessions;

use platform::{Error, grpc::Routes, telemetry::metrics::table};
use proto::auth::v1::{
    accounts_server::AccountsServer, directory_server::DirectoryServer, mail_server::MailServer,
    moderation_server::ModerationServer, runtime_server::RuntimeServer, sessions_server::SessionsServer,
};

use proto::auth::v1::{
    credentials_server::CredentialsServer, export_server::ExportServer, identities_server::IdentitiesServer,
    leaving_server::LeavingServer, own_sessions_server::OwnSessionsServer,
};

use crate::Service;

pub fn routes(service: &Service) -> Routes {
    Routes::new(SessionsServer::new(sessions::Sessions(service.clone())))
        .add_service(AccountsServer::new(accounts::Accounts(service.clone())))
        .add_service(CredentialsServer::new(credentials::Credentials(service.clone())))
        .add_service(ExportServer::new(export::Export(service.clone())))
        .add_service(IdentitiesServer::new(identities::Identities(service.clone())))
        .add_service(LeavingServer::new(leaving::Leaving(service.clone())))
        .add_service(OwnSessionsServer::new(own_sessions::OwnSessions(service.clone())))
        .add_service(DirectoryServer::new(directory::Directory(service.clone())))
        .add_service(ModerationServer::new(moderation::Moderation(service.clone())))
        .add_service(MailServer::new(mail::Mail(service.clone())))
        .add_service(RuntimeServer::new(runtime::Runtime(service.clone())))
}

/// Counts an attempt to get in, and how it ended.
fn counted<T>(action: &'static str, outcome: Result<T, Error>) -> Result<T, Error> {
    let result = match &outcome {
        Ok(_) => "ok",
        Err(Error::Refused(_)) => "refused",
        Err(_) => "error",
    };
    table::AUTH.with([action.into(), result.into()]).increment(1);
    outcome
}
