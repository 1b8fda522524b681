//! The people this service knows: exact copies of auth's rows, and what their states forbid.

mod reference;
pub mod store;

use std::collections::BTreeMap;

use platform::{
    AccountId, Error,
    identity::Viewer,
    person::Person,
    pg::{Db, Tx},
};
use time::OffsetDateTime;

pub use self::reference::Reference;
use crate::{Service, follow::Recount, refused::Refused, tally::Correct};

impl Service {
    /// Applies auth's word on accounts; a row of a higher version stays.
    ///
    /// # Errors
    /// The database's.
    pub async fn put_persons(&self, persons: &[Person]) -> Result<(), Error> {
        let persons = newest(persons);
        let mut conn = self.db().conn().await?;
        let older = store::put(&mut conn, None, &persons).await?;
        drop(conn);
        renew(self.db(), &persons, &older).await
    }
}

/// Makes people known to the caller's transaction, before it shares anybody's row: new ones in it, those of whom more
/// is known by now beside it.
///
/// # Errors
/// The database's.
pub async fn put(tx: &mut Tx, persons: &[Person]) -> Result<(), Error> {
    put_under(tx, None, persons).await
}

/// As [`put`], under the pair's lock (`platform::pg::lock::pair`), which is taken first.
///
/// # Errors
/// The database's.
pub async fn put_under(tx: &mut Tx, pair: Option<i64>, persons: &[Person]) -> Result<(), Error> {
    let persons = newest(persons);
    let older = store::put(tx, pair, &persons).await?;
    renew(tx.db(), &persons, &older).await
}

/// Renews each row in a transaction of its own. Others share the rows of people whatever they hold, circles and posts
/// too: whoever kept a renewed row and waited for one of these would wait for somebody who waits for him. So it is held
/// for a moment and for nothing else. Who goes or comes back changes the numbers of others: a job counts them again.
async fn renew(db: &Db, persons: &[&Person], older: &[AccountId]) -> Result<(), Error> {
    for person in persons.iter().filter(|person| older.contains(&person.id)) {
        let mut tx = db.begin().await?;
        if store::renew(&mut tx, person).await? {
            Recount::of(person.id).add(&mut tx).await?;
            Correct::of(person.id).add(&mut tx).await?;
        }
        tx.commit().await?;
    }
    Ok(())
}

/// One row an account, the newest, in the order of ids.
fn newest(persons: &[Person]) -> Vec<&Person> {
    let mut newest: BTreeMap<AccountId, &Person> = BTreeMap::new();
    for person in persons {
        let held = newest.entry(person.id).or_insert(person);
        if held.version < person.version {
            *held = person;
        }
    }
    newest.into_values().collect()
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
