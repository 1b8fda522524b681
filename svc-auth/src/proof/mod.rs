//! Coming in by what only the owner of a mailbox can have: a sign-in link, or a new password by mail.

mod magic;
mod reset;
mod store;

use platform::{
    AccountId, Error, Role, jobs,
    pg::Tx,
    security::{Event, Kind as EventKind},
};
use time::OffsetDateTime;

pub use self::{
    magic::consume as by_link,
    reset::{New, confirm as with_new_password},
};
use crate::{
    Service, address, lifecycle,
    people::PushPerson,
    refused::Refused,
    session::{self, Client, Opening, Presented, SignedIn},
};

/// What becomes of the password at the door.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Password<'a> {
    Stays,
    /// Whoever set it had not proven the address.
    Goes,
    Becomes(&'a str),
}

/// Whoever holds the account's row by a token, about to come in.
struct Entrance<'a> {
    account: AccountId,
    password: Password<'a>,
    /// What the account's history keeps of it, before the sign-in.
    events: Vec<EventKind>,
    presented: &'a Presented,
    client: &'a Client,
    now: OffsetDateTime,
}

/// Proves the address, brings a deactivated account back, and opens a session; ends the transaction.
async fn enter(service: &Service, mut tx: Tx, entrance: Entrance<'_>) -> Result<SignedIn, Error> {
    let Entrance { account, password, mut events, presented, client, now } = entrance;
    let reactivated = lifecycle::reactivate(&mut tx, account, now).await?;
    let entered = store::enter(&mut tx, account, password, now).await.map_err(|error| {
        // Somebody else proved the address since the mail: this is a claim that is worth nothing.
        if address::is_taken(&error) { Error::from(Refused::InvalidToken) } else { Error::from(error) }
    })?;
    if reactivated {
        events.push(EventKind::Reactivated);
    }
    events.push(EventKind::SignedIn);
    let opening = Opening { account, presented, client, events: &events, now };
    let (token, max_age) = session::open(service, &mut tx, &opening).await?;
    jobs::add(&mut tx, Role::Auth, &PushPerson::of(account)).await?;
    tx.commit().await?;
    for kind in events {
        Event::new(kind).account(account).from(client.network()).write();
    }
    Ok(SignedIn { account: entered, token, max_age, reactivated })
}
