//! Proving the address of an account by a mail. Opens no session and names nobody: a mail of a day is no sign-in.

use platform::{
    AccountId, Error, Role, jobs,
    security::{Event, Kind as EventKind},
};
use time::Duration;

use super::{store, taken};
use crate::{
    Service,
    account::Onboarding,
    people::PushPerson,
    refused::Refused,
    token::{self, Consumed, Kind, Request, Requested},
};

/// What became of a request for the mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Resent {
    Sent,
    Wait(Duration),
    AlreadyVerified,
}

/// Asks for the mail again. On a claim that somebody else has proven, the same answers at the same price, and no mail.
///
/// # Errors
/// 400 `missing_email`, 401 `restricted` when the account ended meanwhile.
pub async fn resend(service: &Service, account: AccountId) -> Result<Resent, Error> {
    let mut tx = service.db().begin().await?;
    let verified = store::is_verified(&mut tx, account).await?.ok_or(Refused::SignedOut)?;
    if verified {
        tx.rollback().await?;
        return Ok(Resent::AlreadyVerified);
    }
    let request = Request {
        account,
        kind: Kind::Verify,
        email: None,
        next: None,
        welcome: false,
        now: service.now(),
        cooldown: service.settings().tokens.cooldown(Kind::Verify),
    };
    let (requested, _) = token::issue(&mut tx, &request).await?;
    match requested {
        Requested::Sent => {
            tx.commit().await?;
            Ok(Resent::Sent)
        }
        Requested::Wait(wait) => Ok(Resent::Wait(wait)),
        Requested::NoAddress => Err(Refused::MissingEmail.into()),
    }
}

/// Takes the token: the address is proven, and every other claim on it gets nothing from now on.
///
/// # Errors
/// Those of [`token::consume`]; 403 `account_inactive` (deactivated) and 409 `email_taken`, and the token stays good.
pub async fn confirm(service: &Service, text: &str) -> Result<(Consumed, Onboarding), Error> {
    let now = service.now();
    let mut tx = service.db().begin().await?;
    let consumed = token::consume(&mut tx, Kind::Verify, text, now).await?;
    if consumed.deactivated {
        return Err(Refused::AccountInactive.into());
    }
    service.ambient().pauses.point("auth.verify.consumed").await;
    let onboarding = store::verify(&mut tx, consumed.account, now).await.map_err(taken)?;
    jobs::add(&mut tx, Role::Auth, &PushPerson::of(consumed.account)).await?;
    tx.commit().await?;
    Event::new(EventKind::EmailVerified).account(consumed.account).write();
    Ok((consumed, onboarding))
}
