//! Whoever takes the mails: a mail server, `SendGrid`, or a folder. Only whether one was taken is told: servers quote
//! addresses.

use std::{fs, path::Path, sync::OnceLock, time::Duration};

use lettre::{
    AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor,
    transport::smtp::{
        PoolConfig,
        authentication::Credentials,
        client::{Tls as TransportTls, TlsParameters},
    },
};
use platform::Error;
use secrecy::ExposeSecret;
use time::OffsetDateTime;
use tokio::time::timeout;

use super::{
    Mail, sendgrid,
    settings::{Provider, Settings, Smtp, Tls},
};

/// Connections to the mail server at once.
const MOST: u32 = 4;

type Transport = AsyncSmtpTransport<Tokio1Executor>;

/// What became of a mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    Sent,
    /// For good: asking again would change nothing.
    Refused,
}

const AWAY: Error = Error::Internal("the mail server did not take a mail: it will be tried again");
const UNUSABLE: Error = Error::Internal("the mail server's name is none that TLS can be used with");

/// The way out.
pub struct Post {
    settings: Settings,
    /// Made at the first mail: its pool lives in the runtime.
    smtp: OnceLock<Transport>,
}

impl Post {
    pub fn new(settings: &Settings) -> Self {
        Self { settings: settings.clone(), smtp: OnceLock::new() }
    }

    /// # Errors
    /// It was not taken, and may be later.
    pub async fn deliver(&self, mail: &Mail, now: OffsetDateTime) -> Result<Outcome, Error> {
        // A pool may wait as long for a connection as for an answer.
        let patience = self.settings.timeout + Duration::from_secs(5);
        let outcome = timeout(patience, self.hand_over(mail, now)).await.map_err(|_| AWAY)??;
        if outcome == Outcome::Refused {
            tracing::warn!(
                event = "mail_refused",
                subject = mail.subject,
                "a mail was refused for good: it is dropped"
            );
        }
        Ok(outcome)
    }

    async fn hand_over(&self, mail: &Mail, now: OffsetDateTime) -> Result<Outcome, Error> {
        let Some(from) = &self.settings.from else { return Ok(Outcome::Refused) };
        match &self.settings.provider {
            Provider::Smtp(smtp) => {
                let Some(message) = mail.message(from, now) else { return Ok(Outcome::Refused) };
                by_smtp(self.transport(smtp)?, message).await
            }
            Provider::SendGrid(key) => sendgrid::send(key, from, mail).await,
            Provider::Console(Some(folder)) => {
                let Some(message) = mail.message(from, now) else { return Ok(Outcome::Refused) };
                write(folder, mail, &message).map(|()| Outcome::Sent)
            }
            Provider::Console(None) => Ok(Outcome::Sent),
            Provider::Nobody => Ok(Outcome::Refused),
        }
    }

    fn transport(&self, smtp: &Smtp) -> Result<&Transport, Error> {
        if let Some(transport) = self.smtp.get() {
            return Ok(transport);
        }
        let parameters = || TlsParameters::new(smtp.host.clone()).map_err(|_| UNUSABLE);
        let tls = match smtp.tls {
            Tls::Upgraded => TransportTls::Required(parameters()?),
            Tls::FromTheStart => TransportTls::Wrapper(parameters()?),
            Tls::None => TransportTls::None,
        };
        let mut builder = Transport::builder_dangerous(smtp.host.clone())
            .port(smtp.port)
            .tls(tls)
            .timeout(Some(self.settings.timeout))
            .pool_config(PoolConfig::new().max_size(MOST));
        if let Some((user, password)) = &smtp.credentials {
            builder = builder.credentials(Credentials::new(user.clone(), password.expose_secret().to_owned()));
        }
        Ok(self.smtp.get_or_init(|| builder.build()))
    }
}

async fn by_smtp(transport: &Transport, message: Message) -> Result<Outcome, Error> {
    match transport.send(message).await {
        Ok(_) => Ok(Outcome::Sent),
        Err(error) if error.is_permanent() => Ok(Outcome::Refused),
        Err(_) => Err(AWAY),
    }
}

/// A file a mail, named after it; the same mail again is the same file.
fn write(folder: &Path, mail: &Mail, message: &Message) -> Result<(), Error> {
    let file = folder.join(format!("{}.eml", mail.key));
    fs::create_dir_all(folder)
        .and_then(|()| fs::write(file, message.formatted()))
        .map_err(|_| Error::Internal("the folder for mails cannot be written"))
}
