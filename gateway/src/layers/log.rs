//! The access log: one line a request, with the route's template and never the path, the query or anything personal.

use std::{sync::Arc, time::Instant};

use axum::{extract::Request, response::Response};
use http::HeaderMap;
use http_body::Body;
use platform::{Side, call::Call};

use crate::{
    error::ErrorCode,
    facts::Facts,
    measure::{Answered, InFlight},
    query::Query,
    router,
    shared::Shared,
};

const SLOW_MS: u128 = 1_000;

/// What a request's line will tell of its beginning.
pub struct Line {
    facts: Arc<Facts>,
    route: &'static str,
    method: &'static str,
    side: &'static str,
    started: Instant,
    in_flight: InFlight,
}

impl Line {
    /// `None` for a probe, which is not written down.
    pub fn begin(facts: &Arc<Facts>, request: &Request) -> Option<Self> {
        request.uri().path().starts_with("/api/").then(|| Self {
            facts: Arc::clone(facts),
            route: router::template(request.uri().path()),
            method: router::method_name(request.method()),
            side: side(request.headers(), request.uri().query()),
            started: Instant::now(),
            in_flight: InFlight::begin(),
        })
    }

    pub fn write(self, shared: &Shared, call: &Call, response: &Response) {
        let Self { facts, route, method, side, started, in_flight } = self;
        drop(in_flight);
        let after = started.elapsed();
        let request_id = call.request_id.as_ref();
        let trace_id = call.trace_id().unwrap_or_default();
        let status = response.status().as_u16();
        let error = response.extensions().get::<ErrorCode>();
        Answered { route, method, status, error, after, statements: facts.statements() }.count();
        let code = error.map_or("", |error| &error.code);
        let latency_ms = after.as_millis();
        let bytes_out = response.body().size_hint().exact().unwrap_or(0);
        let viewer_hash = facts.viewer().map(|id| shared.digests.viewer(id)).unwrap_or_default();
        let env = if shared.settings.production() { "production" } else { "development" };
        let version = shared.settings.build.version.as_str();
        let (bytes_in, sql_count) = (facts.bytes_in(), facts.statements());
        let upstream_ms = facts.upstream_time().as_millis();
        macro_rules! line {
            ($level:expr) => {
                tracing::event!(
                    target: "siddes.api",
                    $level,
                    event = "api_request",
                    service = "gateway",
                    env,
                    version,
                    request_id,
                    trace_id,
                    method,
                    route,
                    status,
                    error = code,
                    latency_ms,
                    bytes_in,
                    bytes_out,
                    viewer_hash,
                    side,
                    upstream_ms,
                    sql_count,
                )
            };
        }
        if status >= 500 {
            line!(tracing::Level::ERROR);
        } else if latency_ms > SLOW_MS {
            line!(tracing::Level::WARN);
        } else {
            line!(tracing::Level::INFO);
        }
    }
}

/// The side a request is about, if it names one of the four.
fn side(headers: &HeaderMap, query: Option<&str>) -> &'static str {
    let header = headers.get("x-sd-side").and_then(|value| value.to_str().ok()).and_then(Side::parse);
    header.or_else(|| Side::parse(Query::parse(query).text("side"))).map_or("", Side::as_str)
}
