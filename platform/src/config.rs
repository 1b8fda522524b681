//! Settings: read once at start from the environment, or from files named by it; every problem is a sentence.

use std::{collections::BTreeMap, fmt, fs, ops::RangeInclusive, str::FromStr, time::Duration};

use secrecy::{ExposeSecret, SecretString};
use sqlx::postgres::PgConnectOptions;

use crate::{identity::keys::RootSecret, pg::DbSettings, role::Role};

/// Production refuses to start with settings that are only good for development.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Environment {
    Production,
    Development,
}

/// One setting that is wrong: its name, and the rule it breaks. Never its value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    pub name: String,
    pub rule: String,
}

/// Everything that is wrong with the settings; the start is refused.
#[derive(Debug, thiserror::Error)]
pub struct Problems(pub Vec<Problem>);

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "the settings do not allow a start:")?;
        for Problem { name, rule } in &self.0 {
            writeln!(f, "  {name}: {rule}")?;
        }
        Ok(())
    }
}

/// Where settings come from. Reading never fails at once: problems are gathered, so that an operator sees them all.
#[derive(Debug)]
pub struct Source {
    vars: BTreeMap<String, String>,
    environment: Environment,
    problems: Vec<Problem>,
}

impl Source {
    /// The process's environment.
    pub fn from_env() -> Self {
        Self::from_vars(std::env::vars())
    }

    pub fn from_vars(vars: impl IntoIterator<Item = (String, String)>) -> Self {
        let vars: BTreeMap<String, String> = vars.into_iter().collect();
        let word = |name: &str| vars.get(name).map(|value| value.trim().to_lowercase());
        // Production unless development is asked for.
        let asked = match word("SIDDES_ENV").as_deref() {
            None | Some("") => word("DJANGO_DEBUG").is_some_and(|debug| truthy(&debug)),
            Some(word) => word == "development",
        };
        let environment = if asked { Environment::Development } else { Environment::Production };
        let mut source = Self { vars, environment, problems: Vec::new() };
        if let Some(word) = source.optional("SIDDES_ENV")
            && !["development", "production"].contains(&word.to_lowercase().as_str())
        {
            source.problem("SIDDES_ENV", "is production or development");
        }
        source
    }

    pub const fn environment(&self) -> Environment {
        self.environment
    }

    pub fn production(&self) -> bool {
        self.environment == Environment::Production
    }

    pub fn problem(&mut self, name: &str, rule: impl Into<String>) {
        self.problems.push(Problem { name: name.to_owned(), rule: rule.into() });
    }

    /// # Errors
    /// All problems met so far.
    pub fn finish(self) -> Result<(), Problems> {
        if self.problems.is_empty() { Ok(()) } else { Err(Problems(self.problems)) }
    }

    /// Blank counts as unset.
    pub fn optional(&mut self, name: &str) -> Option<String> {
        let value = self.vars.get(name).map(|value| value.trim()).filter(|value| !value.is_empty());
        value.map(str::to_owned)
    }

    pub fn text(&mut self, name: &str, default: &str) -> String {
        self.optional(name).unwrap_or_else(|| default.to_owned())
    }

    /// The value, or the content of the file named by `<NAME>_FILE`.
    pub fn secret(&mut self, name: &str) -> Option<SecretString> {
        if let Some(value) = self.optional(name) {
            return Some(value.into());
        }
        let file = self.optional(&format!("{name}_FILE"))?;
        let Ok(text) = fs::read_to_string(&file) else {
            self.problem(&format!("{name}_FILE"), "names a file that can be read");
            return None;
        };
        Some(text.trim().to_owned().into())
    }

    /// `1 true yes y on` and `0 false no n off`, any case.
    pub fn flag(&mut self, name: &str, default: bool) -> bool {
        let Some(value) = self.optional(name) else { return default };
        let value = value.to_lowercase();
        if !truthy(&value) && !["0", "false", "no", "n", "off"].contains(&value.as_str()) {
            self.problem(name, "is 1 or 0");
        }
        truthy(&value)
    }

    pub fn number<T>(&mut self, name: &str, default: T, range: RangeInclusive<T>) -> T
    where
        T: FromStr + PartialOrd + Copy + fmt::Display,
    {
        let Some(value) = self.optional(name) else { return default };
        match value.parse() {
            Ok(number) if range.contains(&number) => number,
            _ => {
                self.problem(name, format!("is a whole number from {} to {}", range.start(), range.end()));
                default
            }
        }
    }

    /// Comma-separated, trimmed, without blanks.
    pub fn list(&mut self, name: &str) -> Vec<String> {
        let text = self.text(name, "");
        text.split(',').map(str::trim).filter(|item| !item.is_empty()).map(str::to_owned).collect()
    }
}

fn truthy(value: &str) -> bool {
    ["1", "true", "yes", "y", "on"].contains(&value)
}

/// The settings that every role reads.
#[derive(Clone, Debug)]
pub struct Common {
    pub environment: Environment,
    pub secret: RootSecret,
    pub rust_log: Option<String>,
    pub log_level: String,
    /// Jobs at once, a service.
    pub jobs_concurrency: usize,
}

const DEVELOPMENT_SECRET: &str = "siddes development secret, known to everybody";

impl Common {
    pub fn read(source: &mut Source) -> Self {
        let secret = source.secret("DJANGO_SECRET_KEY");
        if source.production() {
            let good = secret.as_ref().map(ExposeSecret::expose_secret).is_some_and(|secret| {
                secret.chars().count() >= 32 && secret != DEVELOPMENT_SECRET && !secret.starts_with("django-insecure")
            });
            if !good {
                source.problem("DJANGO_SECRET_KEY", "must be set to at least 32 random characters");
            }
        }
        Self {
            environment: source.environment(),
            secret: RootSecret::new(secret.unwrap_or_else(|| DEVELOPMENT_SECRET.to_owned().into())),
            rust_log: source.optional("RUST_LOG"),
            log_level: source.text("SD_LOG_LEVEL", "info"),
            jobs_concurrency: source.number("SIDDES_JOBS_CONCURRENCY", 8, 1..=64),
        }
    }
}

/// The database that owns everything: what migrations run as.
pub fn owner_database(source: &mut Source) -> Option<PgConnectOptions> {
    let url = source.secret("DATABASE_URL")?;
    parse_url(source, "DATABASE_URL", &url)
}

/// The database of one service: `SIDDES_<ROLE>_DATABASE_URL`, else `DATABASE_URL` in the service's own role.
pub fn service_database(source: &mut Source, role: Role) -> Option<DbSettings> {
    let name = format!("SIDDES_{}_DATABASE_URL", role.as_str().to_uppercase());
    let own = source.secret(&name);
    let options = match &own {
        Some(url) => parse_url(source, &name, url),
        None => owner_database(source),
    };
    if options.is_none() {
        source.problem("DATABASE_URL", "must be a postgres:// URL");
    }
    let shared = shared_database(source, options?);
    Some(DbSettings { set_role: own.is_none(), ..shared })
}

/// A service's share of a database that all services use.
pub fn shared_database(source: &mut Source, options: PgConnectOptions) -> DbSettings {
    DbSettings {
        options,
        max_connections: source.number("SIDDES_DB_MAX_CONNECTIONS", 10, 1..=1_000),
        statement_timeout: Duration::from_millis(source.number("SIDDES_DB_STATEMENT_TIMEOUT_MS", 3_000, 100..=60_000)),
        set_role: true,
    }
}

fn parse_url(source: &mut Source, name: &str, url: &SecretString) -> Option<PgConnectOptions> {
    let options = url.expose_secret().parse().ok();
    if options.is_none() {
        source.problem(name, "must be a postgres:// URL");
    }
    options
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(vars: &[(&str, &str)]) -> Source {
        Source::from_vars(vars.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())))
    }

    #[test]
    fn production_is_the_default_and_wants_a_real_secret() {
        let mut source = source(&[]);
        assert!(source.production());
        Common::read(&mut source);
        let problems = source.finish().expect_err("no secret");
        assert_eq!(problems.0[0].name, "DJANGO_SECRET_KEY");
    }

    #[test]
    fn a_problem_names_the_setting_and_never_its_value() {
        let mut source = source(&[("SIDDES_ENV", "development"), ("SIDDES_DB_MAX_CONNECTIONS", "hunter2")]);
        assert_eq!(source.number("SIDDES_DB_MAX_CONNECTIONS", 10, 1..=1_000), 10);
        let text = source.finish().expect_err("no number").to_string();
        assert!(text.contains("SIDDES_DB_MAX_CONNECTIONS") && !text.contains("hunter2"), "{text}");
    }
}
