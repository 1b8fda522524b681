//! Auth's settings, under the names that operators know.

use std::thread::available_parallelism;

use platform::config::Source;
use time::Duration;

use crate::{identity, mail, token};

/// Read once at start.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Years; what the age gate asks for.
    pub min_age: i32,
    /// A session unused for this long is over.
    pub session_idle: Duration,
    /// A session is over this long after it began, used or not.
    pub session_absolute: Duration,
    /// Names nobody may take, in lower case, beside the built-in ones.
    pub reserved_usernames: Vec<String>,
    pub mail: mail::Settings,
    pub tokens: token::Settings,
    /// By whose accounts people may sign in.
    pub identities: identity::Settings,
    /// How long a deletion can be taken back.
    pub delete_grace: Duration,
    /// Where this API is reached from outside, without a slash at the end.
    pub public_api_base: Option<String>,
    /// Passwords hashed at once.
    pub hash_concurrency: usize,
}

impl Settings {
    pub fn read(source: &mut Source) -> Self {
        let mut reserved = source.list("SIDDES_RESERVED_USERNAMES");
        reserved.extend(source.list("SD_RESERVED_USERNAMES"));
        let idle: i64 = source.number("SIDDES_SESSION_IDLE_DAYS", 14, 1..=365);
        let absolute: i64 = source.number("SIDDES_SESSION_ABSOLUTE_DAYS", 90, 1..=3_650);
        if absolute < idle {
            source.problem("SIDDES_SESSION_ABSOLUTE_DAYS", "is not below SIDDES_SESSION_IDLE_DAYS");
        }
        Self {
            min_age: source.number("SIDDES_MIN_AGE", 13, 0..=120),
            session_idle: Duration::days(idle),
            session_absolute: Duration::days(absolute),
            reserved_usernames: reserved.iter().map(|name| name.trim_start_matches('@').to_lowercase()).collect(),
            mail: mail::Settings::read(source),
            tokens: token::Settings::read(source),
            identities: identity::Settings::read(source),
            delete_grace: Duration::days(source.number("SIDDES_ACCOUNT_DELETE_GRACE_DAYS", 7, 0..=30)),
            public_api_base: api_base(source),
            hash_concurrency: source.number("SIDDES_AUTH_HASH_CONCURRENCY", spare_cores(), 1..=256),
        }
    }
}

fn api_base(source: &mut Source) -> Option<String> {
    let text = source.optional("SIDDES_PUBLIC_API_BASE")?;
    let base = if text.contains("://") { text } else { format!("https://{text}") };
    let base = base.trim_end_matches('/').to_owned();
    let host = base.strip_prefix("https://").or_else(|| base.strip_prefix("http://").filter(|_| !source.production()));
    if host.is_none_or(|host| host.is_empty() || host.contains(['/', '?', '#', '@', ' '])) {
        source.problem("SIDDES_PUBLIC_API_BASE", "is an origin such as https://api.example.com");
    }
    Some(base)
}

/// All cores but one: a wave of sign-ins leaves room for everything else.
fn spare_cores() -> usize {
    available_parallelism().map_or(1, |cores| cores.get().saturating_sub(1).max(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(vars: &[(&str, &str)]) -> (Settings, Source) {
        let vars = vars.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        let mut source = Source::from_vars(vars);
        (Settings::read(&mut source), source)
    }

    #[test]
    fn the_defaults_are_the_contracts() {
        let (settings, source) = read(&[("SIDDES_ENV", "development")]);
        assert_eq!(settings.min_age, 13);
        assert_eq!(settings.session_idle, Duration::days(14));
        assert_eq!(settings.session_absolute, Duration::days(90));
        assert!(source.finish().is_ok());
    }

    #[test]
    fn reserved_names_come_under_both_names_and_in_any_spelling() {
        let (settings, _) = read(&[("SIDDES_RESERVED_USERNAMES", "Acme, @Press"), ("SD_RESERVED_USERNAMES", "old")]);
        assert_eq!(settings.reserved_usernames, ["acme", "press", "old"]);
    }

    #[test]
    fn a_session_cannot_end_before_it_is_idle() {
        let (_, source) = read(&[("SIDDES_SESSION_ABSOLUTE_DAYS", "3")]);
        assert!(source.finish().is_err());
    }
}
