//! SQL of the states of accounts.

use platform::{AccountId, person::AccountState, pg::Conn};
use time::OffsetDateTime;

use super::{Change, kind};
use crate::security::request_id;

pub struct Present {
    pub lifecycle: String,
    pub staff: bool,
}

/// Locks the row until the transaction ends. Not against what only refers to it: who ends a session holds that, and then
/// writes down whose it was.
pub async fn lock(conn: &mut Conn, account: AccountId) -> Result<Option<Present>, sqlx::Error> {
    sqlx::query_as!(
        Present,
        r#"/* auth.moderation.lock */
           select lifecycle, staff or superuser as "staff!" from auth.account where id = $1
           for no key update"#,
        account.0,
    )
    .fetch_optional(&mut *conn)
    .await
}

/// Nothing is written where nothing differs: false.
pub async fn moderate(
    conn: &mut Conn,
    account: AccountId,
    change: &Change<'_>,
    now: OffsetDateTime,
) -> Result<bool, sqlx::Error> {
    let done = sqlx::query!(
        "/* auth.moderation.moderate */
         with changed as (
             update auth.account
             set moderation = $2, moderation_until = $3, moderation_reason = $4, moderation_by = $5,
                 moderation_at = $6, updated_at = $6, version = version + 1
             where id = $1
               and (moderation, moderation_until, moderation_reason) is distinct from ($2, $3, $4)
             returning id
         )
         insert into auth.security_event (account, kind, at, request_id) select id, $7, $6, $8 from changed",
        account.0,
        change.state.as_str(),
        change.until,
        change.reason,
        change.by.map(|by| by.0),
        now,
        kind(change.state).as_str(),
        request_id(),
    )
    .execute(&mut *conn)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Leaving the living ends every session, but for one that the caller ends last: it too is recognised nowhere any more.
pub async fn move_on(
    conn: &mut Conn,
    account: AccountId,
    state: AccountState,
    last: Option<i64>,
    now: OffsetDateTime,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "/* auth.moderation.move_on */
         with ended as (
             delete from auth.session where account = $1 and id is distinct from $6
         ), remembered as (
             insert into auth.security_event (account, kind, at, request_id) values ($1, $4, $3, $5)
         )
         update auth.account set lifecycle = $2, lifecycle_at = $3, updated_at = $3, version = version + 1
         where id = $1",
        account.0,
        state.as_str(),
        now,
        kind(state).as_str(),
        request_id(),
        last,
    )
    .execute(&mut *conn)
    .await?;
    Ok(())
}
