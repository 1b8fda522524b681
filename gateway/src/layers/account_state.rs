//! Restricted accounts read and do not write; accounts without the age gate do not write either. What lowers access
//! or protects people stays open.

use axum::extract::Request;
use http::StatusCode;
use platform::identity::Viewer;

use super::{session::SignedIn, unsafe_api};
use crate::{
    error::Refused,
    router::{self, AccountState},
    shared::Shared,
};

pub fn check(shared: &Shared, request: &Request) -> Result<(), Refused> {
    match request.extensions().get::<SignedIn>() {
        Some(signed_in) if unsafe_api(request) => may_write(shared, request, &signed_in.viewer),
        _ => Ok(()),
    }
}

fn may_write(shared: &Shared, request: &Request, viewer: &Viewer) -> Result<(), Refused> {
    let path = request.uri().path();
    // The table of routes decides; an operator's list only adds to it.
    let route = router::find(path, request.method()).map(|found| found.route.account_state);
    let enforced = route.is_none_or(|state| state == AccountState::Enforced);
    if !enforced || shared.settings.state_allowlist.covers(path) {
        return Ok(());
    }
    if shared.settings.state_enforced {
        viewer.refuse_if_restricted(shared.ambient.clock.now())?;
    }
    if !viewer.age_confirmed {
        return Err(Refused::new(StatusCode::FORBIDDEN, "age_gate_required").with("minAge", viewer.min_age));
    }
    Ok(())
}
