//! SQL of quotas.

use platform::{AccountId, pg::Conn};
use time::Date;

use super::Action;

/// Something that is about to be made.
pub struct Use<'a> {
    pub account: AccountId,
    pub action: Action,
    /// "" = all together.
    pub subject: &'a str,
    pub units: i32,
    pub day: Date,
    pub limit: i32,
}

/// Counts, unless that would be more than the limit. Waits for others who count for the same, so that it is exact.
pub async fn count(conn: &mut Conn, more: &Use<'_>) -> Result<bool, sqlx::Error> {
    let done = sqlx::query!(
        "/* social.quota.count */
         insert into social.quota as held (account, action, subject, day, used)
         select $1, $2, $3, $4, $5::integer where $5 <= $6
         on conflict (day, account, action, subject) do update set used = held.used + excluded.used
         where held.used + excluded.used <= $6",
        more.account.0,
        more.action.as_str(),
        more.subject,
        more.day,
        more.units,
        more.limit,
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Deletes at most `most` counters of days before this one.
pub async fn purge(conn: &mut Conn, before: Date, most: i64) -> Result<u64, sqlx::Error> {
    let done = sqlx::query!(
        "/* social.quota.purge */
         delete from social.quota where ctid = any(array(
             select ctid from social.quota where day < $1 order by day limit $2 for update skip locked))",
        before,
        most,
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected())
}
