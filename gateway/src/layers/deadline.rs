//! Five seconds for an answer once the body is in, and only so many requests at once: what is over is a fast 503.

use std::time::Duration;

use axum::response::{IntoResponse, Response};
use http::HeaderName;
use platform::call::{self, Call};
use tokio::time::timeout;

use crate::{error::Refused, facts::Facts, shared::Shared};

const WITHIN: Duration = Duration::from_secs(5);
/// Development only: SQL statements that the request cost.
const STATEMENTS: HeaderName = HeaderName::from_static("x-siddes-sql");

pub async fn hold(shared: &Shared, facts: &Facts, work: impl Future<Output = Response>) -> Response {
    let Ok(_in_flight) = shared.in_flight.try_acquire() else { return Refused::overload().into_response() };
    let call = call::current().map_or_else(|| Call::new("", WITHIN), |call| call.afresh(WITHIN));
    let answer = timeout(WITHIN, call.scope(work)).await;
    let mut response = answer.unwrap_or_else(|_| Refused::unavailable().into_response());
    facts.executed(call.statements());
    if !shared.settings.production() {
        response.headers_mut().insert(STATEMENTS, call.statements().into());
    }
    response
}
