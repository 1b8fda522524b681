//! The one clock. Everything else is handed a [`Clock`]; SQL gets `$now` from it, never `now()`.

use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};

use time::{Duration, OffsetDateTime};

/// Tells the time, in UTC and whole microseconds (what Postgres stores).
#[derive(Clone, Debug, Default)]
pub struct Clock {
    /// Microseconds by which a test has moved this clock.
    ahead: Arc<AtomicI64>,
}

impl Clock {
    #[expect(clippy::disallowed_methods, reason = "the one place that asks the system for the time")]
    pub fn now(&self) -> OffsetDateTime {
        let now = OffsetDateTime::now_utc() + Duration::microseconds(self.ahead.load(Ordering::Relaxed));
        now.replace_nanosecond(now.microsecond() * 1_000).unwrap_or(now)
    }

    /// Moves this clock and all its clones; for tests of what happens after a while.
    pub fn advance(&self, by: Duration) {
        let by = i64::try_from(by.whole_microseconds()).unwrap_or(i64::MAX);
        self.ahead.fetch_add(by, Ordering::Relaxed);
    }
}
