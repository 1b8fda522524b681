//! Sign-ins that failed. The answer does not wait for their rows, so its time does not tell whether there is an account.

use platform::{
    AccountId,
    behind::Behind,
    pg::Db,
    security::{Event, Kind, Network},
};
use time::OffsetDateTime;

use super::{request_id, store};
use crate::{Service, mail, session::Client};

/// One attempt against one account.
pub struct Failed {
    pub account: AccountId,
    pub at: OffsetDateTime,
    pub region: String,
    pub network: Option<Network>,
    pub request_id: Option<String>,
}

/// Where attempts are left.
pub type Failures = Behind<Failed>;

pub fn failures(db: Db) -> Failures {
    Behind::new(move |batch| write(db.clone(), batch))
}

async fn write(db: Db, batch: Vec<Failed>) {
    let written = match db.conn().await {
        Ok(mut conn) => store::insert_failed(&mut conn, &batch).await,
        Err(error) => Err(error),
    };
    if let Err(error) = written {
        tracing::warn!(error = %platform::pg::describe(&error), "failed sign-ins were not remembered");
        return;
    }
    let Some(now) = batch.iter().map(|failed| failed.at).max() else { return };
    let accounts = batch.iter().map(|failed| failed.account.0).collect();
    if let Err(error) = mail::tell_of_failures(&db, accounts, now).await {
        tracing::warn!(%error, "who has failed sign-ins was not told");
    }
}

/// Remembers the attempt with each account that was `meant`; the log has it in any case.
pub fn sign_in_failed(service: &Service, meant: &[AccountId], client: &Client) {
    Event::new(Kind::SignInFailed).account(meant.first().copied()).from(client.network()).write();
    for account in meant {
        service.failures().note(Failed {
            account: *account,
            at: service.now(),
            region: client.region().to_owned(),
            network: client.network(),
            request_id: request_id(),
        });
    }
}
