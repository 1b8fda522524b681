//! Another address for an account: asked for with the password, confirmed from the new mailbox, told to the old one.

use platform::{
    AccountId, Error, Role, jobs,
    security::{Event, Kind as EventKind},
};
use time::Duration;

use super::{store, taken};
use crate::{
    Service,
    email::Email,
    mail::{self, Letter},
    password,
    people::PushPerson,
    refused::Refused,
    token::{self, COOLDOWN, Kind, Request},
};

/// Without a password, a session that is younger than this proves who asks.
const FRESH: Duration = Duration::minutes(15);

/// Who asks for what.
pub struct Change<'a> {
    pub account: AccountId,
    pub session: i64,
    pub email: &'a str,
    pub password: String,
}

/// Writes to the new address, and to the present one. An address that belongs to somebody is no error, and looks like
/// none: its owner gets a notice instead. False: the address is the present one, and proven.
///
/// # Errors
/// In this order: 400 `invalid_email`, 400 `invalid_password`, 403 `reauth_required` (no password, and a session that
/// is not fresh). 503 `unavailable` when too many passwords wait.
pub async fn request(service: &Service, change: Change<'_>) -> Result<bool, Error> {
    let email = Email::parse(change.email).ok_or(Refused::InvalidEmail)?;
    let now = service.now();
    let asker = {
        let mut conn = service.db().conn().await?;
        store::asker(&mut conn, change.account, change.session).await?.ok_or(Refused::SignedOut)?
    };
    if let Some(hash) = asker.password_hash {
        if service.settings().tokens.change_needs_password {
            let long = change.password.len() > password::MAX_BYTES;
            if long || service.hasher().check_each(vec![Some(hash)], change.password, false).await? != [true] {
                return Err(Refused::InvalidPassword.into());
            }
        }
    } else if asker.session_began.is_none_or(|began| began + FRESH <= now) {
        return Err(Refused::ReauthRequired.into());
    }
    if asker.verified && asker.email.as_deref() == Some(email.as_str()) {
        return Ok(false);
    }
    let mut tx = service.db().begin().await?;
    if !store::hold(&mut tx, change.account, asker.password_set_at).await? {
        return Err(Refused::SignedOut.into());
    }
    let request = Request {
        account: change.account,
        kind: Kind::EmailChange,
        email: Some(email.as_str()),
        next: None,
        welcome: false,
        now,
        cooldown: COOLDOWN,
    };
    // Again for the same address a moment later: that mail is on its way.
    if let (_, Some(token)) = token::issue(&mut tx, &request).await? {
        mail::send(&mut tx, change.account, Letter::EmailChangeRequested { token }).await?;
    }
    tx.commit().await?;
    Ok(true)
}

/// Takes the token: the account has the new address, proven, and what was mailed to the old one ends. Sessions stay.
///
/// # Errors
/// Those of [`token::consume`]; 409 `email_taken`, and the token stays good.
pub async fn confirm(service: &Service, text: &str) -> Result<(), Error> {
    let now = service.now();
    let mut tx = service.db().begin().await?;
    let consumed = token::consume(&mut tx, Kind::EmailChange, text, now).await?;
    service.ambient().pauses.point("auth.email_change.consumed").await;
    let old = store::change(&mut tx, consumed.account, &consumed.email, now).await.map_err(taken)?;
    token::void(&mut tx, consumed.account, &Kind::ALL).await?;
    // What nobody had proven is nobody's to be told of.
    if let Some(old) = old.filter(|old| consumed.verified && *old != consumed.email) {
        let letter = Letter::EmailChanged { old: mail::seal(service, &old)? };
        mail::send(&mut tx, consumed.account, letter).await?;
    }
    jobs::add(&mut tx, Role::Auth, &PushPerson::of(consumed.account)).await?;
    tx.commit().await?;
    Event::new(EventKind::EmailChanged).account(consumed.account).write();
    Ok(())
}
