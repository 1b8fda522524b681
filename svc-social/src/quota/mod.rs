//! Daily quotas of what is made here: counted where it is made, in the same transaction.

mod purge;
mod store;

use platform::{AccountId, Error, pg::Conn, quota};
use time::OffsetDateTime;

pub use self::purge::Purge;
use crate::Service;

pub use platform::quota::Action;

impl Service {
    /// Counts one more of `action` today, in the transaction that makes it: if that fails, nothing was counted. Whoever
    /// does the same at once waits for it to end. One statement, or none where there is no limit; the last lock taken.
    ///
    /// # Errors
    /// 429 `quota_exceeded`, with `action`, `limit` and `retry_after_ms`.
    pub(crate) async fn count(
        &self,
        conn: &mut Conn,
        account: AccountId,
        action: Action,
        now: OffsetDateTime,
    ) -> Result<(), Error> {
        let Some(limit) = self.settings().quotas.limit(action) else { return Ok(()) };
        let more = store::Use { account, action, subject: "", units: 1, day: quota::day(now), limit };
        if store::count(conn, &more).await? {
            return Ok(());
        }
        Err(quota::refuse(account, action, limit, now).into())
    }
}
