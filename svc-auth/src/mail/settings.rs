//! How mail leaves the house.

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use lettre::message::Mailbox;
use platform::config::Source;
use secrecy::{ExposeSecret, SecretString};

/// Read once at start.
#[derive(Clone, Debug)]
pub struct Settings {
    pub provider: Provider,
    pub from: Option<Mailbox>,
    /// How long the mail server may take to answer.
    pub timeout: Duration,
}

/// Who takes the mails.
#[derive(Clone, Debug)]
pub enum Provider {
    Smtp(Smtp),
    SendGrid(SecretString),
    /// Development: a file a mail in this folder; without one they are written nowhere.
    Console(Option<PathBuf>),
    /// Nobody: accounts live without mail.
    Nobody,
}

#[derive(Clone, Debug)]
pub struct Smtp {
    pub host: String,
    pub port: u16,
    pub credentials: Option<(String, SecretString)>,
    pub tls: Tls,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tls {
    /// The server has to offer it (STARTTLS).
    Upgraded,
    FromTheStart,
    None,
}

const PROVIDER: &str = "SD_EMAIL_PROVIDER";
const FROM: &str = "SD_EMAIL_FROM";
const HOST: &str = "SD_SMTP_HOST";
const API_KEY: &str = "SD_SENDGRID_API_KEY";

impl Settings {
    pub fn read(source: &mut Source) -> Self {
        let production = source.production();
        let provider = source.text(PROVIDER, if production { "smtp" } else { "console" });
        // All are read whatever is chosen, so that what is wrong with one is told before it is needed.
        let (smtp, key) = (Smtp::read(source, provider == "smtp"), api_key(source, provider == "sendgrid"));
        let folder = source.optional("SIDDES_MAIL_FOLDER").map(PathBuf::from);
        let timeout = Duration::from_secs(source.number("SD_SMTP_TIMEOUT", 10, 1..=20));
        let provider = match (provider.as_str(), smtp, key) {
            ("smtp", Some(smtp), _) => Provider::Smtp(smtp),
            ("sendgrid", _, Some(key)) => Provider::SendGrid(key),
            ("console", ..) => {
                if production {
                    let rule = "is smtp, sendgrid or none: console reaches nobody";
                    source.refuse("EMAIL_PROVIDER_CONSOLE", PROVIDER, rule);
                }
                Provider::Console(folder)
            }
            // What they lack was told.
            ("smtp" | "sendgrid" | "none", ..) => Provider::Nobody,
            _ => {
                source.refuse("EMAIL_PROVIDER_UNKNOWN", PROVIDER, "is smtp, sendgrid, console or none");
                Provider::Nobody
            }
        };
        let needed = matches!(provider, Provider::Smtp(_) | Provider::SendGrid(_));
        Self { from: from(source, needed), provider, timeout }
    }

    /// Where development keeps its mails, unless a setting names another folder.
    pub fn keep_in(&mut self, folder: &Path) {
        if let Provider::Console(kept @ None) = &mut self.provider {
            *kept = Some(folder.to_owned());
        }
    }
}

impl Smtp {
    /// `None`: there is no host.
    fn read(source: &mut Source, wanted: bool) -> Option<Self> {
        let host = source.optional(HOST);
        let port = source.number("SD_SMTP_PORT", 587, 1..=u16::MAX);
        let (user, password) = (source.optional("SD_SMTP_USER"), source.secret("SD_SMTP_PASSWORD"));
        let (upgraded, from_the_start) = (source.flag("SD_SMTP_USE_TLS", true), source.flag("SD_SMTP_USE_SSL", false));
        if upgraded && from_the_start {
            source.problem("SD_SMTP_USE_SSL", "is not 1 beside SD_SMTP_USE_TLS: a connection is secured once");
        }
        if user.is_some() && !upgraded && !from_the_start {
            source.problem("SD_SMTP_USER", "would send its password in clear: set SD_SMTP_USE_TLS or SD_SMTP_USE_SSL");
        }
        if user.is_none() && password.is_some() {
            source.problem("SD_SMTP_PASSWORD", "needs SD_SMTP_USER beside it");
        }
        if wanted && host.is_none() {
            source.refuse("SMTP_HOST_MISSING", HOST, "is the name of your mail server");
        }
        let tls = if from_the_start {
            Tls::FromTheStart
        } else if upgraded {
            Tls::Upgraded
        } else {
            Tls::None
        };
        Some(Self { host: host?, port, credentials: user.zip(password), tls })
    }
}

fn api_key(source: &mut Source, wanted: bool) -> Option<SecretString> {
    let key = source.secret(API_KEY);
    if wanted && key.is_none() {
        source.refuse("SENDGRID_API_KEY_MISSING", API_KEY, "is the key of SendGrid's API");
    }
    let plain = |key: &SecretString| key.expose_secret().bytes().all(|byte| byte.is_ascii_graphic() && byte != b'/');
    if key.as_ref().is_some_and(|key| !plain(key)) {
        source.problem(API_KEY, "is one word of letters, digits, dots, hyphens and underscores");
        return None;
    }
    key
}

/// Whom answers would go to.
fn from(source: &mut Source, needed: bool) -> Option<Mailbox> {
    let default = if source.production() { None } else { Some("Siddes <no-reply@siddes.local>") };
    let text = match default {
        Some(default) => Some(source.text(FROM, default)),
        None => source.optional(FROM),
    };
    let Some(text) = text else {
        if needed {
            source.refuse("EMAIL_FROM_MISSING", FROM, "is where mails come from, such as no-reply@example.com");
        }
        return None;
    };
    let from = text.parse().ok();
    if from.is_none() {
        source.refuse("EMAIL_FROM_MISSING", FROM, "is an address, such as Siddes <no-reply@example.com>");
    }
    from
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(vars: &[(&str, &str)]) -> (Settings, Vec<(&'static str, String)>) {
        let mut source = Source::from_vars(vars.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
        let settings = Settings::read(&mut source);
        let problems = source.problems().iter().map(|problem| (problem.code, problem.name.clone())).collect();
        (settings, problems)
    }

    #[test]
    fn production_wants_a_server_and_a_sender_and_no_console() {
        for (vars, problems) in [
            (&[][..], &[("SMTP_HOST_MISSING", HOST)][..]),
            (&[(HOST, "mail.test")], &[("EMAIL_FROM_MISSING", FROM)]),
            (&[(HOST, "mail.test"), (FROM, "no address")], &[("EMAIL_FROM_MISSING", FROM)]),
            (&[(HOST, "mail.test"), (FROM, "Siddes <a@b.test>")], &[]),
            (&[(PROVIDER, "console")], &[("EMAIL_PROVIDER_CONSOLE", PROVIDER)]),
            (&[(PROVIDER, "pigeon")], &[("EMAIL_PROVIDER_UNKNOWN", PROVIDER)]),
            (&[(PROVIDER, "sendgrid"), (FROM, "a@b.test")], &[("SENDGRID_API_KEY_MISSING", API_KEY)]),
            (&[(PROVIDER, "sendgrid"), (FROM, "a@b.test"), (API_KEY, "SG.x-1_y")], &[]),
            (&[(PROVIDER, "none")], &[]),
        ] {
            let (_, told) = read(vars);
            let told: Vec<(&str, &str)> = told.iter().map(|(code, name)| (*code, name.as_str())).collect();
            assert_eq!(told, problems, "{vars:?}");
        }
    }

    #[test]
    fn a_password_never_travels_in_clear() {
        let base = [("SIDDES_ENV", "development"), (PROVIDER, "smtp"), (HOST, "mail.test"), ("SD_SMTP_USER", "u")];
        let with = |more: &[(&'static str, &'static str)]| read(&[&base[..], more].concat());
        assert!(with(&[("SD_SMTP_PASSWORD", "p")]).1.is_empty());
        assert_eq!(with(&[("SD_SMTP_USE_TLS", "0")]).1[0].1, "SD_SMTP_USER");
        let (settings, problems) = with(&[("SD_SMTP_USE_TLS", "0"), ("SD_SMTP_USE_SSL", "1")]);
        assert!(problems.is_empty());
        assert!(matches!(settings.provider, Provider::Smtp(Smtp { tls: Tls::FromTheStart, .. })));
        assert_eq!(with(&[("SD_SMTP_USE_SSL", "1")]).1[0].1, "SD_SMTP_USE_SSL");
    }

    #[test]
    fn development_writes_nowhere_unless_it_has_a_folder() {
        assert!(matches!(read(&[("SIDDES_ENV", "development")]).0.provider, Provider::Console(None)));
        let (settings, problems) = read(&[("SIDDES_ENV", "development"), ("SIDDES_MAIL_FOLDER", "/tmp/mail")]);
        assert!(problems.is_empty() && matches!(settings.provider, Provider::Console(Some(_))));
    }
}
