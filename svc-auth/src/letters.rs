//! What is written to the owner of an account when something ends for it, and which tokens end with it. Each in the
//! transaction of what it tells of, which holds the account's row.

use platform::{AccountId, Error, pg::Conn};
use time::OffsetDateTime;

use crate::{
    Service,
    mail::{self, Letter},
    token::{self, Kind},
};

/// The tokens that this ends are the caller's to end, in the statement that ends the sessions.
pub async fn password_changed(tx: &mut Conn, account: AccountId) -> Result<(), Error> {
    mail::send(tx, account, Letter::PasswordChanged).await
}

pub async fn sessions_ended(tx: &mut Conn, account: AccountId) -> Result<(), Error> {
    mail::send(tx, account, Letter::SessionsEnded).await
}

/// `google` or `apple` is a way in from now on.
pub async fn method_linked(tx: &mut Conn, account: AccountId, provider: &str) -> Result<(), Error> {
    mail::send(tx, account, Letter::MethodLinked { provider: provider.to_owned() }).await
}

/// Says that signing in brings the account back.
pub async fn deactivated(tx: &mut Conn, account: AccountId) -> Result<(), Error> {
    token::void(tx, account, &Kind::ALL).await?;
    mail::send(tx, account, Letter::Deactivated).await
}

pub async fn deletion_started(tx: &mut Conn, account: AccountId) -> Result<(), Error> {
    token::void(tx, account, &Kind::ALL).await?;
    mail::send(tx, account, Letter::DeletionStarted).await
}

/// `address` is sealed: the account has none any more.
pub async fn deletion_finished(tx: &mut Conn, account: AccountId, address: String) -> Result<(), Error> {
    mail::send(tx, account, Letter::DeletionFinished { address }).await
}

/// At most one a day.
pub async fn exported(tx: &mut Conn, account: AccountId, now: OffsetDateTime) -> Result<(), Error> {
    mail::send_daily(tx, account, Letter::Exported, now).await
}

/// `link` is sealed.
pub async fn export_ready(tx: &mut Conn, account: AccountId, link: String) -> Result<(), Error> {
    mail::send(tx, account, Letter::ExportReady { link }).await
}

/// What a letter carries that nobody may read while it waits: an address, a link.
///
/// # Errors
/// A broken crypto library.
pub fn seal(service: &Service, text: &str) -> Result<String, Error> {
    mail::seal(service, text)
}
