//! SQL of going to rest and coming back.

use platform::{AccountId, pg::Conn};
use time::OffsetDateTime;

/// Locks the row until the transaction ends. Whether the account rests; `None`: nobody signs in to it any more.
pub async fn rests(conn: &mut Conn, account: AccountId) -> Result<Option<bool>, sqlx::Error> {
    sqlx::query_scalar!(
        r#"/* auth.lifecycle.rests */
           select lifecycle = 'deactivated' as "rests!" from auth.account
           where id = $1 and lifecycle in ('live', 'deactivated') for no key update"#,
        account.0,
    )
    .fetch_optional(&mut *conn)
    .await
}

/// A resting account, and the session of these that put it to rest and has not ended since.
pub async fn put_to_rest_by(conn: &mut Conn, hashes: &[Vec<u8>]) -> Result<Option<(AccountId, i64)>, sqlx::Error> {
    let row = sqlx::query!(
        "/* auth.lifecycle.put_to_rest_by */
         select s.id, s.account from auth.session s join auth.account a on a.id = s.account
         where s.token_hash = any($1) and a.lifecycle = 'deactivated' limit 1",
        hashes,
    )
    .fetch_optional(&mut *conn)
    .await?;
    Ok(row.map(|row| (AccountId(row.account), row.id)))
}

/// Of a row that [`rests`] locked. No session of before comes back with it.
pub async fn wake(conn: &mut Conn, account: AccountId, now: OffsetDateTime) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "/* auth.lifecycle.wake */
         with ended as (
             delete from auth.session where account = $1
         )
         update auth.account set lifecycle = 'live', lifecycle_at = $2, updated_at = $2, version = version + 1
         where id = $1",
        account.0,
        now,
    )
    .execute(&mut *conn)
    .await?;
    Ok(())
}
