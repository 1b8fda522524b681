//! Reading: what was unread turns, once, and only for its receiver.

use platform::{AccountId, Error, Side, schedule};

use super::{BATCH, store};
use crate::{Service, refused::Refused};

impl Service {
    /// Marks these as read, as far as they are his, of this Side and unread; how many turned. One statement.
    ///
    /// # Errors
    /// 400 `bad_request`: more than 200 ids.
    pub(crate) async fn mark_read(&self, viewer: AccountId, side: Side, ids: &[String]) -> Result<u64, Error> {
        if ids.len() > BATCH {
            return Err(Refused::BadRequest.into());
        }
        if ids.is_empty() {
            return Ok(0);
        }
        let mut conn = self.db().conn().await?;
        Ok(store::mark(&mut conn, viewer, side, ids, self.ambient().clock.now()).await?)
    }

    /// Marks as read whatever is unread of this Side; how many turned. What is kept from him, because its actor is
    /// muted, blocked or gone, was not read, and stays as it is. One statement for each 1,000.
    ///
    /// # Errors
    /// The database's.
    pub(crate) async fn mark_all_read(&self, viewer: AccountId, side: Side) -> Result<u64, Error> {
        let now = self.ambient().clock.now();
        let some = schedule::BATCH;
        schedule::in_batches(self.db(), |conn| Box::pin(store::mark_all(conn, viewer, side, now, some))).await
    }
}
