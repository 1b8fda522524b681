//! A new account for somebody whose address nobody has proven: proven now, without a password, its age gate open.

use platform::{Role, jobs, pg::Conn};
use time::OffsetDateTime;

use super::{
    enter::{Attempt, Stopped},
    names,
    store::{self, NewAccount},
    token::Proven,
};
use crate::{Service, account::Account, email::Email, people::PushPerson, refused::Refused, username};

pub async fn create(
    service: &Service,
    tx: &mut Conn,
    proven: &Proven,
    email: &Email,
    attempt: &Attempt,
    now: OffsetDateTime,
) -> Result<Account, Stopped> {
    if !attempt.may_create {
        return Err(Refused::PanicMode.into());
    }
    let given_name = if proven.given_name.is_empty() { &attempt.given_name } else { &proven.given_name };
    let names = names::candidates(given_name, &service.settings().reserved_usernames, &service.ambient().random);
    let new = NewAccount { names: &names, email, country: attempt.client.country.as_ref(), now };
    let account = store::create(tx, proven, &new).await?.ok_or(Stopped::Again)?;
    // A change of name that ended meanwhile may have kept it.
    if username::is_reserved(tx, &account.username, None, now).await? {
        return Err(Stopped::Again);
    }
    jobs::add(tx, Role::Auth, &PushPerson::of(account.id)).await?;
    Ok(account)
}
