//! A channel to one service: over the network, or straight into its routes when both live in one process.

use std::{
    collections::HashMap,
    future::Future,
    pin::Pin,
    sync::{Arc, PoisonError, RwLock},
    task::{Context, Poll},
    time::Duration,
};

use http::{HeaderValue, Request, Response};
use tonic::{Status, body::Body, transport::Endpoint};
use tower::{Service, ServiceExt};

use super::header;
use crate::{call, identity::ServiceIdentity, role::Role};

/// A hop never takes longer, whatever the request has left.
const HOP: Duration = Duration::from_secs(4);
/// What a hop leaves its caller to answer with.
const MARGIN: Duration = Duration::from_millis(100);
const CONNECT: Duration = Duration::from_millis(800);

/// The services of this process, by role: filled once each is built, read at the first call.
#[derive(Clone, Default)]
pub struct LocalServices {
    routers: Arc<RwLock<HashMap<Role, axum::Router>>>,
}

impl LocalServices {
    pub fn insert(&self, role: Role, router: axum::Router) {
        self.routers.write().unwrap_or_else(PoisonError::into_inner).insert(role, router);
    }

    /// Takes a service away: its callers then find nobody, as when a machine is gone.
    pub fn take(&self, role: Role) -> Option<axum::Router> {
        self.routers.write().unwrap_or_else(PoisonError::into_inner).remove(&role)
    }

    fn get(&self, role: Role) -> Option<axum::Router> {
        self.routers.read().unwrap_or_else(PoisonError::into_inner).get(&role).cloned()
    }
}

/// Calls one service as another: proves the caller, passes the viewer and the deadline on, adds up the statements.
#[derive(Clone)]
pub struct Channel {
    target: Role,
    identity: ServiceIdentity,
    viewer: Option<HeaderValue>,
    transport: Transport,
}

#[derive(Clone)]
enum Transport {
    Local(LocalServices),
    Remote(tonic::transport::Channel),
}

impl Channel {
    pub fn local(target: Role, identity: ServiceIdentity, services: LocalServices) -> Self {
        Self { target, identity, viewer: None, transport: Transport::Local(services) }
    }

    /// Lazy: connects at the first call, and again after a failure.
    ///
    /// # Errors
    /// An address that is no URI.
    pub fn remote(target: Role, identity: ServiceIdentity, address: String) -> Result<Self, tonic::transport::Error> {
        let endpoint = Endpoint::from_shared(address)?
            .connect_timeout(CONNECT)
            .http2_keep_alive_interval(Duration::from_secs(20))
            .keep_alive_timeout(Duration::from_secs(5))
            .keep_alive_while_idle(true);
        Ok(Self { target, identity, viewer: None, transport: Transport::Remote(endpoint.connect_lazy()) })
    }

    /// The same channel for calls on behalf of a viewer, who is named by auth's token.
    #[must_use]
    pub fn on_behalf_of(&self, viewer_token: &str) -> Self {
        Self { viewer: HeaderValue::from_str(viewer_token).ok(), ..self.clone() }
    }

    async fn send(self, mut request: Request<Body>) -> Result<Response<Body>, Status> {
        let call = call::current();
        let within = call.as_ref().map_or(HOP, |call| call.remaining().saturating_sub(MARGIN).min(HOP));
        if within.is_zero() {
            return Err(Status::deadline_exceeded("no time left"));
        }
        let token = self.identity.token(self.target).map_err(|_| Status::internal("service token"))?;
        let token = HeaderValue::from_str(&token).map_err(|_| Status::internal("service token"))?;
        let headers = request.headers_mut();
        headers.insert(header::SERVICE_TOKEN, token);
        headers.insert(header::TIMEOUT, timeout_value(within));
        if let Some(viewer) = self.viewer {
            headers.insert(header::VIEWER_TOKEN, viewer);
        }
        if let Some(id) = call.as_ref().and_then(|call| HeaderValue::from_str(&call.request_id).ok()) {
            headers.insert(header::REQUEST_ID, id);
        }
        let response = tokio::time::timeout(within, self.transport.send(self.target, request))
            .await
            .map_err(|_| Status::deadline_exceeded("deadline"))??;
        let statements = header::text(response.headers(), header::STATEMENTS).and_then(|text| text.parse().ok());
        call::count_statements(statements.unwrap_or(0));
        Ok(response)
    }
}

impl Transport {
    async fn send(self, target: Role, request: Request<Body>) -> Result<Response<Body>, Status> {
        match self {
            Self::Local(services) => {
                let router = services.get(target).ok_or_else(|| Status::unavailable("no such service"))?;
                let response = router.oneshot(request.map(axum::body::Body::new)).await;
                let response = response.unwrap_or_else(|never| match never {});
                Ok(response.map(Body::new))
            }
            Self::Remote(channel) => channel.oneshot(request).await.map_err(|_| Status::unavailable("unreachable")),
        }
    }
}

fn timeout_value(within: Duration) -> HeaderValue {
    let millis = within.as_millis().clamp(1, 99_999_999);
    HeaderValue::from_str(&format!("{millis}m")).unwrap_or(HeaderValue::from_static("1S"))
}

impl Service<Request<Body>> for Channel {
    type Response = Response<Body>;
    type Error = Status;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Self::Error>> + Send>>;

    fn poll_ready(&mut self, _context: &mut Context<'_>) -> Poll<Result<(), Status>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        Box::pin(self.clone().send(request))
    }
}
