//! A service as it is served: its own rpcs behind the access guard, with health, reflection and status beside them.

use std::{future::Future, sync::Arc};

use tokio::net::TcpListener;
use tonic::{codegen::tokio_stream::wrappers::TcpListenerStream, service::Routes};

use crate::{
    access::{self, BadDeclaration, Guard},
    clock::Clock,
    identity::{ServiceVerifier, ViewerVerifier, keys::PublicKeys},
    role::Role,
    status::StatusRpc,
};

/// What the platform puts around the routes of a service.
pub struct Server {
    pub role: Role,
    pub keys: PublicKeys,
    pub clock: Clock,
    pub status: StatusRpc,
}

impl Server {
    /// The whole service as a router: to be served, or called directly in the same process.
    ///
    /// # Errors
    /// An rpc that does not declare its access.
    pub async fn router(self, routes: Routes) -> Result<axum::Router, BadDeclaration> {
        let mut rules = access::rules(&format!("siddes.{}.", self.role))?;
        rules.extend(access::rules("siddes.status.")?);
        let guard = Guard {
            rules,
            services: ServiceVerifier::new(self.role, self.keys.clone()),
            viewers: ViewerVerifier::new(self.keys),
            clock: self.clock,
        };
        let (health_reporter, health) = tonic_health::server::health_reporter();
        health_reporter.set_service_status("", tonic_health::ServingStatus::Serving).await;
        let mut routes = routes.add_service(self.status.into_server()).add_service(health);
        let reflection = tonic_reflection::server::Builder::configure()
            .register_encoded_file_descriptor_set(proto::DESCRIPTOR_SET)
            .build_v1();
        match reflection {
            Ok(reflection) => routes = routes.add_service(reflection),
            Err(error) => tracing::error!(%error, "no reflection"),
        }
        Ok(routes.into_axum_router().layer(axum::middleware::from_fn_with_state(Arc::new(guard), access::guard)))
    }
}

/// Serves a router over HTTP/2 until `shutdown`, then lets calls in progress end.
///
/// # Errors
/// The listener's.
pub async fn serve(
    router: axum::Router,
    listener: TcpListener,
    shutdown: impl Future<Output = ()>,
) -> Result<(), tonic::transport::Error> {
    tonic::transport::Server::builder()
        .max_concurrent_streams(1_024)
        .add_routes(Routes::from(router))
        .serve_with_incoming_shutdown(TcpListenerStream::new(listener), shutdown)
        .await
}
