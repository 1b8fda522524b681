//! Panic mode: an operator's switch that refuses writes, but for those that protect people.

use std::time::Duration;

use axum::extract::Request;
use http::StatusCode;

use super::unsafe_api;
use crate::{error::Refused, shared::Shared};

/// Below `/api/auth/`, and all the same no way to make or rename accounts while it lasts. Google and Apple may sign in
/// whom they know: their handlers say that none is to be made.
const NOT_EXEMPT: [&str; 2] = ["/api/auth/signup", "/api/auth/username/set"];
const CODE: &str = "panic_mode";
const RETRY: Duration = Duration::from_mins(1);

pub fn check(shared: &Shared, request: &Request) -> Result<(), Refused> {
    let path = request.uri().path();
    let exempt = shared.settings.panic_allowlist.covers(path) && !NOT_EXEMPT.contains(&path);
    if !shared.health.panic_mode() || !unsafe_api(request) || exempt {
        return Ok(());
    }
    Err(refused())
}

fn refused() -> Refused {
    Refused::new(StatusCode::SERVICE_UNAVAILABLE, CODE)
        .with("message", "Siddes is in read-only mode for a moment. Please try again soon.")
        .guard()
        .retry_after(RETRY)
}

/// A service that was told not to make something refuses as this layer does.
pub fn in_its_words(other: Refused) -> Refused {
    if other.code == CODE { refused() } else { other }
}
