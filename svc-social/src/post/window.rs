//! How long a post may be edited.

use platform::{Side, config::Source};
use time::{Duration, OffsetDateTime};

/// The longest that may be set, in seconds; the negative of it is the least.
const YEAR: i64 = 31_536_000;

/// Counted from the post's creation; nothing or less = never.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EditWindows {
    pub public: Duration,
    /// Of friends, close and work.
    pub private: Duration,
}

impl Default for EditWindows {
    fn default() -> Self {
        Self { public: Duration::minutes(15), private: Duration::hours(24) }
    }
}

impl EditWindows {
    /// In seconds.
    pub fn read(source: &mut Source) -> Self {
        let default = Self::default();
        let mut read =
            |name, default: Duration| Duration::seconds(source.number(name, default.whole_seconds(), -YEAR..=YEAR));
        Self {
            public: read("SIDDES_POST_EDIT_WINDOW_PUBLIC_SEC", default.public),
            private: read("SIDDES_POST_EDIT_WINDOW_PRIVATE_SEC", default.private),
        }
    }

    /// Whether a post of this Side and time may still be edited.
    pub fn open(self, side: Side, created_at: OffsetDateTime, now: OffsetDateTime) -> bool {
        let window = if side == Side::Public { self.public } else { self.private };
        window.is_positive() && now < created_at + window
    }
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;

    #[test]
    fn a_window_ends_at_its_end_and_none_is_never_open() {
        let made = datetime!(2026-11-28 12:00 UTC);
        let windows = EditWindows::default();
        let last = Duration::microseconds(1);
        for (side, length) in [(Side::Public, windows.public), (Side::Work, windows.private)] {
            assert!(windows.open(side, made, made + length - last));
            assert!(!windows.open(side, made, made + length));
        }
        let never = EditWindows { public: Duration::ZERO, private: Duration::seconds(-1) };
        assert!(!never.open(Side::Public, made, made) && !never.open(Side::Close, made, made));
    }
}
