//! Counts hits: in Redis for all gateways together where there is one, and always in this process too.
//!
//! Both must have room. So a Redis that is lost costs no hit that this gateway accepted, and one that comes back empty
//! gives nobody a second share: only what other gateways accepted meanwhile is unknown here.

use platform::{clock::Clock, redis::Redis, telemetry::metrics::table::THROTTLE_BACKEND, timestamp};

use super::{
    hit::{Hit, Place, TooMany},
    log::SlidingLog,
    logs::Beyond,
    shared_log::SharedLog,
};

#[derive(Debug)]
pub struct Hits {
    clock: Clock,
    local: SlidingLog,
    shared: Option<SharedLog>,
}

/// Under which times a hit was counted.
#[derive(Clone, Copy, Debug)]
pub struct Stamps {
    local: i64,
    shared: Option<i64>,
}

impl Hits {
    pub fn new(clock: Clock, redis: Option<Redis>) -> Self {
        Self { clock, local: SlidingLog::default(), shared: redis.map(SharedLog::new) }
    }

    /// Counts all hits, or none of them.
    ///
    /// # Errors
    /// [`TooMany`], for the first scope that is full.
    pub async fn count(&self, hits: &[Hit<'_>]) -> Result<Stamps, TooMany> {
        let local = self.now();
        if let Some(shared) = self.shared.as_ref().filter(|shared| shared.is_near()) {
            // Who is over his share here need not be asked for there.
            self.local.check(hits, local, Beyond::Skip)?;
            if hits.iter().all(|hit| hit.rates.is_empty()) {
                return Ok(Stamps { local, shared: None });
            }
            if let Ok(counted) = shared.count(hits).await {
                let time = counted?;
                // Stamped with the time before Redis counted, checked by the time after: what has left Redis' window
                // has left ours.
                let recorded = self.local.count(hits, local, self.now(), Beyond::Skip);
                if recorded.is_err() {
                    shared.take_back(hits.iter().map(|hit| hit.place), time).await;
                }
                return recorded.map(|()| Stamps { local, shared: Some(time) });
            }
        }
        let local = self.now();
        self.local.count(hits, local, local, Beyond::Share)?;
        Ok(Stamps { local, shared: None })
    }

    /// Takes one counted hit back: nothing was tried.
    pub async fn take_back(&self, place: Place, stamps: Stamps) {
        self.local.take_back(place, stamps.local);
        if let (Some(shared), Some(time)) = (&self.shared, stamps.shared) {
            shared.take_back(std::iter::once(place), time).await;
        }
    }

    /// Forgets what was counted for a subject: it has proven itself.
    pub async fn clear(&self, place: Place, stamps: Stamps) {
        self.local.clear(place, stamps.local);
        if let Some(shared) = &self.shared {
            shared.clear(place).await;
        }
    }

    /// Says what counts now.
    pub fn report(&self) {
        let shared = self.shared.as_ref().is_some_and(SharedLog::is_near);
        for (kind, counts) in [("redis", shared), ("local", !shared)] {
            THROTTLE_BACKEND.with([kind.into()]).set(f64::from(u8::from(counts)));
        }
    }

    fn now(&self) -> i64 {
        timestamp::micros(self.clock.now())
    }
}
