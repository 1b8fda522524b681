//! Whose account an address means, for somebody whom nobody here knows by his provider yet. An account with an unproven
//! address is nobody's but its maker's: it is never entered by others, whoever owns the mailbox.

use platform::{AccountId, pg::Conn};
use time::OffsetDateTime;

use super::{enter::Stopped, store, token::Proven};
use crate::{Service, email::Email, letters, refused::Refused, session, session::Presented};

/// An account that was just linked.
pub struct Linked {
    pub account: AccountId,
    /// The address was a claim of this account, and is proven with it.
    pub proves: bool,
}

/// Links the account that has proven the address, if the provider gives out such addresses, or its owner himself is
/// asking; else the account that claims it, if that is the one that is asking. `None`: a new one is to be made.
pub async fn find(
    service: &Service,
    tx: &mut Conn,
    proven: &Proven,
    email: &Email,
    presented: &Presented,
    now: OffsetDateTime,
) -> Result<Option<Linked>, Stopped> {
    let provider = proven.provider;
    let (holder, proves) = if let Some(owner) = store::owner(tx, email, provider.as_str()).await? {
        if !owner.may_sign_in {
            return Err(Refused::InvalidIdToken(provider).into());
        }
        if !proven.authoritative && asker(service, tx, presented, now).await? != Some(owner.id) {
            return Err(Refused::LinkRequired.into());
        }
        (owner, false)
    } else {
        let Some(asker) = asker(service, tx, presented, now).await? else { return Ok(None) };
        let Some(claimer) = store::claimer(tx, asker, email, provider.as_str()).await? else { return Ok(None) };
        (claimer, true)
    };
    match holder.subject {
        Some(subject) if subject == proven.subject => return Err(Stopped::Again),
        Some(_) => return Err(Refused::LinkRequired.into()),
        None => {}
    }
    if !store::link(tx, holder.id, proven, email, now).await? {
        return Err(Stopped::Again);
    }
    letters::method_linked(tx, holder.id, provider.as_str()).await?;
    Ok(Some(Linked { account: holder.id, proves }))
}

/// Who is signed in in this browser.
async fn asker(
    service: &Service,
    tx: &mut Conn,
    presented: &Presented,
    now: OffsetDateTime,
) -> Result<Option<AccountId>, Stopped> {
    if presented.is_empty() {
        return Ok(None);
    }
    let idle_since = now - service.settings().session_idle;
    let found = session::store::find(tx, presented.hashes(), now, idle_since).await?;
    Ok(found.map(|(_, owner)| owner.person.id))
}
