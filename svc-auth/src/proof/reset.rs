//! A new password by mail.

use platform::{Error, security::Kind as EventKind};

use super::{Entrance, Password, enter};
use crate::{
    Service, export, identity,
    mail::{self, Letter},
    password,
    refused::Refused,
    session::{self, Client, Presented, SignedIn},
    token::{self, Kind},
};

/// What somebody brings to have a new password.
pub struct New {
    pub token: String,
    /// As typed; never trimmed.
    pub password: String,
    pub presented: Presented,
    pub client: Client,
}

/// Takes the token, sets the password, ends every session, every token that whoever knew the old one may have asked for,
/// and exports that wait, and signs in.
///
/// # Errors
/// In this order: 400 `missing_token`; `weak_password`, by its length; those of [`token::consume`]; `weak_password`
/// with `detail`, and the token stays good. 503 `unavailable` when too many passwords wait.
pub async fn confirm(service: &Service, new: New) -> Result<SignedIn, Error> {
    if new.token.trim().is_empty() {
        return Err(Refused::MissingToken.into());
    }
    long_enough(&new.password)?;
    let holder = {
        let mut conn = service.db().conn().await?;
        token::peek(&mut conn, Kind::Reset, &new.token, service.now()).await?
    };
    password::check(&new.password, &holder.username, Some(&holder.email))?;
    let hash = service.hasher().hash(new.password, service.ambient().random.bytes()).await?;
    service.ambient().pauses.point("auth.reset.hashed").await;
    let now = service.now();
    let mut tx = service.db().begin().await?;
    let consumed = token::consume(&mut tx, Kind::Reset, &new.token, now).await?;
    token::void(&mut tx, consumed.account, &token::OF_A_PASSWORD).await?;
    export::forget_files(&mut tx, consumed.account).await?;
    session::revoke_all(&mut tx, consumed.account, None).await?;
    mail::send(&mut tx, consumed.account, Letter::PasswordChanged).await?;
    let mut events = vec![EventKind::PasswordChanged];
    if !consumed.verified {
        events.push(EventKind::EmailVerified);
        // Whoever linked an account elsewhere had not proven the mailbox.
        identity::unlink_all(&mut tx, consumed.account).await?;
    }
    let entrance = Entrance {
        account: consumed.account,
        password: Password::Becomes(&hash),
        events,
        presented: &new.presented,
        client: &new.client,
        now,
    };
    enter(service, tx, entrance).await
}

/// What can be said of a password before anybody knows whose it will be.
fn long_enough(password: &str) -> Result<(), Refused> {
    match password::check(password, "", None) {
        Err(Refused::WeakPassword(detail)) if detail.is_empty() => Err(Refused::WeakPassword(detail)),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_length_is_looked_at_first() {
        assert_eq!(long_enough("short"), Err(Refused::WeakPassword(Vec::new())));
        assert_eq!(long_enough(&"y".repeat(1_025)), Err(Refused::WeakPassword(Vec::new())));
        for password in ["12345678", "password", "tall-Lantern9"] {
            assert_eq!(long_enough(password), Ok(()), "{password}");
        }
    }
}
