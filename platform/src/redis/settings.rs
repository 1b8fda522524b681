//! Where Redis is: `REDIS_URL`, and whether a replica without it is of use.

use std::{fmt, path::Path, time::Duration};

use ::redis::{Client, ConnectionAddr, ConnectionInfo, IntoConnectionInfo};
use secrecy::ExposeSecret;

use super::Away;
use crate::config::Source;

/// Read once at start. Never shows where or with which password.
#[derive(Clone)]
pub struct RedisSettings {
    info: ConnectionInfo,
    /// `SIDDES_REDIS_REQUIRED`: a replica whose Redis is silent is not ready.
    pub required: bool,
    /// `SIDDES_REDIS_TIMEOUT_MS`: whoever needs longer counts as silent.
    pub answer_within: Duration,
}

/// Longer than any healthy Redis takes, and not longer than a person notices.
const ANSWER_WITHIN_MS: u16 = 100;

impl fmt::Debug for RedisSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RedisSettings").field("required", &self.required).finish_non_exhaustive()
    }
}

impl RedisSettings {
    /// `None` where no Redis is set.
    pub fn read(source: &mut Source) -> Option<Self> {
        let required = source.flag("SIDDES_REDIS_REQUIRED", false);
        let within = source.number("SIDDES_REDIS_TIMEOUT_MS", ANSWER_WITHIN_MS, 10..=5_000);
        let Some(url) = source.secret("REDIS_URL") else {
            if required {
                source.problem("SIDDES_REDIS_REQUIRED", "wants REDIS_URL, which is not set");
            }
            return None;
        };
        let url = url.expose_secret();
        // The parser also takes a bare host name, and `#insecure` for TLS that believes anybody.
        let ours = ["redis://", "rediss://", "unix://"].iter().any(|scheme| url.starts_with(scheme));
        let ours = ours && !url.contains('#');
        let info = if ours { url.into_connection_info().ok() } else { None };
        if info.is_none() {
            source.problem("REDIS_URL", "is a redis:// or rediss:// URL");
        }
        Some(Self { info: info?, required, answer_within: Duration::from_millis(within.into()) })
    }

    /// A Redis of this machine's own, which no URL names.
    pub fn on_socket(path: &Path) -> Option<Self> {
        let info = ConnectionAddr::Unix(path.to_owned()).into_connection_info().ok()?;
        Some(Self { info, required: false, answer_within: Duration::from_millis(ANSWER_WITHIN_MS.into()) })
    }

    pub(super) fn client(&self) -> Result<Client, Away> {
        Client::open(self.info.clone()).map_err(|error| Away::of(&error))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(vars: &[(&str, &str)]) -> (Option<RedisSettings>, Vec<String>) {
        let vars = [("SIDDES_ENV", "development")].iter().chain(vars);
        let mut source = Source::from_vars(vars.map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
        let settings = RedisSettings::read(&mut source);
        let problems = source.finish().err().map(|problems| problems.0).unwrap_or_default();
        (settings, problems.into_iter().map(|problem| problem.name).collect())
    }

    #[test]
    fn redis_is_optional_and_its_url_is_checked() {
        assert!(matches!(read(&[]), (None, problems) if problems.is_empty()));
        for url in ["redis://localhost", "rediss://user:pass@example.com:25061/1", "unix:///run/redis.sock"] {
            assert!(matches!(read(&[("REDIS_URL", url)]), (Some(_), problems) if problems.is_empty()), "{url}");
        }
        for url in
            ["localhost", "http://localhost", "redis:/localhost", "redis://localhost/hunter2", "rediss://x/#insecure"]
        {
            assert_eq!(read(&[("REDIS_URL", url)]).1, ["REDIS_URL"], "{url}");
        }
        assert_eq!(read(&[("SIDDES_REDIS_REQUIRED", "1")]).1, ["SIDDES_REDIS_REQUIRED"]);
    }

    #[test]
    fn neither_address_nor_password_is_shown() {
        let (settings, _) = read(&[("REDIS_URL", "redis://somebody:hunter2@secret.example:6379/0")]);
        let shown = format!("{settings:?}");
        assert!(!shown.contains("hunter2") && !shown.contains("secret.example"), "{shown}");
    }
}
