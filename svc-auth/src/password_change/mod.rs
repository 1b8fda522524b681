//! Changing one's password: the session that does it goes on unchanged, every other one ends.

mod store;

use platform::{
    Error,
    identity::Viewer,
    security::{Event, Kind},
};
use time::{Duration, OffsetDateTime};

use self::store::Present;
use crate::{Service, letters, password, refused::Refused};

/// Who has no password yet proves himself by having signed in a moment ago.
const FRESH: Duration = Duration::minutes(15);

/// Both as typed, never trimmed.
pub struct Change {
    /// Not looked at where the account has none.
    pub old: String,
    pub new: String,
}

/// # Errors
/// In this order: 400 `weak_password` (length); 400 `invalid_old_password`, or 403 `reauth_required`; 400
/// `same_password`; 400 `weak_password` with its reasons. 401 `restricted`: the account ended meanwhile. 503
/// `unavailable` when too many passwords wait.
pub async fn change(service: &Service, viewer: &Viewer, change: Change) -> Result<(), Error> {
    refuse_if_too_short_or_long(&change.new)?;
    let account = viewer.person.id;
    let present = {
        let mut conn = service.db().conn().await?;
        store::present(&mut conn, account, viewer.session_id).await?.ok_or(Refused::SignedOut)?
    };
    prove(service, &present, &change, service.now()).await?;
    password::check(&change.new, &present.username, present.email.as_deref())?;
    let hash = service.hasher().hash(change.new, service.ambient().random.bytes()).await?;
    service.ambient().pauses.point("auth.password.hashed").await;
    let mut tx = service.db().begin().await?;
    // From here the row is held: who signs in with the old password came before, and his session ends, or is refused.
    if !store::set(&mut tx, account, present.password_set_at, &hash, service.now()).await? {
        return Err(Refused::InvalidOldPassword.into());
    }
    store::end_others(&mut tx, account, viewer.session_id).await?;
    letters::password_changed(&mut tx, account).await?;
    tx.commit().await?;
    Event::new(Kind::PasswordChanged).account(account).write();
    Ok(())
}

/// Before anything is looked up; what is wrong besides is told last.
fn refuse_if_too_short_or_long(new: &str) -> Result<(), Refused> {
    match password::check(new, "", None) {
        Err(Refused::WeakPassword(detail)) if detail.is_empty() => Err(Refused::WeakPassword(detail)),
        _ => Ok(()),
    }
}

async fn prove(service: &Service, present: &Present, change: &Change, now: OffsetDateTime) -> Result<(), Error> {
    // "!…" is what imported accounts without a password have.
    let Some(stored) = present.password_hash.clone().filter(|stored| !stored.starts_with('!')) else {
        let fresh = present.session_created_at.is_some_and(|created| now - created <= FRESH);
        return if fresh { Ok(()) } else { Err(Refused::ReauthRequired.into()) };
    };
    if change.old.is_empty() || change.old.len() > password::MAX_BYTES {
        return Err(Refused::InvalidOldPassword.into());
    }
    let matches = service.hasher().check_each(vec![Some(stored)], change.old.clone(), false).await?;
    if matches != [true] {
        return Err(Refused::InvalidOldPassword.into());
    }
    if change.old == change.new { Err(Refused::SamePassword.into()) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_length_is_told_first() {
        for text in ["", "short", &"y".repeat(1_025)] {
            assert_eq!(refuse_if_too_short_or_long(text), Err(Refused::WeakPassword(Vec::new())), "{text}");
        }
        for text in ["12345678", "password123", "        "] {
            assert_eq!(refuse_if_too_short_or_long(text), Ok(()), "{text}");
        }
    }
}
