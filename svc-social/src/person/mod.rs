//! The people this service knows: exact copies of auth's rows, and what their states forbid.

mod reference;
pub mod store;

use platform::{Error, identity::Viewer, person::Person, pg::Conn};
use time::OffsetDateTime;

pub use self::reference::Reference;
use crate::{Service, follow::Recount, refused::Refused, tally::Correct};

impl Service {
    /// Applies auth's word on accounts; a row of a higher version stays.
    ///
    /// # Errors
    /// The database's.
    pub async fn put_persons(&self, persons: &[Person]) -> Result<(), Error> {
        let mut tx = self.db().begin().await?;
        put(&mut tx, persons).await?;
        Ok(tx.commit().await?)
    }
}

/// Applies rows of accounts in the caller's transaction. Who goes or comes back changes the numbers of others: a job
/// counts them again.
///
/// # Errors
/// The database's.
pub async fn put(tx: &mut Conn, persons: &[Person]) -> Result<(), Error> {
    put_under(tx, None, persons).await
}

/// As [`put`], under the pair's lock (`platform::pg::lock::pair`), which is taken first.
///
/// # Errors
/// The database's.
pub async fn put_under(tx: &mut Conn, pair: Option<i64>, persons: &[Person]) -> Result<(), Error> {
    for person in store::put(tx, pair, persons).await? {
        Recount::of(person).add(tx).await?;
        Correct::of(person).add(tx).await?;
    }
    Ok(())
}

/// Early refusal of what would widen access or add content: by the token, before any connection is taken. The row
/// that decides is read again in the write's own transaction.
///
/// # Errors
/// 403 `account_restricted`, then 403 `age_gate_required`.
pub fn refuse_growth(viewer: &Viewer, now: OffsetDateTime) -> Result<(), Error> {
    viewer.refuse_if_restricted(now)?;
    if viewer.age_confirmed { Ok(()) } else { Err(Refused::AgeGateRequired { min_age: viewer.min_age }.into()) }
}
