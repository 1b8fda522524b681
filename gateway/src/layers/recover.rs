//! A bug in one request is that request's 500, and nobody else's.

use std::panic::AssertUnwindSafe;

use axum::response::{IntoResponse, Response};
use futures::FutureExt;

use crate::error::Refused;

pub async fn catch(answer: impl Future<Output = Response>) -> Response {
    AssertUnwindSafe(answer).catch_unwind().await.unwrap_or_else(|_text_stays_here| {
        tracing::error!("a handler panicked");
        Refused::server_error().into_response()
    })
}
