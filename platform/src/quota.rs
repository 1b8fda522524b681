//! Daily quotas: how much of a thing an account may make in a day of UTC. The rule is here; each service counts in its
//! own database, in the transaction of what it makes, so that a quota is exact and costs nothing when nothing is made.

use time::{Date, OffsetDateTime, Time, UtcOffset};

use crate::{
    config::Source,
    error::{Kind, Refusal},
    ids::AccountId,
    security,
};

/// What is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// Quotes are posts too.
    PostCreate,
    PostReplyCreate,
    InboxSend,
    InvitesCreate,
    SafetyReport,
    MediaSign,
    /// Counts identifiers, not calls.
    ContactsMatch,
    /// For each circle by itself.
    RitualCreate,
}

impl Action {
    pub const ALL: [Self; 8] = [
        Self::PostCreate,
        Self::PostReplyCreate,
        Self::InboxSend,
        Self::InvitesCreate,
        Self::SafetyReport,
        Self::MediaSign,
        Self::ContactsMatch,
        Self::RitualCreate,
    ];

    /// As told to clients; in upper case, the middle of its setting's name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::PostCreate => "post_create",
            Self::PostReplyCreate => "post_reply_create",
            Self::InboxSend => "inbox_send",
            Self::InvitesCreate => "invites_create",
            Self::SafetyReport => "safety_report",
            Self::MediaSign => "media_sign",
            Self::ContactsMatch => "contacts_match",
            Self::RitualCreate => "ritual_create",
        }
    }

    /// A day, unless the operator says otherwise.
    pub const fn per_day(self) -> i32 {
        match self {
            Self::PostCreate => 200,
            Self::PostReplyCreate => 500,
            Self::InboxSend | Self::MediaSign => 300,
            Self::InvitesCreate => 50,
            Self::SafetyReport => 30,
            Self::ContactsMatch => 2_000,
            Self::RitualCreate => 10,
        }
    }

    /// The name of its setting.
    pub fn setting(self) -> String {
        format!("SIDDES_QUOTA_{}_PER_DAY", self.as_str().to_uppercase())
    }
}

/// The limits of the actions that a service counts.
#[derive(Clone, Debug, Default)]
pub struct Quotas(Vec<(Action, i32)>);

impl Quotas {
    /// In production, all of `actions`. In development only those whose setting is set, so that seeding, load and
    /// tests meet a limit where they ask for one. 0 or less, or `SIDDES_DISABLE_DAILY_QUOTAS`, turns off.
    pub fn read(source: &mut Source, actions: &[Action]) -> Self {
        let production = source.production();
        let disabled = source.flag("SIDDES_DISABLE_DAILY_QUOTAS", false);
        let mut limits = Vec::new();
        for action in actions {
            let default = if production { action.per_day() } else { 0 };
            let limit = source.number(&action.setting(), default, -1_000_000..=1_000_000);
            if !disabled && limit > 0 {
                limits.push((*action, limit));
            }
        }
        Self(limits)
    }

    /// `None`: not limited.
    pub fn limit(&self, action: Action) -> Option<i32> {
        self.0.iter().find(|(known, _)| *known == action).map(|(_, limit)| *limit)
    }
}

/// How long a counter is kept after its day.
pub const KEPT: time::Duration = time::Duration::days(3);

/// The day that a use counts for.
pub fn day(now: OffsetDateTime) -> Date {
    now.to_offset(UtcOffset::UTC).date()
}

/// 429 `quota_exceeded`, until the next midnight of UTC. Tells the security log; the gateway counts refusals.
pub fn refuse(account: AccountId, action: Action, limit: i32, now: OffsetDateTime) -> Refusal {
    let midnight = day(now).next_day().unwrap_or(Date::MAX).with_time(Time::MIDNIGHT).assume_utc();
    let left = u64::try_from((midnight - now).whole_microseconds()).unwrap_or_default();
    security::Event::new(security::Kind::QuotaExceeded).account(account).detail(action.as_str()).write();
    Refusal::new(Kind::TooMany, "quota_exceeded")
        .with("action", action.as_str())
        .with("limit", limit)
        .with("retry_after_ms", left.div_ceil(1_000))
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;

    fn limit(vars: &[(&str, &str)]) -> Option<i32> {
        let vars = vars.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        let mut source = Source::from_vars(vars);
        let quotas = Quotas::read(&mut source, &[Action::PostCreate]);
        assert_eq!(quotas.limit(Action::InboxSend), None, "counted elsewhere");
        quotas.limit(Action::PostCreate)
    }

    #[test]
    fn quotas_are_on_in_production_and_where_they_are_asked_for() {
        const NAME: &str = "SIDDES_QUOTA_POST_CREATE_PER_DAY";
        const DEVELOPMENT: (&str, &str) = ("SIDDES_ENV", "development");
        assert_eq!(limit(&[]), Some(200));
        assert_eq!(limit(&[(NAME, "3")]), Some(3));
        assert_eq!(limit(&[DEVELOPMENT]), None);
        assert_eq!(limit(&[DEVELOPMENT, (NAME, "3")]), Some(3));
        for off in [(NAME, "0"), (NAME, "-1"), ("SIDDES_DISABLE_DAILY_QUOTAS", "yes")] {
            assert_eq!(limit(&[off]), None, "{off:?}");
        }
        assert_eq!(limit(&[(NAME, "3"), ("SIDDES_DISABLE_DAILY_QUOTAS", "1")]), None);
    }

    #[test]
    fn a_refusal_lasts_until_midnight_of_utc() {
        for (now, left) in [
            (datetime!(2026-11-24 00:00 UTC), 86_400_000),
            (datetime!(2026-11-24 23:59:59.999_999 UTC), 1),
            (datetime!(2026-11-24 22:00 -3), 82_800_000),
        ] {
            let refusal = refuse(AccountId(1), Action::PostCreate, 3, now);
            assert_eq!(refusal.fields["retry_after_ms"], left, "{now}");
        }
        assert_eq!(day(datetime!(2026-11-24 22:00 -3)), day(datetime!(2026-11-25 00:00 UTC)));
    }

    #[test]
    fn every_action_has_a_name_of_its_own() {
        let names: std::collections::BTreeSet<&str> = Action::ALL.iter().map(|action| action.as_str()).collect();
        assert_eq!(names.len(), Action::ALL.len());
        assert_eq!(Action::MediaSign.setting(), "SIDDES_QUOTA_MEDIA_SIGN_PER_DAY");
    }
}
