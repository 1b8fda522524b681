//! What is measured of requests: how many, how long, what they cost, and which guard stopped them.

use std::{
    sync::{Arc, LazyLock},
    time::Duration,
};

use platform::telemetry::metrics::{CounterHandle, GaugeHandle, Handles, HistogramHandle, table};

use crate::error::ErrorCode;

/// What is known of a request once it is answered.
pub struct Answered<'a> {
    pub route: &'static str,
    pub method: &'static str,
    pub status: u16,
    pub error: Option<&'a ErrorCode>,
    pub after: Duration,
    pub statements: u32,
}

struct Route {
    requests: CounterHandle,
    seconds: HistogramHandle,
    statements: HistogramHandle,
}

impl Answered<'_> {
    pub fn count(&self) {
        static ROUTES: LazyLock<Handles<(&'static str, &'static str, u16), Route>> = LazyLock::new(Handles::default);
        let route: Arc<Route> = ROUTES.of(&(self.route, self.method, self.status / 100), || Route {
            requests: table::HTTP_REQUESTS.with([self.route.into(), self.method.into(), class(self.status).into()]),
            seconds: table::HTTP_SECONDS.with([self.route.into(), self.method.into()]),
            statements: table::SQL_PER_REQUEST.with([self.route.into()]),
        });
        route.requests.increment(1);
        route.seconds.record(self.after);
        route.statements.record(self.statements);
        if let Some(error) = self.error {
            table::HTTP_ERRORS.with([self.route.into(), error.code.clone().into()]).increment(1);
            if let Some(guard) = guard(error, self.method) {
                let scope = error.scope.clone().unwrap_or_default();
                table::GUARD_REFUSED.with([guard.into(), scope.into()]).increment(1);
            }
        }
    }
}

fn class(status: u16) -> &'static str {
    match status {
        ..200 => "1xx",
        200..300 => "2xx",
        300..400 => "3xx",
        400..500 => "4xx",
        500.. => "5xx",
    }
}

/// The guard that answers with this code; none for what a handler or a service refused.
fn guard(error: &ErrorCode, method: &str) -> Option<&'static str> {
    Some(match error.code.as_ref() {
        "uri_too_long" | "headers_too_large" => "limits",
        "https_required" => "https",
        "too_large" | "request_timeout" => "body",
        "bad_host" => "host",
        "panic_mode" => "panic",
        "account_restricted" => "state",
        "restricted" if !["GET", "HEAD", "OPTIONS"].contains(&method) => "write",
        "csrf_failed" => "csrf",
        "rate_limited" => "throttle",
        "quota_exceeded" => "quota",
        "unavailable" if error.overload => "overload",
        _ => return None,
    })
}

/// A request in progress, until it is dropped.
pub struct InFlight(&'static GaugeHandle);

impl InFlight {
    pub fn begin() -> Self {
        static GAUGE: LazyLock<GaugeHandle> = LazyLock::new(|| table::IN_FLIGHT.with([]));
        GAUGE.increment(1.0);
        Self(&GAUGE)
    }
}

impl Drop for InFlight {
    fn drop(&mut self) {
        self.0.decrement(1.0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_guard_is_known_by_its_code() {
        let of = |code: &'static str, method: &str| {
            guard(&ErrorCode { code: code.into(), scope: None, overload: false }, method)
        };
        assert_eq!(of("csrf_failed", "POST"), Some("csrf"));
        assert_eq!(of("restricted", "DELETE"), Some("write"));
        assert_eq!(of("restricted", "GET"), None, "a list that needs a session is no guard");
        assert_eq!(of("unavailable", "GET"), None);
        assert_eq!(of("not_found", "GET"), None);
    }

    #[test]
    fn statuses_fall_into_classes() {
        assert_eq!([200, 204, 301, 404, 429, 500, 503].map(class), ["2xx", "2xx", "3xx", "4xx", "4xx", "5xx", "5xx"]);
    }
}
