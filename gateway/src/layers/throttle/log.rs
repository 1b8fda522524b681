//! The sliding log: exactly n accepted hits in any period, all scopes of a request or none. In this process only;
//! a store that is shared by replicas takes this struct's place.

use std::{
    collections::{HashMap, VecDeque},
    sync::{Mutex, PoisonError},
    time::Duration,
};

use super::rate::Rate;

/// Whose hits are counted: an account, an address or an identifier, already without anything readable.
pub type Subject = String;

/// One scope of a request.
#[derive(Clone, Debug)]
pub struct Hit {
    pub scope: &'static str,
    pub subject: Subject,
    pub rates: Vec<Rate>,
}

/// A hit too many.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooMany {
    pub scope: &'static str,
    pub retry_after: Duration,
}

type Logs = HashMap<(&'static str, Subject), Log>;

#[derive(Debug, Default)]
struct Log {
    /// Microseconds since the epoch, oldest first.
    times: VecDeque<i64>,
    /// Nothing of this log counts any more at this time.
    expires: i64,
}

/// Memory follows the traffic: what has expired is swept once a minute.
#[derive(Debug, Default)]
pub struct SlidingLog {
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    logs: Logs,
    swept: i64,
}

const SWEEP_EVERY: i64 = 60_000_000;

impl SlidingLog {
    /// Counts all hits, or none of them. `now` in microseconds.
    ///
    /// # Errors
    /// [`TooMany`], for the first scope that is full.
    pub fn count(&self, hits: &[Hit], now: i64) -> Result<(), TooMany> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        for hit in hits {
            let log = state.logs.get(&(hit.scope, hit.subject.clone()));
            for rate in &hit.rates {
                if let Some(retry_after) = full(log, *rate, now) {
                    return Err(TooMany { scope: hit.scope, retry_after });
                }
            }
        }
        for hit in hits.iter().filter(|hit| !hit.rates.is_empty()) {
            let longest = hit.rates.iter().map(|rate| micros(rate.period)).max().unwrap_or(0);
            let log = state.logs.entry((hit.scope, hit.subject.clone())).or_default();
            while log.times.front().is_some_and(|time| *time <= now - longest) {
                log.times.pop_front();
            }
            log.times.push_back(now);
            log.expires = now + longest;
        }
        state.sweep(now);
        Ok(())
    }

    /// Takes one counted hit back: nothing was tried.
    pub fn take_back(&self, hit: &Hit) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(log) = state.logs.get_mut(&(hit.scope, hit.subject.clone())) {
            log.times.pop_back();
        }
    }

    /// Forgets what was counted for a subject: it has proven itself.
    pub fn clear(&self, hit: &Hit) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.logs.remove(&(hit.scope, hit.subject.clone()));
    }
}

impl State {
    fn sweep(&mut self, now: i64) {
        if now - self.swept >= SWEEP_EVERY {
            self.logs.retain(|_, log| log.expires > now);
            self.swept = now;
        }
    }
}

/// Time until the rate has room again; `None` while it has.
fn full(log: Option<&Log>, rate: Rate, now: i64) -> Option<Duration> {
    let limit = usize::try_from(rate.hits).unwrap_or(usize::MAX);
    if limit == 0 {
        return Some(rate.period);
    }
    let times = &log?.times;
    // The limit-th newest hit has to leave the window.
    let oldest = *times.get(times.len().checked_sub(limit)?)?;
    let left = oldest + micros(rate.period) - now;
    (left > 0).then(|| Duration::from_micros(left.unsigned_abs()))
}

fn micros(period: Duration) -> i64 {
    i64::try_from(period.as_micros()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: i64 = 1_000_000;

    fn hit(scope: &'static str, rates: &[&str]) -> Hit {
        let rates = rates.iter().filter_map(|text| Rate::parse(text)).collect();
        Hit { scope, subject: "me_1".to_owned(), rates }
    }

    #[test]
    fn exactly_n_in_any_period() {
        let log = SlidingLog::default();
        let hits = [hit("feed", &["3/min"])];
        for second in [0, 10, 20] {
            assert_eq!(log.count(&hits, second * SECOND), Ok(()));
        }
        let refused = TooMany { scope: "feed", retry_after: Duration::from_secs(1) };
        assert_eq!(log.count(&hits, 59 * SECOND), Err(refused));
        // Refused hits were not counted: the first has left, so there is room for one.
        assert_eq!(log.count(&hits, 60 * SECOND), Ok(()));
        assert!(log.count(&hits, 60 * SECOND).is_err());
        assert_eq!(log.count(&hits, 70 * SECOND), Ok(()));
    }

    #[test]
    fn all_scopes_or_none() {
        let log = SlidingLog::default();
        let (wide, narrow) = (hit("wide", &["2/min"]), hit("narrow", &["1/min"]));
        assert_eq!(log.count(&[wide.clone(), narrow.clone()], 0), Ok(()));
        for _ in 0..5 {
            assert_eq!(log.count(&[wide.clone(), narrow.clone()], 1).map_err(|refused| refused.scope), Err("narrow"));
        }
        assert_eq!(log.count(std::slice::from_ref(&wide), 2), Ok(()), "refused requests left the wide scope alone");
        assert!(log.count(&[wide], 3).is_err());
    }

    #[test]
    fn several_rates_of_one_scope_all_hold() {
        let log = SlidingLog::default();
        let hits = [hit("auth_login_ident", &["2/min", "3/hour"])];
        assert_eq!(log.count(&hits, 0), Ok(()));
        assert_eq!(log.count(&hits, SECOND), Ok(()));
        assert!(log.count(&hits, 2 * SECOND).is_err());
        assert_eq!(log.count(&hits, 61 * SECOND), Ok(()));
        let refused = log.count(&hits, 200 * SECOND).map_err(|refused| refused.retry_after);
        assert_eq!(refused, Err(Duration::from_secs(3_400)));
    }

    #[test]
    fn nothing_passes_zero_and_everything_passes_no_rate() {
        let log = SlidingLog::default();
        assert!(log.count(&[hit("closed", &["0/min"])], 0).is_err());
        for now in 0..1_000 {
            assert_eq!(log.count(&[hit("open", &[])], now), Ok(()));
        }
        assert!(log.state.lock().expect("lock").logs.is_empty());
    }

    #[test]
    fn success_clears_and_an_untried_hit_is_taken_back() {
        let log = SlidingLog::default();
        let one = hit("auth_login_ident", &["1/min"]);
        assert_eq!(log.count(std::slice::from_ref(&one), 0), Ok(()));
        log.take_back(&one);
        assert_eq!(log.count(std::slice::from_ref(&one), 1), Ok(()));
        log.clear(&one);
        assert_eq!(log.count(&[one], 2), Ok(()));
    }

    #[test]
    fn what_has_expired_is_swept() {
        let log = SlidingLog::default();
        for number in 0..100 {
            let hit = Hit { subject: format!("me_{number}"), ..hit("feed", &["3/sec"]) };
            assert_eq!(log.count(&[hit], 0), Ok(()));
        }
        assert_eq!(log.count(&[hit("feed", &["3/sec"])], SWEEP_EVERY), Ok(()));
        assert_eq!(log.state.lock().expect("lock").logs.len(), 1);
    }
}
