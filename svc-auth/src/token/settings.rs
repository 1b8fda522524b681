//! How long tokens are good for, and how soon the next mail may be asked for.

use platform::config::Source;
use time::Duration;

use super::{COOLDOWN, Kind};

/// Read once at start.
#[derive(Clone, Debug)]
pub struct Settings {
    verify: Duration,
    reset: Duration,
    magic: Duration,
    email_change: Duration,
    delete: Duration,
    verify_cooldown: Duration,
    reset_cooldown: Duration,
    magic_cooldown: Duration,
    /// Another address is asked for with the password, where there is one.
    pub change_needs_password: bool,
}

impl Settings {
    pub fn read(source: &mut Source) -> Self {
        let mut hours = |name, default| Duration::hours(source.number(name, default, 1..=168));
        let verify = hours("SIDDES_EMAIL_VERIFY_TTL_HOURS", 24);
        let reset = hours("SIDDES_PASSWORD_RESET_TTL_HOURS", 2);
        let email_change = hours("SIDDES_EMAIL_CHANGE_TTL_HOURS", 2);
        let delete = hours("SIDDES_ACCOUNT_DELETE_TTL_HOURS", 2);
        let mut seconds = |name| Duration::seconds(source.number(name, 60, 0..=3_600));
        let verify_cooldown = seconds("SIDDES_EMAIL_VERIFY_RESEND_COOLDOWN_SEC");
        let reset_cooldown = seconds("SIDDES_PASSWORD_RESET_COOLDOWN_SEC");
        let magic_cooldown = seconds("SIDDES_MAGIC_LINK_RESEND_COOLDOWN_SEC");
        Self {
            verify,
            reset,
            magic: Duration::minutes(source.number("SIDDES_MAGIC_LINK_TTL_MINUTES", 15, 1..=1_440)),
            email_change,
            delete,
            verify_cooldown,
            reset_cooldown,
            magic_cooldown,
            change_needs_password: source.flag("SIDDES_EMAIL_CHANGE_REQUIRE_PASSWORD", true),
        }
    }

    /// From the moment it was asked for.
    pub const fn lifetime(&self, kind: Kind) -> Duration {
        match kind {
            Kind::Verify => self.verify,
            Kind::Reset => self.reset,
            Kind::Magic => self.magic,
            Kind::EmailChange => self.email_change,
            Kind::Delete => self.delete,
        }
    }

    pub const fn cooldown(&self, kind: Kind) -> Duration {
        match kind {
            Kind::Verify => self.verify_cooldown,
            Kind::Reset => self.reset_cooldown,
            Kind::Magic => self.magic_cooldown,
            Kind::EmailChange | Kind::Delete => COOLDOWN,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_defaults_are_the_contracts() {
        let mut source = Source::from_vars([]);
        let settings = Settings::read(&mut source);
        let hours = Kind::ALL.map(|kind| settings.lifetime(kind).whole_minutes());
        assert_eq!(hours, [1_440, 120, 15, 120, 120]);
        assert!(Kind::ALL.into_iter().all(|kind| settings.cooldown(kind) == COOLDOWN));
        assert!(settings.change_needs_password);
    }
}
