//! What an operator may set for this service.

use platform::{
    config::Source,
    quota::{Action, Quotas},
};
use time::Duration;

use crate::post::EditWindows;

const TRUST_GATES: [&str; 2] = ["SD_PUBLIC_TRUST_GATES", "NEXT_PUBLIC_SD_PUBLIC_TRUST_GATES"];

/// Read once at start.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// How much an account may make in a day.
    pub quotas: Quotas,
    /// How long a rejected request for a Side is not put before its owner again.
    pub access_request_cooldown: Duration,
    /// Requests for a Side that somebody may make in 30 days.
    pub access_request_max: u32,
    /// How long an invite into a circle waits for its answer; `None` = for ever.
    pub invite_ttl: Option<Duration>,
    /// How long nobody is asked again who rejected an invite into the same circle.
    pub invite_reject_cooldown: Duration,
    pub edit_windows: EditWindows,
    /// Who writes in public needs trust.
    pub trust_gates: bool,
}

impl Settings {
    pub fn read(source: &mut Source) -> Self {
        let invite_days: i64 = source.number("SIDDES_INVITE_TTL_DAYS", 30, 0..=3_650);
        Self {
            quotas: Quotas::read(source, &[Action::PostCreate, Action::PostReplyCreate, Action::InvitesCreate]),
            access_request_cooldown: Duration::days(source.number("SIDDES_ACCESS_REQUEST_COOLDOWN_DAYS", 7, 0..=365)),
            access_request_max: source.number("SIDDES_ACCESS_REQUEST_MAX_PENDING", 50, 1..=10_000),
            invite_ttl: (invite_days > 0).then(|| Duration::days(invite_days)),
            edit_windows: EditWindows::read(source),
            trust_gates: TRUST_GATES.map(|name| source.flag(name, false)).contains(&true),
            invite_reject_cooldown: Duration::days(source.number("SIDDES_INVITE_REJECT_COOLDOWN_DAYS", 7, 0..=365)),
        }
    }
}
