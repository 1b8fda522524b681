//! Signing in by a link.

use platform::{Error, security::Kind as EventKind};

use super::{Entrance, Password, enter};
use crate::{
    Service, export, identity,
    session::{self, Client, Presented, SignedIn},
    token::{self, Kind},
};

/// Takes the token and signs in. The first proof of the mailbox ends the password, all sessions and all linked ways in
/// of the account, since whoever set them up had not proven it; unless it comes out of one of these sessions.
///
/// # Errors
/// Those of [`token::consume`].
pub async fn consume(service: &Service, text: &str, presented: &Presented, client: &Client) -> Result<SignedIn, Error> {
    let now = service.now();
    let mut tx = service.db().begin().await?;
    let consumed = token::consume(&mut tx, Kind::Magic, text, now).await?;
    service.ambient().pauses.point("auth.magic.consumed").await;
    let mut events = Vec::new();
    let mut password = Password::Stays;
    if !consumed.verified {
        events.push(EventKind::EmailVerified);
        let idle_since = now - service.settings().session_idle;
        let by_himself = !presented.is_empty()
            && session::store::find(&mut tx, presented.hashes(), now, idle_since)
                .await?
                .is_some_and(|(_, owner)| owner.person.id == consumed.account);
        if !by_himself {
            password = Password::Goes;
            token::void(&mut tx, consumed.account, &token::OF_A_PASSWORD).await?;
            export::forget_files(&mut tx, consumed.account).await?;
            session::revoke_all(&mut tx, consumed.account, None).await?;
            identity::unlink_all(&mut tx, consumed.account).await?;
        }
    }
    let entrance = Entrance { account: consumed.account, password, events, presented, client, now };
    enter(service, tx, entrance).await
}
