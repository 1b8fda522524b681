//! One-time tokens: 256 bits in a mail, of which only the hash is kept. One of a kind an account, one effect a token.

mod ask;
mod job;
mod purge;
mod settings;
mod store;

use platform::{AccountId, Error, Role, jobs, pg::Conn};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use time::{Duration, OffsetDateTime};

use self::store::Found;
pub(crate) use self::store::New as Request;
pub use self::{
    ask::{Ask, Asked, ask},
    job::MailToken,
    purge::Purge,
    settings::Settings,
    store::due::Due,
};
use crate::refused::Refused;

/// What a token is good for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    Verify,
    Reset,
    Magic,
    EmailChange,
    Delete,
}

impl Kind {
    pub const ALL: [Self; 5] = [Self::Verify, Self::Reset, Self::Magic, Self::EmailChange, Self::Delete];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Verify => "verify",
            Self::Reset => "reset",
            Self::Magic => "magic",
            Self::EmailChange => "email_change",
            Self::Delete => "delete",
        }
    }

    fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
    }
}

/// A mail of one kind to one address is asked for again after this, where no setting says otherwise.
pub const COOLDOWN: Duration = Duration::seconds(60);

/// What became of a request for a mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Requested {
    Sent,
    /// One was asked for a moment ago; the next one may be after this.
    Wait(Duration),
    /// The account has no address.
    NoAddress,
}

/// A token that was given in.
#[derive(Clone, Debug)]
pub struct Consumed {
    pub account: AccountId,
    pub username: String,
    /// Where the mail went.
    pub email: String,
    /// The account's address was proven before.
    pub verified: bool,
    pub deactivated: bool,
}

/// What whoever knew the old password may have asked for: with another one it is void.
pub const OF_A_PASSWORD: [Kind; 4] = [Kind::Reset, Kind::Magic, Kind::EmailChange, Kind::Delete];

/// Asks for a mail with a token, to `email` or else to the account's address. The mail is a job of the caller's
/// transaction, which makes the token; asking again voids what was not used. Two statements.
///
/// # Errors
/// The database's.
pub async fn request(
    conn: &mut Conn,
    account: AccountId,
    kind: Kind,
    email: Option<&str>,
    now: OffsetDateTime,
) -> Result<Requested, Error> {
    let new = Request { account, kind, email, next: None, welcome: false, now, cooldown: COOLDOWN };
    issue(conn, &new).await.map(|(requested, _)| requested)
}

/// The first mail to the address of a new account: to who it belongs to already, a notice instead. The same two
/// statements in either case.
///
/// # Errors
/// The database's.
pub async fn welcome(conn: &mut Conn, account: AccountId, now: OffsetDateTime) -> Result<(), Error> {
    let new =
        Request { account, kind: Kind::Verify, email: None, next: None, welcome: true, now, cooldown: Duration::ZERO };
    issue(conn, &new).await.map(|_| ())
}

/// As [`request`]; gives the token's id too.
pub(crate) async fn issue(conn: &mut Conn, new: &Request<'_>) -> Result<(Requested, Option<i64>), Error> {
    if let Some(token) = store::insert(conn, new).await? {
        jobs::add(conn, Role::Auth, &MailToken::of(token)).await?;
        return Ok((Requested::Sent, Some(token)));
    }
    let since = store::asked_at(conn, new.account, new.kind).await?;
    let wait = since.map(|since| (since + new.cooldown - new.now).max(Duration::seconds(1)));
    Ok((wait.map_or(Requested::NoAddress, Requested::Wait), None))
}

/// Takes a token, in the transaction of its effect: one conditional statement, so exactly one of many calls wins, and
/// none if that transaction is rolled back. Holds the account's row, so it comes before anything else of it is locked.
///
/// # Errors
/// In this order: 400 `missing_token` (blank), `invalid_token` (unknown, voided, of an account that ended or has
/// another address), `token_used`, `token_expired`.
pub async fn consume(conn: &mut Conn, kind: Kind, text: &str, now: OffsetDateTime) -> Result<Consumed, Error> {
    let hash = presented(text)?;
    if let Some(consumed) = store::consume(conn, kind, &hash, now).await? {
        return Ok(consumed);
    }
    let found = store::find(conn, kind, &hash).await?;
    Err(judge(found, now).err().unwrap_or(Refused::InvalidToken).into())
}

/// Whose token it is, without taking it.
///
/// # Errors
/// As [`consume`].
pub async fn peek(conn: &mut Conn, kind: Kind, text: &str, now: OffsetDateTime) -> Result<Consumed, Error> {
    let hash = presented(text)?;
    Ok(judge(store::find(conn, kind, &hash).await?, now)?)
}

/// Ends every token of these kinds that was not used: it is then as if it had never been. The caller holds the
/// account's row.
///
/// # Errors
/// The database's.
pub async fn void(conn: &mut Conn, account: AccountId, kinds: &[Kind]) -> Result<(), Error> {
    Ok(store::void(conn, account, kinds).await?)
}

/// The hash by which a text is looked up.
fn presented(text: &str) -> Result<String, Refused> {
    let text = text.trim();
    if text.is_empty() { Err(Refused::MissingToken) } else { Ok(hash(text)) }
}

fn judge(found: Option<Found>, now: OffsetDateTime) -> Result<Consumed, Refused> {
    let found = found.filter(|found| found.sound || found.used).ok_or(Refused::InvalidToken)?;
    if found.used {
        return Err(Refused::TokenUsed);
    }
    if found.expires_at.is_none_or(|at| at <= now) { Err(Refused::TokenExpired) } else { Ok(found.token) }
}

/// SHA-256 as 64 hex digits.
fn hash(text: &str) -> String {
    let halves = Sha256::digest(text.as_bytes()).into_iter().flat_map(|byte| [byte >> 4, byte & 15]);
    halves.filter_map(|half| char::from_digit(half.into(), 16)).collect()
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;

    const NOW: OffsetDateTime = datetime!(2026-11-24 12:00 UTC);

    fn found(sound: bool, used: bool, expires_at: OffsetDateTime) -> Found {
        let token = Consumed {
            account: AccountId(1),
            username: "ann".to_owned(),
            email: "ann@example.test".to_owned(),
            verified: false,
            deactivated: false,
        };
        Found { token, sound, used, expires_at: Some(expires_at) }
    }

    #[test]
    fn refusals_come_in_their_order() {
        let later = NOW + Duration::seconds(1);
        for (found, expected) in [
            (None, Some(Refused::InvalidToken)),
            (Some(found(false, false, NOW)), Some(Refused::InvalidToken)),
            (Some(found(true, true, NOW)), Some(Refused::TokenUsed)),
            (Some(found(true, false, NOW)), Some(Refused::TokenExpired)),
            (Some(found(true, false, later)), None),
        ] {
            assert_eq!(judge(found, NOW).err(), expected);
        }
        assert_eq!(presented(" \n"), Err(Refused::MissingToken));
        assert_eq!(presented(" abc\n"), presented("abc"));
    }

    #[test]
    fn a_hash_is_the_published_one() {
        assert_eq!(hash("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        assert!(Kind::ALL.into_iter().all(|kind| Kind::parse(kind.as_str()) == Some(kind)));
    }
}
