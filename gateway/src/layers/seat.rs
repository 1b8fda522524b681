//! Who has no seat hears it before anything of his request is kept: connections are bounded like everything else.

use std::sync::Arc;

use axum::{
    extract::{Request, State},
    middleware::Next,
    response::{IntoResponse, Response},
};

use super::probe;
use crate::{error::Refused, room::NoSeat, shared::Shared};

pub async fn check(State(_): State<Arc<Shared>>, request: Request, next: Next) -> Response {
    if request.extensions().get::<NoSeat>().is_some() && !probe(&request) {
        return Refused::overload().into_response();
    }
    next.run(request).await
}
