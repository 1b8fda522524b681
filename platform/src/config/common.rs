//! The settings that every role reads.

use secrecy::{ExposeSecret, SecretString};

use super::{Environment, Source, app_base::app_base};
use crate::{identity::keys::RootSecret, telemetry};

/// Read once at start.
#[derive(Clone, Debug)]
pub struct Common {
    pub environment: Environment,
    pub secret: RootSecret,
    pub telemetry: telemetry::Settings,
    /// The web client's origin.
    pub app_base: Option<String>,
    /// Jobs at once, a service.
    pub jobs_concurrency: usize,
}

const DEVELOPMENT_SECRET: &str = "siddes development secret, known to everybody";

/// How the secrets begin that examples and generators of other programs ship.
const KNOWN_SECRETS: [&str; 6] =
    [DEVELOPMENT_SECRET, "django-insecure", "dev-", "change-me", "change_me", "__FILL_ME__"];

impl Common {
    pub fn read(source: &mut Source) -> Self {
        let secret = source.secret("DJANGO_SECRET_KEY");
        if source.production() {
            guard_secret(source, "DJANGO_SECRET_KEY", secret.as_ref());
        }
        // While a secret is changed: the one to come, then the one that was.
        let accepted = source.secret("SIDDES_SECRET_KEY_PREVIOUS");
        if source.production() && accepted.is_some() {
            guard_secret(source, "SIDDES_SECRET_KEY_PREVIOUS", accepted.as_ref());
        }
        Self {
            environment: source.environment(),
            secret: RootSecret::new(secret.unwrap_or_else(|| DEVELOPMENT_SECRET.to_owned().into())).accepting(accepted),
            telemetry: telemetry::Settings::read(source),
            app_base: app_base(source),
            jobs_concurrency: source.number("SIDDES_JOBS_CONCURRENCY", 8, 1..=64),
        }
    }
}

/// A root secret that nobody can guess, or the start is refused.
pub fn guard_secret(source: &mut Source, name: &str, secret: Option<&SecretString>) {
    let text = secret.map(ExposeSecret::expose_secret).unwrap_or_default();
    let lower = text.to_lowercase();
    if text.is_empty() || KNOWN_SECRETS.iter().any(|known| lower.starts_with(&known.to_lowercase())) {
        source.refuse("SECRET_KEY_DEFAULT", name, "is a secret of your own, such as openssl rand -hex 32 makes");
    } else if !is_strong(text) {
        source.refuse(
            "SECRET_KEY_SHORT",
            name,
            "has at least 32 characters, 16 different ones among them; openssl rand -hex 32 makes a good one",
        );
    }
}

/// 32 characters with 16 different ones, or the 64 random hex digits that every guide recommends: one in four of those
/// has fewer than all 16.
pub fn is_strong(secret: &str) -> bool {
    let mut different: Vec<char> = secret.chars().collect();
    let length = different.len();
    different.sort_unstable();
    different.dedup();
    let hex = secret.bytes().all(|byte| byte.is_ascii_hexdigit());
    (length >= 32 && different.len() >= 16) || (length >= 64 && hex && different.len() >= 8)
}
