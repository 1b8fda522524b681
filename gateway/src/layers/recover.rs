//! A bug in one request is that request's 500, and nobody else's.

use std::{panic::AssertUnwindSafe, sync::Arc};

use axum::{
    extract::{Request, State},
    middleware::Next,
    response::{IntoResponse, Response},
};
use futures::FutureExt;

use crate::{error::Refused, shared::Shared};

pub async fn catch(State(_): State<Arc<Shared>>, request: Request, next: Next) -> Response {
    AssertUnwindSafe(next.run(request)).catch_unwind().await.unwrap_or_else(|_text_stays_here| {
        tracing::error!("a handler panicked");
        Refused::server_error().into_response()
    })
}
