//! A channel to one service: over the network, or straight into its routes when both live in one process.

use std::{
    collections::HashMap,
    future::Future,
    pin::Pin,
    sync::{Arc, PoisonError, RwLock},
    task::{Context, Poll},
    time::{Duration, Instant},
};

use bytes::Bytes;
use http::{HeaderValue, Request, Response, request::Parts};
use http_body_util::{BodyExt, Full};
use tonic::{Status, body::Body, transport::Endpoint};
use tower::{Service, ServiceExt};

use super::{
    header,
    measure::{self, Measured},
    outage::{self, Outage},
    retry::{Budget, Failed, Repeat, Why},
};
use crate::{call, identity::ServiceIdentity, role::Role, telemetry::metrics::table};

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
    /// Shared by all clones, as the next one is.
    budget: Budget,
    outage: Outage,
}

#[derive(Clone)]
pub(super) enum Transport {
    Local(LocalServices),
    Remote(tonic::transport::Channel),
}

impl Channel {
    pub fn local(target: Role, identity: ServiceIdentity, services: LocalServices) -> Self {
        Self::over(Transport::Local(services), target, identity)
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
        Ok(Self::over(Transport::Remote(endpoint.connect_lazy()), target, identity))
    }

    pub(super) fn over(transport: Transport, target: Role, identity: ServiceIdentity) -> Self {
        Self { target, identity, viewer: None, transport, budget: Budget::default(), outage: Outage::default() }
    }

    /// The same channel for calls on behalf of a viewer, who is named by auth's token.
    #[must_use]
    pub fn on_behalf_of(&self, viewer_token: &str) -> Self {
        Self { viewer: HeaderValue::from_str(viewer_token).ok(), ..self.clone() }
    }

    /// The whole call: at most two tries, which share one deadline.
    async fn ask(self, request: Request<Body>) -> Result<Response<Body>, Status> {
        let within = call::current().map_or(HOP, |call| call.remaining().saturating_sub(MARGIN).min(HOP));
        let until = Instant::now() + within;
        let repeat = Repeat::of(request.uri().path());
        if repeat == Repeat::Never {
            return self.send(request, until).await.map_err(|failed| failed.status);
        }
        // The one message of a call without streams, kept until there is an answer.
        let (head, body) = request.into_parts();
        let message = body.collect().await?.to_bytes();
        let outcome = self.knock(&head, &message, until).await;
        if !repeat.after(&outcome) {
            self.budget.earn();
        } else if self.budget.spend() {
            table::GRPC_RETRIES.with([self.target.as_str().into()]).increment(1);
            return self.knock(&head, &message, until).await.map_err(|failed| failed.status);
        }
        outcome.map_err(|failed| failed.status)
    }

    /// One try, or as many as it takes for a peer that is being restarted to take the first of them.
    async fn knock(&self, head: &Parts, message: &Bytes, until: Instant) -> Result<Response<Body>, Failed> {
        loop {
            let request = Request::from_parts(head.clone(), Body::new(Full::new(message.clone())));
            let outcome = self.clone().send(request, until).await;
            let now = Instant::now();
            match outcome.as_ref().err().map(|failed| failed.why) {
                Some(Why::NotSent) if now + outage::PAUSE < until && self.outage.goes_on(now) => {
                    tokio::time::sleep(outage::PAUSE).await;
                }
                None | Some(Why::Broken) => {
                    self.outage.is_over();
                    return outcome;
                }
                Some(Why::NotSent | Why::Over) => return outcome,
            }
        }
    }

    /// One try.
    async fn send(self, mut request: Request<Body>, until: Instant) -> Result<Response<Body>, Failed> {
        let call = call::current();
        let within = until.saturating_duration_since(Instant::now());
        if within.is_zero() {
            return Err(Status::deadline_exceeded("no time left").into());
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
    async fn send(self, target: Role, request: Request<Body>) -> Result<Response<Body>, Failed> {
        match self {
            Self::Local(services) => {
                let router = services.get(target).ok_or_else(|| Status::unavailable("no such service"))?;
                let response = router.oneshot(request.map(axum::body::Body::new)).await;
                let response = response.unwrap_or_else(|never| match never {});
                Ok(response.map(Body::new))
            }
            Self::Remote(channel) => Ok(channel.oneshot(request).await?),
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
        let (channel, mut request) = (self.clone(), request);
        Box::pin(async move {
            let mut measured = Measured::client(channel.target, &mut request);
            let outcome = channel.ask(request).await;
            measured.answered(match &outcome {
                Ok(response) => measure::code(response.headers()),
                Err(status) => status.code(),
            });
            outcome
        })
    }
}
