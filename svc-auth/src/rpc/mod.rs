//! gRPC: protobuf to domain and back; no SQL, no rule.

mod accounts;
mod convert;
mod directory;
mod mail;
mod moderation;
mod runtime;
mod sessions;

use platform::{Error, grpc::Routes, telemetry::metrics::table};
use proto::auth::v1::{
    accounts_server::AccountsServer, directory_server::DirectoryServer, mail_server::MailServer, moderation_server::ModerationServer,
    runtime_server::RuntimeServer, sessions_server::SessionsServer,
};

use crate::Service;

pub fn routes(service: &Service) -> Routes {
    Routes::new(SessionsServer::new(sessions::Sessions(service.clone())))
        .add_service(AccountsServer::new(accounts::Accounts(service.clone())))
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
