//! Limits: how often a caller may knock. All scopes of a route are counted together, or not at all.

pub mod log;
pub mod rate;
pub mod table;

use std::{sync::Arc, time::Duration};

use axum::{
    extract::{Request, State},
    middleware::Next,
    response::{IntoResponse, Response},
};
use http::StatusCode;
use platform::{AccountId, timestamp};

use self::{
    log::{Hit, TooMany},
    table::Key,
};
use super::{client::Client, session::SignedIn};
use crate::{
    error::Refused,
    router::{self, Route},
    shared::Shared,
};

pub async fn check(State(shared): State<Arc<Shared>>, request: Request, next: Next) -> Response {
    let Some(found) = router::find(request.uri().path(), request.method()) else { return next.run(request).await };
    // Limits by what the body names are counted by the handler, together with the others of its route.
    if !found.route.throttle.is_empty() && !by_identifier(found.route) {
        let account = request.extensions().get::<SignedIn>().map(|signed_in| signed_in.viewer.person.id);
        let client = request.extensions().get::<Client>().copied();
        if let Err(refused) = count(&shared, found.route, account, client, None) {
            return refused.into_response();
        }
    }
    next.run(request).await
}

fn by_identifier(route: &Route) -> bool {
    route.throttle.iter().any(|name| table::scope(name).is_some_and(|scope| scope.key == Key::Identifier))
}

/// A hit that was counted under an identifier, to be given back.
#[derive(Debug)]
pub struct Counted(Option<Hit>);

impl Counted {
    /// The identifier has proven itself: nothing counts against it any more.
    pub fn clear(self, shared: &Shared) {
        if let Some(hit) = self.0 {
            shared.hits.clear(&hit);
        }
    }

    /// Nothing happened that the limit is about.
    pub fn take_back(self, shared: &Shared) {
        if let Some(hit) = self.0 {
            shared.hits.take_back(&hit);
        }
    }
}

/// Counts the request in every scope of its route and under the global brake.
///
/// # Errors
/// 429 `rate_limited`, and nothing is counted.
pub fn count(
    shared: &Shared,
    route: &Route,
    account: Option<AccountId>,
    client: Option<Client>,
    identifier: Option<&str>,
) -> Result<Counted, Refused> {
    let address = client.map(|client| client.limit_key()).unwrap_or_default();
    let caller = account.map_or_else(|| address.clone(), |id| id.to_string());
    let mut hits = Vec::new();
    for name in route.throttle.iter().copied().chain(account.map(|_| table::GLOBAL)) {
        let Some(scope) = table::scope(name) else { continue };
        let (subject, own) = match (scope.key, identifier.map(str::trim)) {
            (Key::Caller, _) => (caller.clone(), account.is_some()),
            (Key::Address, _) => (address.clone(), true),
            (Key::Identifier, None | Some("")) => continue,
            (Key::Identifier, Some(text)) => (shared.digests.identifier(text), true),
        };
        hits.push(Hit { scope: scope.name, subject, rates: shared.settings.rates.of(scope.name, own).to_vec() });
    }
    let now = timestamp::micros(shared.ambient.clock.now());
    shared.hits.count(&hits, now).map_err(refused)?;
    let named = |hit: &Hit| table::scope(hit.scope).is_some_and(|scope| scope.key == Key::Identifier);
    Ok(Counted(hits.into_iter().find(named)))
}

fn refused(too_many: TooMany) -> Refused {
    let wait = too_many.retry_after.max(Duration::from_millis(250));
    let millis = u64::try_from(wait.as_micros().div_ceil(1_000)).unwrap_or(u64::MAX);
    let seconds = millis.div_ceil(1_000).max(1);
    Refused::new(StatusCode::TOO_MANY_REQUESTS, "rate_limited")
        .with("scope", too_many.scope)
        .with("retry_after_ms", millis)
        .with("message", format!("Slow down — try again in {seconds}s."))
        .retry_after(Duration::from_secs(seconds))
}
