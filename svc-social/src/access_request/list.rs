//! The requests that wait for the viewer's answer.

use platform::{AccountId, Error, Side, cursor::Place, person::Person};
use time::{OffsetDateTime, macros::datetime};

use super::store;
use crate::Service;

/// Requests a page holds.
const PAGE: u8 = 200;
/// Later than every request.
const END_OF_TIME: OffsetDateTime = datetime!(9999-12-31 0:00 UTC);

/// One request that waits.
#[derive(Debug)]
pub struct Asked {
    pub id: i64,
    pub requester: AccountId,
    pub username: String,
    pub side: Side,
    pub message: String,
    pub created_at: OffsetDateTime,
    pub updated_at: OffsetDateTime,
}

/// One page, newest first.
#[derive(Debug, Default)]
pub struct AskedPage {
    pub requests: Vec<Asked>,
    /// `None` = the last page.
    pub next_cursor: Option<String>,
}

impl Service {
    /// Pending requests to the viewer, without those of people who are gone or cut off by a block. One statement.
    ///
    /// # Errors
    /// The database's.
    pub async fn asked(&self, viewer: &Person, cursor: &str) -> Result<AskedPage, Error> {
        let owner = if viewer.gone() { AccountId::NOBODY } else { viewer.id };
        let list = format!("access-requests/{owner}");
        let start = Place { at: END_OF_TIME, id: i64::MAX.to_string() };
        let from = self.cursors().open(&list, cursor).unwrap_or(start);
        let mut conn = self.db().conn().await?;
        let mut requests = store::pending(&mut conn, owner, &from, i64::from(PAGE) + 1).await?;
        drop(conn);
        let more = requests.len() > usize::from(PAGE);
        requests.truncate(usize::from(PAGE));
        let last = requests.last().filter(|_| more).map(|row| Place { at: row.updated_at, id: row.id.to_string() });
        Ok(AskedPage { next_cursor: last.map(|place| self.cursors().seal(&list, &place)), requests })
    }
}
