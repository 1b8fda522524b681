//! No write without a session, but for the ways to get one: the last line of defence, whatever handlers check.

use axum::extract::Request;

use super::{session::SignedIn, unsafe_api};
use crate::{error::Refused, shared::Shared};

pub fn check(shared: &Shared, request: &Request) -> Result<(), Refused> {
    let signed_in = request.extensions().get::<SignedIn>().is_some();
    if !unsafe_api(request) || signed_in || shared.settings.write_allowlist.covers(request.uri().path()) {
        return Ok(());
    }
    Err(Refused::restricted().with("restricted", true).guard())
}
