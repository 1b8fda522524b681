//! The sliding log that all gateways share, in Redis: one script a request.

use std::{fmt::Write, time::Duration};

use platform::redis::{Away, Pipeline, Redis, Script};

use super::hit::{Hit, Place, TooMany, micros};

/// Some ten bytes a hit, and each key gone when nothing of it counts any more.
#[derive(Debug)]
pub struct SharedLog {
    redis: Redis,
    count: Script,
}

impl SharedLog {
    pub fn new(redis: Redis) -> Self {
        Self { redis, count: Script::new(include_str!("count.lua")) }
    }

    pub fn is_near(&self) -> bool {
        self.redis.is_near()
    }

    /// Counts all hits, or none of them. Gives Redis' own time of it, by which they can be taken back.
    ///
    /// # Errors
    /// [`Away`]; then the hits may have been counted there or not.
    pub async fn count(&self, hits: &[Hit<'_>]) -> Result<Result<i64, TooMany>, Away> {
        let mut call = self.count.prepare_invoke();
        let limited = || hits.iter().filter(|hit| !hit.rates.is_empty());
        for hit in limited() {
            call.key(key(hit.place)).arg(hit.rates.len());
            for rate in hit.rates {
                call.arg(rate.hits).arg(micros(rate.period));
            }
        }
        let (full, time): (usize, i64) =
            self.redis.call(async |mut connection| call.invoke_async(&mut connection).await).await?;
        let Some(hit) = full.checked_sub(1).and_then(|full| limited().nth(full)) else { return Ok(Ok(time)) };
        let retry_after = Duration::from_micros(time.unsigned_abs());
        Ok(Err(TooMany { scope: hit.place.scope, retry_after }))
    }

    /// Takes back what was counted at that time.
    pub async fn take_back(&self, places: impl Iterator<Item = Place>, time: i64) {
        let mut calls = Pipeline::new();
        for place in places {
            calls.cmd("LREM").arg(key(place)).arg(-1).arg(time).ignore();
        }
        self.run(&calls).await;
    }

    /// Forgets what was counted there.
    pub async fn clear(&self, place: Place) {
        let mut calls = Pipeline::new();
        calls.cmd("DEL").arg(key(place)).ignore();
        self.run(&calls).await;
    }

    /// What cannot be taken back counts on, until its period is over.
    async fn run(&self, calls: &Pipeline) {
        let _counts_on = self.redis.call(async |mut connection| calls.exec_async(&mut connection).await).await;
    }
}

/// Names the scope, and nobody.
fn key(place: Place) -> String {
    let mut key = String::with_capacity(80);
    key.push_str("siddes:throttle:");
    key.push_str(place.scope);
    key.push(':');
    for byte in place.subject.digest {
        let _never_fails = write!(key, "{byte:02x}");
    }
    key
}
