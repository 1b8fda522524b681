//! Security events: what an operator must be able to look up afterwards, in words that are never anybody's own.
//!
//! Each is a line of the log (target `siddes.security`). What happened to an account is a row of auth's too, written
//! with the change it tells of.

mod network;
mod sample;

pub use self::network::Network;
use crate::AccountId;

/// What happened. The words are those of the log and of `auth.security_event`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    SignedIn,
    SignInFailed,
    /// A session ended before its time: signed out, replaced by a new one of the same browser, or one too many.
    SessionEnded,
    Renamed,
    /// Staff, or an operator, changed the state of an account.
    Moderated,
    Reactivated,
    Deactivated,
    Deleting,
    Deleted,
    PasswordChanged,
    /// The mailbox was proven.
    EmailVerified,
    EmailChanged,
    /// An account at a provider is a way in from now on.
    Linked,
    /// Everything about the account was given out.
    Exported,
    /// An operator took a deletion back.
    Restored,
    StaffAdded,
    StaffRemoved,
    CsrfRefused,
    RateLimited,
    QuotaExceeded,
    PanicOn,
    PanicOff,
}

impl Kind {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::SignedIn => "signin",
            Self::SignInFailed => "signin_failed",
            Self::SessionEnded => "session_ended",
            Self::Renamed => "renamed",
            Self::Moderated => "moderated",
            Self::Reactivated => "reactivated",
            Self::Deactivated => "deactivated",
            Self::Deleting => "deleting",
            Self::Deleted => "deleted",
            Self::PasswordChanged => "password_changed",
            Self::EmailVerified => "email_verified",
            Self::EmailChanged => "email_changed",
            Self::Linked => "linked",
            Self::Exported => "exported",
            Self::Restored => "restored",
            Self::StaffAdded => "staff_added",
            Self::StaffRemoved => "staff_removed",
            Self::CsrfRefused => "csrf_refused",
            Self::RateLimited => "rate_limited",
            Self::QuotaExceeded => "quota_exceeded",
            Self::PanicOn => "panic_on",
            Self::PanicOff => "panic_off",
        }
    }

    /// What a crowd can cause as often as it likes: one line a minute for each caller stands for all.
    const fn sampled(self) -> bool {
        matches!(self, Self::RateLimited | Self::QuotaExceeded)
    }
}

/// One event, about to be told.
#[derive(Clone, Copy, Debug)]
#[must_use = "an event is told by `write`"]
pub struct Event {
    kind: Kind,
    account: Option<AccountId>,
    by: Option<AccountId>,
    network: Option<Network>,
    detail: &'static str,
}

impl Event {
    pub const fn new(kind: Kind) -> Self {
        Self { kind, account: None, by: None, network: None, detail: "" }
    }

    /// Whom it happened to, or who did it.
    pub fn account(self, account: impl Into<Option<AccountId>>) -> Self {
        Self { account: account.into(), ..self }
    }

    /// Who of the staff did it.
    pub fn by(self, staff: impl Into<Option<AccountId>>) -> Self {
        Self { by: staff.into(), ..self }
    }

    pub fn from(self, network: impl Into<Option<Network>>) -> Self {
        Self { network: network.into(), ..self }
    }

    /// A word of ours: a scope, an action, a reason. Being static, it can be nobody's text.
    pub const fn detail(self, detail: &'static str) -> Self {
        Self { detail, ..self }
    }

    /// Tells it; the log adds the id of the request in progress. Of what is sampled, perhaps.
    pub fn write(self) {
        let Some(unsaid) = self.due() else { return };
        tracing::info!(
            target: "siddes.security",
            event = self.kind.as_str(),
            account = self.account.map(|account| account.0),
            by = self.by.map(|staff| staff.0),
            network = self.network.map(tracing::field::display),
            detail = Some(self.detail).filter(|detail| !detail.is_empty()),
            unsaid = Some(unsaid).filter(|unsaid| *unsaid > 0),
        );
    }

    /// How many like it were passed over since the last one that was told; `None`: this one is too.
    fn due(&self) -> Option<u64> {
        if !self.kind.sampled() {
            return Some(0);
        }
        sample::PROCESS.due((self.kind, self.account, self.network, self.detail), std::time::Instant::now())
    }
}

#[cfg(test)]
mod tests {
    use std::{
        io::{Result, Write},
        net::IpAddr,
        sync::{Arc, Mutex},
    };

    use serde_json::{Value, json};
    use tracing_subscriber::layer::SubscriberExt;

    use super::*;
    use crate::telemetry::logs::Lines;

    #[derive(Clone, Default)]
    struct Buffer(Arc<Mutex<Vec<u8>>>);

    impl Write for Buffer {
        fn write(&mut self, bytes: &[u8]) -> Result<usize> {
            self.0.lock().expect("lock").write(bytes)
        }

        fn flush(&mut self) -> Result<()> {
            Ok(())
        }
    }

    /// The lines that `work` logs.
    fn captured(work: impl FnOnce()) -> Vec<Value> {
        let buffer = Buffer::default();
        let writer = buffer.clone();
        let lines = tracing_subscriber::registry().with(Lines::json_to(move || writer.clone()));
        tracing::subscriber::with_default(lines, work);
        let text = String::from_utf8(buffer.0.lock().expect("lock").clone()).expect("text");
        text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
    }

    #[test]
    fn a_line_has_the_account_and_the_network_and_no_more() {
        let address: IpAddr = "203.0.113.77".parse().expect("an address");
        let lines = captured(|| {
            Event::new(Kind::SignedIn).account(AccountId(7)).from(Network::from(address)).write();
            Event::new(Kind::Moderated).account(AccountId(7)).by(AccountId(1)).detail("banned").write();
            Event::new(Kind::PanicOn).write();
        });
        let members = |line: &Value, names: &[&str]| names.iter().map(|name| line[*name].clone()).collect::<Vec<_>>();
        let names = ["event", "account", "by", "network", "detail"];
        assert_eq!(
            members(&lines[0], &names),
            [json!("signin"), json!(7), json!(null), json!("203.0.113.0/24"), json!(null)]
        );
        assert_eq!(members(&lines[1], &names), [json!("moderated"), json!(7), json!(1), json!(null), json!("banned")]);
        assert_eq!(members(&lines[2], &names), [json!("panic_on"), json!(null), json!(null), json!(null), json!(null)]);
    }

    #[test]
    fn what_a_crowd_can_cause_is_sampled_and_nothing_else() {
        let twice = |kind| {
            captured(|| (0..2).for_each(|_| Event::new(kind).account(AccountId(91)).detail("sample").write())).len()
        };
        assert_eq!(
            [Kind::QuotaExceeded, Kind::RateLimited, Kind::SignInFailed, Kind::CsrfRefused].map(twice),
            [1, 1, 2, 2]
        );
    }
}
