//! A mail to an operator, by the way that all mails take: does it arrive?

use platform::{Error, clock::Clock, random::Random};

use super::{Mail, Outcome, Post, Settings};

/// What became of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tried {
    Taken,
    /// For good: the address, or the sender, is not accepted.
    Refused,
    /// Nobody takes mail with these settings.
    NoProvider,
}

/// Sends one mail to `to` and waits until the mail server took it.
///
/// # Errors
/// The server is out of reach.
pub async fn trial(settings: &Settings, to: &str) -> Result<Tried, Error> {
    use super::settings::Provider::{Console, Nobody};
    if matches!(settings.provider, Nobody | Console(None)) {
        return Ok(Tried::NoProvider);
    }
    let mail = Mail {
        to: to.to_owned(),
        subject: "A test mail of Siddes",
        paragraphs: vec!["This system can send mail.".to_owned()],
        key: format!("test.{}", Random::default().hex::<8>()),
    };
    let outcome = Post::new(settings).deliver(&mail, Clock::default().now()).await?;
    Ok(if outcome == Outcome::Sent { Tried::Taken } else { Tried::Refused })
}
