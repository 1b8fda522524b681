//! The stack as a whole, before services that are fakes or not there: one file for each part of what a door promises.

mod any_request;
mod bodies;
mod bounds;
mod cookies;
mod headers;
mod hosts;
mod methods;
mod order;
mod panic_mode;
mod request_id;
mod state;

use std::{net::SocketAddr, sync::Arc};

use axum::{Router, body::Body, extract::Request, response::Response};
use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use http_body_util::BodyExt;
use platform::{Role, grpc::LocalServices, person::Person};
use serde_json::Value;
use tower::ServiceExt;

use super::client::Peer;
use crate::{
    shared::Shared,
    testing::{self, fakes},
};

pub const JSON: (&str, &str) = ("content-type", "application/json");
pub const SESSION: (&str, &str) = ("cookie", "siddes_session=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA");
pub const SAME_ORIGIN: (&str, &str) = ("sec-fetch-site", "same-origin");
pub const FOREIGN: (&str, &str) = ("origin", "https://evil.test");
pub const HTTPS: (&str, &str) = ("x-forwarded-proto", "https");

/// Our proxy, which may say for whom it speaks.
const PROXY: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(std::net::Ipv4Addr::LOCALHOST), 4_711);

/// One gateway.
pub struct Gate {
    router: Router,
    pub shared: Arc<Shared>,
    peer: SocketAddr,
}

/// One answer.
#[derive(Debug)]
pub struct Told {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub bytes: Bytes,
}

impl Gate {
    /// Before services that are not there.
    pub fn new(vars: &[(&str, &str)]) -> Self {
        Self::before(&[], vars)
    }

    /// Before an auth that knows one person, or nobody.
    pub fn knowing(person: Option<Person>, vars: &[(&str, &str)]) -> Self {
        Self::before(&[(Role::Auth, fakes::auth(person))], vars)
    }

    pub fn before(services: &[(Role, Router)], vars: &[(&str, &str)]) -> Self {
        let local = LocalServices::default();
        for (role, router) in services {
            local.insert(*role, router.clone());
        }
        let shared = Arc::new(Shared::new(testing::deps_before(&local, vars)));
        Self { router: super::stack(&shared), shared, peer: PROXY }
    }

    /// The same, asked by somebody whom we do not trust to speak for others.
    pub fn asked_from_outside(mut self) -> Self {
        self.peer = SocketAddr::from(([203, 0, 113, 9], 4_711));
        self
    }

    pub async fn call(&self, method: &str, path: &str, headers: &[(&str, &str)], body: impl Into<Body>) -> Told {
        let mut request = Request::builder().method(method).uri(path);
        if headers.iter().all(|(name, _)| *name != "host") {
            request = request.header("host", "api.test");
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        self.send(request.body(body.into()).expect("a request")).await
    }

    pub async fn get(&self, path: &str) -> Told {
        self.call("GET", path, &[], "").await
    }

    pub async fn send(&self, mut request: Request) -> Told {
        request.extensions_mut().insert(Peer(self.peer));
        let response: Response = self.router.clone().oneshot(request).await.unwrap_or_else(|never| match never {});
        let (parts, body) = response.into_parts();
        Told { status: parts.status, headers: parts.headers, bytes: body.collect().await.expect("a body").to_bytes() }
    }
}

impl Told {
    /// The one shape of an error, and the body for what stands beside.
    #[track_caller]
    pub fn refused(&self, status: u16, code: &str) -> Value {
        let body: Value = serde_json::from_slice(&self.bytes).expect("JSON");
        assert_eq!((self.status.as_u16(), body["error"].as_str()), (status, Some(code)), "{body}");
        assert_eq!(body["ok"], false);
        assert_eq!(self.headers.get_all("x-request-id").iter().count(), 1);
        assert_eq!(body["requestId"], self.header("x-request-id"), "{body}");
        body
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }
}
