//! The sliding log of this process: exactly n accepted hits in any period, all scopes of a request or none.

use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use super::{
    hit::{Hit, Place, TooMany, micros},
    logs::{Beyond, Log, Logs},
    rate::Rate,
};

/// Bounded, whoever calls: see [`super::logs::Room`].
#[derive(Debug, Default)]
pub struct SlidingLog {
    logs: Mutex<Logs>,
}

impl SlidingLog {
    /// Whether all hits have room, without counting them. Times are microseconds.
    ///
    /// # Errors
    /// [`TooMany`], for the first scope that is full.
    pub fn check(&self, hits: &[Hit<'_>], now: i64, beyond: Beyond) -> Result<(), TooMany> {
        check(&self.lock(), hits, now, beyond)
    }

    /// Counts all hits under `stamp`, or none of them.
    ///
    /// # Errors
    /// [`TooMany`], for the first scope that is full.
    pub fn count(&self, hits: &[Hit<'_>], stamp: i64, now: i64, beyond: Beyond) -> Result<(), TooMany> {
        let mut logs = self.lock();
        check(&logs, hits, now, beyond)?;
        for hit in hits.iter().filter(|hit| !hit.rates.is_empty()) {
            let longest = micros(hit.longest());
            if let Some(log) = logs.of_mut(hit.place, now, beyond) {
                log.add(stamp, longest);
            }
        }
        Ok(())
    }

    /// Takes back the hit that was counted under this stamp: nothing was tried.
    pub fn take_back(&self, place: Place, stamp: i64) {
        let mut logs = self.lock();
        for log in logs.all_mut(place) {
            if log.remove(stamp) {
                return;
            }
        }
    }

    /// Forgets what was counted there: the subject has proven itself.
    pub fn clear(&self, place: Place, stamp: i64) {
        if !self.lock().remove(place) {
            self.take_back(place, stamp);
        }
    }

    fn lock(&self) -> MutexGuard<'_, Logs> {
        self.logs.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn check(logs: &Logs, hits: &[Hit<'_>], now: i64, beyond: Beyond) -> Result<(), TooMany> {
    for hit in hits.iter().filter(|hit| !hit.rates.is_empty()) {
        let log = logs.of(hit.place, beyond);
        for rate in hit.rates {
            if let Some(retry_after) = full(log, *rate, now) {
                return Err(TooMany { scope: hit.place.scope, retry_after });
            }
        }
    }
    Ok(())
}

/// Time until the rate has room again; `None` while it has.
fn full(log: Option<&Log>, rate: Rate, now: i64) -> Option<Duration> {
    let limit = usize::try_from(rate.hits).unwrap_or(usize::MAX);
    if limit == 0 {
        return Some(rate.period);
    }
    // The limit-th newest hit has to leave the window.
    let left = log?.nth_newest(limit)? + micros(rate.period) - now;
    (left > 0).then(|| Duration::from_micros(left.unsigned_abs()))
}

#[cfg(test)]
mod tests {
    use Duration;

    use super::*;
    use crate::layers::throttle::{
        hit::{Kind, Subject},
        logs::Room,
    };

    const SECOND: i64 = 1_000_000;

    fn rates(texts: &[&str]) -> Vec<Rate> {
        texts.iter().filter_map(|text| Rate::parse(text)).collect()
    }

    fn place(scope: &'static str, number: u64) -> Place {
        let mut digest = [0; 16];
        digest[..8].copy_from_slice(&number.to_le_bytes());
        Place { scope, subject: Subject { kind: Kind::Account, digest } }
    }

    fn count(log: &SlidingLog, hits: &[Hit<'_>], now: i64) -> Result<(), TooMany> {
        log.count(hits, now, now, Beyond::Share)
    }

    #[test]
    fn exactly_n_in_any_period() {
        let (log, rates) = (SlidingLog::default(), rates(&["3/min"]));
        let hits = [Hit { place: place("feed", 1), rates: &rates }];
        for second in [0, 10, 20] {
            assert_eq!(count(&log, &hits, second * SECOND), Ok(()));
        }
        let refused = TooMany { scope: "feed", retry_after: Duration::from_secs(1) };
        assert_eq!(count(&log, &hits, 59 * SECOND), Err(refused));
        // Refused hits were not counted: the first has left, so there is room for one.
        assert_eq!(count(&log, &hits, 60 * SECOND), Ok(()));
        assert!(count(&log, &hits, 60 * SECOND).is_err());
        assert_eq!(count(&log, &hits, 70 * SECOND), Ok(()));
    }

    #[test]
    fn all_scopes_or_none() {
        let log = SlidingLog::default();
        let (two, one) = (rates(&["2/min"]), rates(&["1/min"]));
        let (wide, narrow) =
            (Hit { place: place("wide", 1), rates: &two }, Hit { place: place("narrow", 1), rates: &one });
        assert_eq!(count(&log, &[wide, narrow], 0), Ok(()));
        for _ in 0..5 {
            assert_eq!(count(&log, &[wide, narrow], 1).map_err(|refused| refused.scope), Err("narrow"));
        }
        assert_eq!(count(&log, &[wide], 2), Ok(()), "refused requests left the wide scope alone");
        assert!(count(&log, &[wide], 3).is_err());
    }

    #[test]
    fn several_rates_of_one_scope_all_hold() {
        let (log, rates) = (SlidingLog::default(), rates(&["2/min", "3/hour"]));
        let hits = [Hit { place: place("auth_login_ident", 1), rates: &rates }];
        assert_eq!(count(&log, &hits, 0), Ok(()));
        assert_eq!(count(&log, &hits, SECOND), Ok(()));
        assert!(count(&log, &hits, 2 * SECOND).is_err());
        assert_eq!(count(&log, &hits, 61 * SECOND), Ok(()));
        let refused = count(&log, &hits, 200 * SECOND).map_err(|refused| refused.retry_after);
        assert_eq!(refused, Err(Duration::from_secs(3_400)));
    }

    #[test]
    fn nothing_passes_zero_and_everything_passes_no_rate() {
        let (log, closed) = (SlidingLog::default(), rates(&["0/min"]));
        assert!(count(&log, &[Hit { place: place("closed", 1), rates: &closed }], 0).is_err());
        for now in 0..1_000 {
            assert_eq!(count(&log, &[Hit { place: place("open", 1), rates: &[] }], now), Ok(()));
        }
        assert_eq!(log.lock().len(), 0);
    }

    #[test]
    fn the_very_hit_is_taken_back_and_success_clears() {
        let (log, rates) = (SlidingLog::default(), rates(&["2/min"]));
        let one = Hit { place: place("auth_login_ident", 1), rates: &rates };
        assert_eq!(count(&log, &[one], 0), Ok(()));
        assert_eq!(count(&log, &[one], 10 * SECOND), Ok(()));
        // The older one: what is left counts until it is a minute old, and not longer.
        log.take_back(one.place, 0);
        log.take_back(one.place, 0);
        assert_eq!(count(&log, &[one], 20 * SECOND), Ok(()));
        assert_eq!(count(&log, &[one], 69 * SECOND).map_err(|it| it.retry_after), Err(Duration::from_secs(1)));
        log.clear(one.place, 20 * SECOND);
        assert_eq!(count(&log, &[one], 70 * SECOND), Ok(()));
        assert_eq!(count(&log, &[one], 70 * SECOND), Ok(()));
    }

    #[test]
    fn hits_told_out_of_order_are_counted_by_their_own_time() {
        let (log, rates) = (SlidingLog::default(), rates(&["2/min"]));
        let one = Hit { place: place("feed", 1), rates: &rates };
        for stamp in [20, 10] {
            assert_eq!(log.count(&[one], stamp * SECOND, 21 * SECOND, Beyond::Skip), Ok(()));
        }
        assert_eq!(count(&log, &[one], 69 * SECOND).map_err(|it| it.retry_after), Err(Duration::from_secs(1)));
    }

    #[test]
    fn beyond_its_room_nobody_is_unlimited_and_memory_is_bounded() {
        let room = Room { subjects: 100, shared: 4 };
        let (log, rates) = (SlidingLog { logs: Mutex::new(Logs::new(room)) }, rates(&["3/min"]));
        let hit = |number| Hit { place: place("feed", number), rates: &rates };
        let accepted = (0..10_000).filter(|number| count(&log, &[hit(*number)], 0).is_ok()).count();
        assert!(accepted <= 100 + 4 * 3, "{accepted}");
        assert!(log.lock().len() <= 104);
        assert_eq!(count(&log, &[hit(0)], 1), Ok(()), "who came before is counted alone");
        // A shared log that is full is nobody's own: where Redis counts, it does not stand in the way.
        let newcomer = hit(20_000);
        assert!(log.check(&[newcomer], 1, Beyond::Share).is_err());
        assert_eq!(log.count(&[newcomer], 1, 1, Beyond::Skip), Ok(()));
        assert!(log.lock().len() <= 104);
        // When the others have left, there is room again.
        assert_eq!(count(&log, &[newcomer], 120 * SECOND), Ok(()));
        assert_eq!(log.lock().len(), 1);
    }

    #[test]
    fn what_has_expired_is_swept() {
        let (log, rates) = (SlidingLog::default(), rates(&["3/sec"]));
        for number in 0..100 {
            assert_eq!(count(&log, &[Hit { place: place("feed", number), rates: &rates }], 0), Ok(()));
        }
        assert_eq!(count(&log, &[Hit { place: place("feed", 1), rates: &rates }], 60 * SECOND), Ok(()));
        assert_eq!(log.lock().len(), 1);
    }
}
