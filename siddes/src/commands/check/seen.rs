//! The settings as production would read them, with everything that is wrong.

use std::collections::BTreeMap;

use platform::config::{Problem, Source};
use secrecy::SecretString;
use siddes::{Settings, settings_table};

/// Secrets that an operator makes by himself, those of parts that this release lacks too: one env file has them all.
const SECRETS: [&str; 5] = [
    "DJANGO_SECRET_KEY",
    "SIDDES_SECRET_KEY_PREVIOUS",
    "SIDDES_CONTACTS_PEPPER",
    "SIDDES_CONTACTS_PEPPER_PREVIOUS",
    "SIDDES_MEDIA_TOKEN_SECRET",
];

pub struct Seen {
    pub settings: Settings,
    /// Would refuse the start.
    pub problems: Vec<Problem>,
    pub warnings: Vec<Problem>,
    /// Development is what the environment asks for.
    pub development: bool,
    /// `SIDDES_LAUNCH_STRICT`.
    pub strict: bool,
    /// Those that are set.
    pub secrets: Vec<(&'static str, SecretString)>,
}

impl Seen {
    pub fn of(vars: impl IntoIterator<Item = (String, String)>) -> Self {
        let mut vars: BTreeMap<String, String> = vars.into_iter().collect();
        let development = !Source::from_vars(vars.clone()).production();
        if development {
            vars.insert("SIDDES_ENV".to_owned(), "production".to_owned());
            vars.remove("DJANGO_DEBUG");
        }
        let mut source = Source::from_vars(vars);
        let settings = Settings::gather(&mut source, None);
        let strict = settings_table::strict(&mut source);
        let secrets = SECRETS.into_iter().filter_map(|name| Some((name, source.secret(name)?))).collect();
        let (problems, warnings) = (source.problems().to_vec(), settings.warnings.clone());
        Self { settings, problems, warnings, development, strict, secrets }
    }
}
