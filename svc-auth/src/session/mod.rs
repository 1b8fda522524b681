//! Sessions: an opaque token in a cookie, of which only the hash is kept; recognised anew at every request.

mod authenticate;
mod client;
mod devices;
mod forget;
mod open;
mod purge;
pub mod store;
mod token;
mod touch;

use platform::{
    Error,
    security::{Event, Kind},
};

pub use self::{
    authenticate::{Authenticated, authenticate, me},
    client::Client,
    devices::{Device, list, live, log_out_all, revoke, revoke_all},
    forget::Forget,
    open::{Opening, open},
    purge::Purge,
    token::{Presented, Token},
    touch::{Touches, touches},
};
use crate::{Service, account::Account};

/// The answer to every way of signing in.
#[derive(Debug)]
pub struct SignedIn {
    pub account: Account,
    pub token: Token,
    pub max_age: time::Duration,
    /// Signing in brought a deactivated account back.
    pub reactivated: bool,
}

/// Ends the sessions of the presented tokens; a dead token, or none, is no error.
pub async fn log_out(service: &Service, presented: &Presented) -> Result<(), Error> {
    if presented.is_empty() {
        return Ok(());
    }
    let mut conn = service.db().conn().await?;
    for account in store::end(&mut conn, presented.hashes(), service.now()).await? {
        Event::new(Kind::SessionEnded).account(account).write();
    }
    Ok(())
}
