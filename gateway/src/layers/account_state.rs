//! Restricted accounts read and do not write; accounts without the age gate do not write either. What lowers access
//! or protects people stays open.

use std::sync::Arc;

use axum::{
    extract::{Request, State},
    middleware::Next,
    response::{IntoResponse, Response},
};
use http::StatusCode;
use platform::identity::Viewer;

use super::{session::SignedIn, unsafe_api};
use crate::{
    error::Refused,
    router::{self, AccountState},
    shared::Shared,
};

pub async fn check(State(shared): State<Arc<Shared>>, request: Request, next: Next) -> Response {
    if unsafe_api(&request)
        && let Some(signed_in) = request.extensions().get::<SignedIn>()
        && let Err(refused) = may_write(&shared, &request, &signed_in.viewer)
    {
        return refused.into_response();
    }
    next.run(request).await
}

fn may_write(shared: &Shared, request: &Request, viewer: &Viewer) -> Result<(), Refused> {
    let path = request.uri().path();
    let allowed = shared.settings.state_allowlist.covers(path);
    let route = router::find(path, request.method()).map(|found| found.route.account_state);
    let service_decides = route == Some(AccountState::Service);
    if shared.settings.state_enforced && !allowed && !service_decides {
        viewer.refuse_if_restricted(shared.ambient.clock.now())?;
    }
    if !viewer.age_confirmed && !allowed && !service_decides {
        return Err(Refused::new(StatusCode::FORBIDDEN, "age_gate_required").with("minAge", viewer.min_age));
    }
    Ok(())
}
