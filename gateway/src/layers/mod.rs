//! The way of a request: one layer a file, stacked here in the order in which a request meets them.
//!
//! The contract counts limits and https before the request id, the log and the headers, and wants these three on every
//! answer all the same: so they stand outside, and the guards follow in the contract's order.

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
mod panic_mode;
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

use std::sync::Arc;

use axum::{Router, extract::Request, middleware::from_fn_with_state};
use http::Method;

pub use self::body::bytes as body_bytes;
use crate::{api, shared::Shared};

/// The whole gateway. The layer that is added last is met first.
pub fn stack(shared: &Arc<Shared>) -> Router {
    macro_rules! layer {
        ($layer:path) => {
            from_fn_with_state(Arc::clone(shared), $layer)
        };
    }
    Router::new()
        .fallback(api::dispatch)
        .with_state(Arc::clone(shared))
        .layer(layer!(throttle::check))
        .layer(layer!(csrf::check))
        .layer(layer!(route::check))
        .layer(layer!(write_guard::check))
        .layer(layer!(account_state::check))
        .layer(layer!(session::recognise))
        .layer(layer!(panic_mode::check))
        .layer(layer!(host::check))
        .layer(layer!(deadline::hold))
        .layer(layer!(body::read))
        .layer(layer!(seat::check))
        .layer(layer!(https::check))
        .layer(layer!(limits::check))
        .layer(layer!(recover::catch))
        .layer(layer!(log::write))
        .layer(layer!(trace::follow))
        .layer(layer!(request_id::give))
        .layer(layer!(headers::set))
        .layer(layer!(cors::allow))
        .layer(layer!(client::identify))
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
