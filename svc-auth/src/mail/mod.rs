//! Mail: a job of the transaction that needs it, which no answer waits for. A letter that carries no token waits in
//! `auth.mail`; one that does is the token's own (`token::request`).

mod failures;
mod job;
mod message;
mod post;
mod purge;
mod sendgrid;
mod settings;
mod store;
pub mod texts;
mod trial;

use platform::{AccountId, Error, Role, jobs, pg::Conn};
use serde::{Deserialize, Serialize};
use time::{Duration, OffsetDateTime};

pub use self::{
    failures::tell_of_failures,
    job::SendLetter,
    message::Mail,
    post::{Outcome, Post},
    purge::Purge,
    settings::Settings,
    trial::{Tried, trial},
};
use crate::Service;

/// What is written to the owner of an account. Ids and sealed texts only: it waits in the database.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "letter", rename_all = "snake_case")]
pub enum Letter {
    PasswordChanged,
    /// To the present address; the new one is that of the token, told in part.
    EmailChangeRequested {
        token: i64,
    },
    /// To the address that was, sealed by [`seal`].
    EmailChanged {
        old: String,
    },
    /// `google`, `apple`.
    MethodLinked {
        provider: String,
    },
    SessionsEnded,
    Deactivated,
    DeletionStarted,
    /// To the address that was kept for this, sealed by [`seal`]: the account has none any more.
    DeletionFinished {
        address: String,
    },
    /// Somebody read everything about the account.
    Exported,
    /// The link, sealed by [`seal`].
    ExportReady {
        link: String,
    },
    /// Somebody signed up with the address that this account has proven.
    SomeoneSignedUp,
    /// Somebody asked to have the address that this account has proven.
    SomeoneWantsAddress,
    /// Five sign-ins in a row failed.
    FailedLogins,
}

impl Letter {
    /// The word under which it is remembered.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::PasswordChanged => "password_changed",
            Self::EmailChangeRequested { .. } => "email_change_requested",
            Self::EmailChanged { .. } => "email_changed",
            Self::MethodLinked { .. } => "method_linked",
            Self::SessionsEnded => "sessions_ended",
            Self::Deactivated => "deactivated",
            Self::DeletionStarted => "deletion_started",
            Self::DeletionFinished { .. } => "deletion_finished",
            Self::Exported => "exported",
            Self::ExportReady { .. } => "export_ready",
            Self::SomeoneSignedUp => "someone_signed_up",
            Self::SomeoneWantsAddress => "someone_wants_address",
            Self::FailedLogins => "failed_logins",
        }
    }
}

/// Writes a letter once the caller's transaction is committed. Two statements.
///
/// # Errors
/// The database's.
pub async fn send(conn: &mut Conn, account: AccountId, letter: Letter) -> Result<(), Error> {
    let kind = letter.kind();
    let letter = serde_json::to_value(letter).map_err(|_| Error::Internal("a letter that is no JSON"))?;
    let mail = store::insert(conn, account, kind, &letter).await?;
    jobs::add(conn, Role::Auth, &SendLetter::of(mail)).await
}

/// As [`send`], but for an account that was written the same a day ago or less. Three statements at most.
///
/// # Errors
/// The database's.
pub async fn send_daily(conn: &mut Conn, account: AccountId, letter: Letter, now: OffsetDateTime) -> Result<(), Error> {
    if store::was_sent(conn, account, letter.kind(), now - Duration::DAY).await? {
        return Ok(());
    }
    send(conn, account, letter).await
}

const SEAL: &str = "auth/letter";

/// What a letter carries that nobody may read in the database: an address, a link.
///
/// # Errors
/// A broken crypto library.
pub fn seal(service: &Service, text: &str) -> Result<String, Error> {
    service.seals().seal(SEAL, text).ok_or(Error::Internal("a letter that cannot be sealed"))
}

fn open(service: &Service, sealed: &str) -> Option<String> {
    service.seals().open(SEAL, sealed)
}

/// Hands a mail to the mail server. Holds no connection to the database.
///
/// # Errors
/// The server is out of reach or wants to be asked again later.
pub(crate) async fn deliver(service: &Service, mail: &Mail) -> Result<Outcome, Error> {
    service.post().deliver(mail, service.now()).await
}
