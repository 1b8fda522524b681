//! What is counted: one scope of a request, for somebody.

use std::time::Duration;

use super::rate::Rate;

/// Whose hits are counted. Holds nothing readable.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Subject {
    pub kind: Kind,
    /// A keyed digest of the account, the address or the identifier.
    pub digest: [u8; 16],
}

/// Who can make subjects of a kind differs much: an address costs an attacker nothing, an account does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    Account,
    Address,
    Identifier,
}

/// Where hits are counted together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Place {
    pub scope: &'static str,
    pub subject: Subject,
}

/// One scope of a request. No rates = no limit, and nothing to count.
#[derive(Clone, Copy, Debug)]
pub struct Hit<'a> {
    pub place: Place,
    pub rates: &'a [Rate],
}

impl Hit<'_> {
    /// After this, nothing of the hit counts any more.
    pub fn longest(&self) -> Duration {
        self.rates.iter().map(|rate| rate.period).max().unwrap_or_default()
    }
}

/// A hit too many.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooMany {
    pub scope: &'static str,
    pub retry_after: Duration,
}

pub fn micros(period: Duration) -> i64 {
    i64::try_from(period.as_micros()).unwrap_or(i64::MAX)
}
