//! Limits: how often a caller may knock. All scopes of a route are counted together, or not at all.

pub mod guess;
pub mod hit;
pub mod hits;
mod log;
mod logs;
pub mod rate;
mod shared_log;
pub mod table;

use std::time::Duration;

use axum::extract::Request;
use http::StatusCode;
use platform::{
    AccountId,
    security::{Event, Kind},
};

use self::{
    hit::{Hit, Place, TooMany},
    hits::Stamps,
    table::Key,
};
use super::{client::Client, session::SignedIn};
use crate::{
    cookies::SessionTokens,
    error::Refused,
    router::{self, Route, Session},
    shared::Shared,
};

/// What is counted is read off the request at once: a request cannot be shared while others are waited for.
pub fn check<'a>(shared: &'a Shared, request: &Request) -> impl Future<Output = Result<(), Refused>> + Send + use<'a> {
    let found = router::find(request.uri().path(), request.method());
    let route = found.map(|found| found.route).filter(|route| !route.throttle.is_empty());
    let route = route.filter(|route| !counted_by_handler(route, request));
    let account = request.extensions().get::<SignedIn>().map(|signed_in| signed_in.viewer.person.id);
    let client = request.extensions().get::<Client>().copied();
    async move {
        match route {
            Some(route) => count(shared, route, account, client, None).await.map(|_| ()),
            None => Ok(()),
        }
    }
}

/// Limits by what the body names are counted once it is parsed, together with the others of their route; those of a
/// route that finds out itself who is behind the cookie, once it knows.
fn counted_by_handler(route: &Route, request: &Request) -> bool {
    let by_identifier = |name: &&str| table::scope(name).is_some_and(|scope| scope.key == Key::Identifier);
    let tokens = request.extensions().get::<SessionTokens>();
    route.throttle.iter().any(by_identifier)
        || (route.session == Session::Handler && tokens.is_some_and(|cookies| !cookies.tokens.is_empty()))
}

/// A request that was counted. What counts under an identifier can be given back.
#[derive(Clone, Copy, Debug)]
pub struct Counted {
    identifier: Option<Place>,
    stamps: Stamps,
}

impl Counted {
    /// The identifier has proven itself: nothing counts against it any more.
    pub async fn clear(self, shared: &Shared) {
        if let Some(place) = self.identifier {
            shared.hits.clear(place, self.stamps).await;
        }
    }

    /// Nothing happened that the limit is about.
    pub async fn take_back(self, shared: &Shared) {
        if let Some(place) = self.identifier {
            shared.hits.take_back(place, self.stamps).await;
        }
    }
}

/// Counts the request in every scope of its route and under the global brake.
///
/// # Errors
/// 429 `rate_limited`, and nothing is counted.
pub async fn count(
    shared: &Shared,
    route: &Route,
    account: Option<AccountId>,
    client: Option<Client>,
    identifier: Option<&str>,
) -> Result<Counted, Refused> {
    let by_address = || shared.digests.limited_address(client.map(|client| client.limited_by()));
    let by_caller = account.map_or_else(by_address, |id| shared.digests.limited_account(id));
    let mut hits = Vec::with_capacity(route.throttle.len() + 1);
    let mut named = None;
    for name in route.throttle.iter().copied().chain(account.map(|_| table::GLOBAL)) {
        let Some(scope) = table::scope(name) else { continue };
        let (subject, own) = match (scope.key, identifier.map(str::trim)) {
            (Key::Caller, _) => (by_caller, account.is_some()),
            (Key::Address, _) => (by_address(), true),
            (Key::Identifier, None | Some("")) => continue,
            (Key::Identifier, Some(text)) => (shared.digests.limited_identifier(text), true),
        };
        let place = Place { scope: scope.name, subject };
        named = named.or((scope.key == Key::Identifier).then_some(place));
        hits.push(Hit { place, rates: shared.settings.rates.of(scope.name, own) });
    }
    let stamps = shared.hits.count(&hits).await.map_err(|too_many| {
        let network = client.map(|client| client.address.into());
        Event::new(Kind::RateLimited).account(account).from(network).detail(too_many.scope).write();
        refused(too_many)
    })?;
    Ok(Counted { identifier: named, stamps })
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
