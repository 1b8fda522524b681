//! Opening a session: a new token, the presented ones end, and the longest unused go when there are too many.

use platform::{AccountId, pg::Conn, security::Kind};
use time::{Duration, OffsetDateTime};

use super::{
    Client, Presented, Token,
    store::{self, NewSession},
};
use crate::Service;

/// Live sessions of one account.
const MOST: i64 = 50;

/// Whose session it is and what it replaces.
pub struct Opening<'a> {
    pub account: AccountId,
    pub presented: &'a Presented,
    pub client: &'a Client,
    /// What the account's history keeps of it.
    pub events: &'a [Kind],
    pub now: OffsetDateTime,
}

/// Writes the session in the caller's transaction, which holds the account's row. One statement. Gives the token and
/// how long its cookie is good for.
pub async fn open(service: &Service, conn: &mut Conn, opening: &Opening<'_>) -> Result<(Token, Duration), sqlx::Error> {
    let settings = service.settings();
    let token = Token::new(&service.ambient().random);
    let new = NewSession {
        account: opening.account,
        token_hash: token.hash(),
        now: opening.now,
        idle_since: opening.now - settings.session_idle,
        expires_at: opening.now + settings.session_absolute,
        keep: MOST - 1,
        presented: opening.presented.hashes(),
        client: opening.client,
        events: opening.events,
    };
    store::insert(conn, &new).await?;
    Ok((token, settings.session_idle.min(settings.session_absolute)))
}
