//! A service as it is served: its own rpcs behind the access guard, with health, reflection and status beside them.

use std::{
    future::{Future, pending},
    io,
    sync::Arc,
    time::Duration,
};

use futures::{FutureExt, Stream, stream};
use tokio::{
    net::{TcpListener, TcpStream},
    task::unconstrained,
    time::sleep,
};
use tonic::service::Routes;

use crate::{
    access::{self, BadDeclaration, Guard},
    clock::Clock,
    identity::{ServiceVerifier, ViewerVerifier, keys::PublicKeys},
    role::Role,
    status::StatusRpc,
};

const FINISH_WITHIN: Duration = Duration::from_secs(20);

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
            role: self.role,
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

/// Serves a router over HTTP/2 until `shutdown`, then lets calls in progress end, for at most 20 s.
///
/// # Errors
/// The listener's.
pub async fn serve(
    router: axum::Router,
    listener: TcpListener,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> Result<(), tonic::transport::Error> {
    let shutdown = shutdown.boxed().shared();
    let served = tonic::transport::Server::builder()
        .max_concurrent_streams(1_024)
        .add_routes(Routes::from(router))
        // The end of the connections is the signal: so nobody stands in the kernel's queue when it closes.
        .serve_with_incoming_shutdown(connections(listener, shutdown.clone()), pending());
    tokio::select! {
        served = served => served,
        () = async { shutdown.await; sleep(FINISH_WITHIN).await } => {
            tracing::warn!("calls were still in progress at the end");
            Ok(())
        }
    }
}

/// Everybody who connects until `shutdown`, and then whoever was promised a connection by the kernel before.
fn connections(
    listener: TcpListener,
    shutdown: impl Future<Output = ()> + Clone,
) -> impl Stream<Item = io::Result<TcpStream>> {
    stream::unfold(listener, move |listener| {
        let shutdown = shutdown.clone();
        async move {
            let accepted = tokio::select! {
                biased;
                () = shutdown => unconstrained(listener.accept()).now_or_never().filter(Result::is_ok)?,
                accepted = listener.accept() => accepted,
            };
            let connection = accepted.and_then(|(stream, _)| stream.set_nodelay(true).map(|()| stream));
            Some((connection, listener))
        }
    })
}
