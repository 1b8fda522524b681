//! One folder an area, one file a resource: handlers with their JSON types beside them.

pub mod auth;
mod common;
pub mod docs;
pub mod health;
pub mod inbox;
pub mod safety;
pub mod social;

use std::sync::Arc;

use axum::{
    extract::Request,
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use http::{HeaderMap, Method};
use platform::{AccountId, grpc::Channel};
use time::OffsetDateTime;
use tonic::Status;

use crate::{
    cookies::{Jar, SessionTokens},
    error::Refused,
    facts::Facts,
    layers::{self, client::Client, session::SignedIn, throttle::Counted},
    query::Query,
    router::{self, Access, Route},
    shared::Shared,
};

/// What a handler is given.
pub struct Ctx {
    pub shared: Arc<Shared>,
    pub headers: HeaderMap,
    /// The path's first `{id}` or `{token}`.
    pub param: String,
    /// The second one.
    pub second: String,
    pub signed_in: Option<SignedIn>,
    pub cookies: SessionTokens,
    client: Client,
    pub query: Query,
    pub body: Bytes,
    route: &'static Route,
    facts: Arc<Facts>,
}

/// The end of the stack: every guard has passed, the handler answers.
pub async fn dispatch(shared: Arc<Shared>, request: Request) -> Response {
    match Ctx::of(shared, request).await {
        Some(ctx) if ctx.route.access == Access::Viewer && ctx.signed_in.is_none() => {
            signed_out(ctx.route).into_response()
        }
        Some(ctx) => (ctx.route.door.call)(ctx).await.unwrap_or_else(IntoResponse::into_response),
        None => Refused::not_found().into_response(),
    }
}

/// Lists of safety say who asked; everything else says no more than that.
fn signed_out(route: &Route) -> Refused {
    let refused = Refused::restricted();
    if route.method == Method::GET && ["/api/blocks", "/api/hidden-posts", "/api/mutes"].contains(&route.path) {
        return refused.with("restricted", true).with("viewer", serde_json::Value::Null).with("role", "anon");
    }
    refused
}

impl Ctx {
    async fn of(shared: Arc<Shared>, request: Request) -> Option<Self> {
        let (mut parts, body) = request.into_parts();
        let found = router::find(parts.uri.path(), &parts.method)?;
        Some(Self {
            shared,
            query: Query::parse(parts.uri.query()),
            param: found.params.first,
            second: found.params.second,
            signed_in: parts.extensions.remove(),
            cookies: parts.extensions.remove().unwrap_or_default(),
            client: parts.extensions.remove()?,
            route: found.route,
            facts: parts.extensions.remove().unwrap_or_default(),
            body: layers::body_bytes(body).await,
            headers: parts.headers,
        })
    }

    /// A channel for calls on behalf of the caller, whoever he is.
    pub fn on_behalf(&self, channel: &Channel) -> Channel {
        self.signed_in.as_ref().map_or_else(|| channel.clone(), |signed_in| channel.on_behalf_of(&signed_in.token))
    }

    pub fn auth(&self) -> Channel {
        self.on_behalf(&self.shared.auth)
    }

    pub fn social(&self) -> Channel {
        self.on_behalf(&self.shared.social)
    }

    pub fn safety(&self) -> Channel {
        self.on_behalf(&self.shared.safety)
    }

    pub fn inbox(&self) -> Channel {
        self.on_behalf(&self.shared.inbox)
    }

    /// Waits for a service's answer.
    pub async fn ask<T>(&self, call: impl Future<Output = Result<tonic::Response<T>, Status>>) -> Result<T, Refused> {
        Ok(self.facts.upstream(call).await?.into_inner())
    }

    /// Counts this request under what its body names, and under its route's other scopes.
    pub async fn throttle(&self, identifier: &str) -> Result<Counted, Refused> {
        let account = self.signed_in.as_ref().map(|signed_in| signed_in.viewer.person.id);
        layers::throttle::count(&self.shared, self.route, account, Some(self.client), Some(identifier)).await
    }

    /// Counts this request for whom the handler found behind the cookie.
    pub async fn throttle_as(&self, account: Option<AccountId>) -> Result<(), Refused> {
        layers::throttle::count(&self.shared, self.route, account, Some(self.client), None).await.map(|_| ())
    }

    pub fn device(&self) -> proto::auth::v1::Client {
        self.client.to_proto(&self.headers, &self.shared.settings)
    }

    pub fn jar(&self) -> Jar<'_> {
        Jar { settings: &self.shared.settings, client: self.client, now: self.now() }
    }

    pub fn now(&self) -> OffsetDateTime {
        self.shared.ambient.clock.now()
    }

    /// For handlers that find out themselves who is calling.
    pub fn signed_in_as(&self, account: i64) {
        self.facts.signed_in(AccountId(account));
    }

    /// `me_<id>`, or nothing for nobody.
    pub fn viewer_token(&self) -> Option<String> {
        self.signed_in.as_ref().map(|signed_in| signed_in.viewer.person.id.to_string())
    }
}
