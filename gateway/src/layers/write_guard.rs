//! No write without a session, but for the ways to get one: the last line of defence, whatever handlers check.

use std::sync::Arc;

use axum::{
    extract::{Request, State},
    middleware::Next,
    response::{IntoResponse, Response},
};

use super::{session::SignedIn, unsafe_api};
use crate::{error::Refused, shared::Shared};

pub async fn check(State(shared): State<Arc<Shared>>, request: Request, next: Next) -> Response {
    let signed_in = request.extensions().get::<SignedIn>().is_some();
    if unsafe_api(&request) && !signed_in && !shared.settings.write_allowlist.covers(request.uri().path()) {
        return Refused::restricted().with("restricted", true).guard().into_response();
    }
    next.run(request).await
}
