//! The two ledgers: whom the viewer shows a Side, and who shows him one.

use platform::{AccountId, Error, Side, person::Person};
use time::OffsetDateTime;

use super::store;
use crate::Service;

/// People a bucket holds at most.
pub const BUCKET: u16 = 5_000;

/// Three buckets, newest change first, then by id. Gone and blocked people are left out.
#[derive(Debug, Default)]
pub struct Ledger {
    pub friends: Vec<LedgerEntry>,
    pub close: Vec<LedgerEntry>,
    pub work: Vec<LedgerEntry>,
    /// A bucket held more than [`BUCKET`] people.
    pub truncated: bool,
}

/// One person of a ledger, with his public face.
#[derive(Debug)]
pub struct LedgerEntry {
    pub id: AccountId,
    pub username: String,
    pub display_name: String,
    /// "" = none.
    pub avatar_url: String,
    pub updated_at: OffsetDateTime,
}

impl Ledger {
    pub fn push(&mut self, side: Side, entry: LedgerEntry) {
        let bucket = match side {
            Side::Friends => &mut self.friends,
            Side::Close => &mut self.close,
            Side::Work => &mut self.work,
            // A placement is never in the public Side: the table says so.
            Side::Public => return,
        };
        if bucket.len() < usize::from(BUCKET) { bucket.push(entry) } else { self.truncated = true }
    }
}

impl Service {
    /// People the viewer shows a Side. One statement.
    ///
    /// # Errors
    /// The database's.
    pub async fn siders(&self, viewer: AccountId) -> Result<Ledger, Error> {
        let mut conn = self.db().conn().await?;
        Ok(store::siders(&mut conn, viewer).await?)
    }

    /// People who show the viewer a Side; nobody does while he is banned. One statement.
    ///
    /// # Errors
    /// The database's.
    pub async fn followers(&self, viewer: &Person) -> Result<Ledger, Error> {
        let member = if viewer.gone() { AccountId::NOBODY } else { viewer.id };
        let mut conn = self.db().conn().await?;
        Ok(store::followers(&mut conn, member).await?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bucket_that_holds_more_says_so() {
        let mut ledger = Ledger::default();
        let entry = |id| LedgerEntry {
            id: AccountId(id),
            username: String::new(),
            display_name: String::new(),
            avatar_url: String::new(),
            updated_at: OffsetDateTime::UNIX_EPOCH,
        };
        for id in 1..=5_000 {
            ledger.push(Side::Work, entry(id));
        }
        assert!(!ledger.truncated);
        ledger.push(Side::Work, entry(5_001));
        assert!(ledger.truncated);
        assert_eq!((ledger.friends.len(), ledger.work.len()), (0, usize::from(BUCKET)));
    }
}
