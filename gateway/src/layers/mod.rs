//! The way of a request: one layer a file, called here in the order in which a request meets them.
//!
//! The contract counts limits and https before the request id, the log and the headers, and wants these three on every
//! answer all the same: so they stand outside, and the guards follow in the contract's order. Plain calls and no chain
//! of services: whatever wakes a request is then handed through four frames, not through twenty.

mod account_state;
mod body;
pub mod client;
mod cors;
pub mod csrf;
mod deadline;
mod headers;
pub mod host;
mod https;
mod limits;
mod log;
pub mod panic_mode;
mod recover;
mod request_id;
mod route;
mod seat;
pub mod session;
#[cfg(test)]
mod tests;
pub mod throttle;
mod trace;
mod write_guard;

use std::{sync::Arc, time::Duration};

use axum::{
    Router,
    extract::{Request, State},
    response::{IntoResponse, Response},
};
use http::Method;
use platform::{call::Call, telemetry::traces::Span};

pub use self::body::bytes as body_bytes;
use self::client::Client;
use crate::{api, error::Refused, facts::Facts, shared::Shared};

/// Longer than reading a body and answering may take; the request's own deadline begins when the body is in.
const AT_MOST: Duration = Duration::from_secs(30);

/// The whole gateway.
pub fn stack(shared: &Arc<Shared>) -> Router {
    Router::new().fallback(answer).with_state(Arc::clone(shared))
}

/// What every answer gets, whichever layer made it.
async fn answer(State(shared): State<Arc<Shared>>, mut request: Request) -> Response {
    client::identify(&shared, &mut request);
    let facts = Arc::new(Facts::default());
    request.extensions_mut().insert(Arc::clone(&facts));
    let page = cors::Page::of(&shared, &request);
    let asked = headers::Asked::by(&shared, &request);
    let id = request_id::of(&shared, &request);
    let span = trace::begin(&request);
    let call = Call::new(id.as_str(), AT_MOST).traced(span.as_ref().map(Span::place));
    let line = log::Line::begin(&facts, &request);

    // On the heap, since what lies within is moved as often as it is wrapped.
    let answered = Box::pin(recover::catch(admit(&shared, &facts, request)));
    let mut response = call.scope(answered).await;

    if let Some(line) = line {
        line.write(&shared, &call, &response);
    }
    if let Some(span) = span {
        trace::end(span, &response);
    }
    request_id::write(&id, &mut response);
    let mut response = asked.dress(&shared, response);
    if let Some(page) = page {
        page.allow(response.headers_mut());
    }
    response
}

/// What a request needs to be listened to.
async fn admit(shared: &Arc<Shared>, facts: &Facts, request: Request) -> Response {
    let heard = async {
        limits::check(&request)?;
        https::check(shared, &request)?;
        seat::check(&request)?;
        Ok::<_, Ended>(body::read(shared, facts, request).await?)
    };
    match heard.await {
        Ok((request, _held)) if probe(&request) => decide(shared, facts, request).await,
        Ok((request, _held)) => deadline::hold(shared, facts, decide(shared, facts, request)).await,
        Err(ended) => ended.into_response(),
    }
}

/// Where it is for us, and who is asking.
async fn decide(shared: &Arc<Shared>, facts: &Facts, mut request: Request) -> Response {
    let recognised = async {
        host::check(shared, &request)?;
        panic_mode::check(shared, &request)?;
        session::recognise(shared, facts, &mut request).await
    };
    let dead_cookie = match recognised.await {
        Ok(dead_cookie) => dead_cookie,
        Err(refused) => return refused.into_response(),
    };
    let client = request.extensions().get::<Client>().copied();
    let response = act(shared, request).await.unwrap_or_else(IntoResponse::into_response);
    if dead_cookie { session::clear_cookie(shared, client, response) } else { response }
}

/// What the caller may do, and how often; then it is done.
async fn act(shared: &Arc<Shared>, request: Request) -> Result<Response, Ended> {
    account_state::check(shared, &request)?;
    write_guard::check(shared, &request)?;
    route::check(&request)?;
    csrf::check(shared, &request)?;
    throttle::check(shared, &request).await?;
    Ok(api::dispatch(Arc::clone(shared), request).await)
}

/// A request that goes no further: refused, or answered on the way.
pub enum Ended {
    Refused(Refused),
    Answered(Box<Response>),
}

impl From<Refused> for Ended {
    fn from(refused: Refused) -> Self {
        Self::Refused(refused)
    }
}

impl From<Response> for Ended {
    fn from(response: Response) -> Self {
        Self::Answered(Box::new(response))
    }
}

impl IntoResponse for Ended {
    fn into_response(self) -> Response {
        match self {
            Self::Refused(refused) => refused.into_response(),
            Self::Answered(response) => *response,
        }
    }
}

/// Unsafe methods are all but GET, HEAD and OPTIONS; the API is what lies below `/api/`.
fn unsafe_api(request: &Request) -> bool {
    !safe(request.method()) && request.uri().path().starts_with("/api/")
}

fn safe(method: &Method) -> bool {
    matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS)
}

/// Probes come from inside, without our host name, and must hear from us whatever else is the matter.
fn probe(request: &Request) -> bool {
    matches!(request.uri().path(), "/healthz" | "/readyz")
}
