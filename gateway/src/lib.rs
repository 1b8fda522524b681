//! The gateway: HTTP and JSON on one side, gRPC on the other; no rule of the domain, no SQL.

mod api;
mod cookies;
mod digest;
mod door;
mod error;
mod facts;
mod head_clock;
mod health;
mod json;
mod layers;
mod measure;
mod openapi;
mod prefixes;
mod query;
mod room;
mod router;
mod serve;
mod settings;
mod shared;
#[cfg(test)]
mod testing;
mod validators;
mod write_clock;

use std::sync::Arc;

use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

pub use self::{
    layers::throttle::table::{SCOPES, Scope},
    openapi::document,
    router::{Access, AccountState, Route, Session, routes},
    settings::{Build, CookieSettings, Settings},
    shared::Deps,
};
use crate::shared::Shared;

/// One gateway: its settings, its limits' memory, and a channel to each service.
#[derive(Clone)]
pub struct Gateway {
    shared: Arc<Shared>,
}

impl Gateway {
    pub fn new(deps: Deps) -> Self {
        Self { shared: Arc::new(Shared::new(deps)) }
    }

    /// The whole API as a service, without a socket. Readiness and panic mode are followed only while it is served.
    pub fn router(&self) -> axum::Router {
        layers::stack(&self.shared)
    }

    /// Whether requests can be answered, and why not: what `/readyz` tells, for the private port.
    pub fn readiness(&self) -> (bool, serde_json::Value) {
        api::health::readiness(&self.shared)
    }

    /// Answers until `shutdown`, then lets requests in progress end, for at most 20 s.
    pub async fn serve(self, listener: TcpListener, shutdown: CancellationToken) {
        serve::run(&self.shared, self.router(), listener, shutdown).await;
    }
}
