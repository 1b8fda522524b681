//! One line stands for many: of what a caller can cause as often as he likes, the log gets one a minute.

use std::{
    collections::HashMap,
    sync::{LazyLock, Mutex, PoisonError},
    time::{Duration, Instant},
};

use super::{Kind, Network};
use crate::AccountId;

/// What counts as the same event again.
pub type Subject = (Kind, Option<AccountId>, Option<Network>, &'static str);

/// The sample of this process.
pub static PROCESS: LazyLock<Sample> = LazyLock::new(Sample::default);

const EVERY: Duration = Duration::from_mins(1);
/// Callers remembered at once; when there are more, all are forgotten, which costs a line for each.
const REMEMBERED: usize = 4_096;

#[derive(Debug, Default)]
pub struct Sample {
    told: Mutex<HashMap<Subject, Told>>,
}

#[derive(Debug)]
struct Told {
    at: Instant,
    unsaid: u64,
}

impl Sample {
    /// How many events of this subject were passed over since the last line; `None` while that is not a minute ago.
    pub fn due(&self, subject: Subject, now: Instant) -> Option<u64> {
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        if told.len() >= REMEMBERED && !told.contains_key(&subject) {
            told.clear();
        }
        let fresh = Told { at: now, unsaid: 0 };
        match told.get_mut(&subject) {
            Some(last) if now.saturating_duration_since(last.at) < EVERY => {
                last.unsaid += 1;
                None
            }
            Some(last) => Some(std::mem::replace(last, fresh).unsaid),
            None => {
                told.insert(subject, fresh);
                Some(0)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_caller_has_one_line_a_minute_which_counts_the_others() {
        let (sample, start) = (Sample::default(), Instant::now());
        let of = |account| (Kind::RateLimited, Some(AccountId(account)), None, "feed");
        assert_eq!(sample.due(of(1), start), Some(0));
        assert_eq!(sample.due(of(1), start), None);
        assert_eq!(sample.due(of(1), start + Duration::from_secs(59)), None);
        assert_eq!(sample.due(of(2), start), Some(0), "another caller has his own");
        assert_eq!(sample.due(of(1), start + EVERY), Some(2));
    }

    #[test]
    fn a_crowd_does_not_fill_the_memory() {
        let (sample, now) = (Sample::default(), Instant::now());
        for account in 0..10_000 {
            sample.due((Kind::RateLimited, Some(AccountId(account)), None, ""), now);
        }
        assert!(sample.told.lock().expect("lock").len() <= REMEMBERED);
    }
}
