//! How long a peer may take no connection before it counts as lost: a restart is waited for, an outage is not.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

/// A peer that is restarted is back within this. Whoever has sent it nothing yet waits, as far as his deadline allows;
/// from then on everybody hears at once that it is away.
const RESTART: Duration = Duration::from_secs(3);
/// Between two knocks.
pub(super) const PAUSE: Duration = Duration::from_millis(50);

/// Since when the peer takes no connection. Shared by all clones of a channel.
#[derive(Clone, Debug, Default)]
pub(super) struct Outage {
    since: Arc<Mutex<Option<Instant>>>,
}

impl Outage {
    /// It took none. True while that may still be a restart.
    pub fn goes_on(&self, now: Instant) -> bool {
        let mut since = self.since.lock().unwrap_or_else(PoisonError::into_inner);
        now.saturating_duration_since(*since.get_or_insert(now)) < RESTART
    }

    /// It took one.
    pub fn is_over(&self) {
        *self.since.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_outage_is_waited_for_once_and_not_by_every_caller_anew() {
        let (outage, start) = (Outage::default(), Instant::now());
        assert!(outage.goes_on(start) && outage.goes_on(start + RESTART / 2));
        assert!(!outage.goes_on(start + RESTART) && !outage.clone().goes_on(start + 10 * RESTART));
        outage.is_over();
        assert!(outage.goes_on(start + 10 * RESTART), "the next one is another");
    }
}
