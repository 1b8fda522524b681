//! SQL of coming back.

use platform::{AccountId, pg::Conn};
use time::OffsetDateTime;

/// Locks the row until the transaction ends. Whether the account rests; `None`: nobody signs in to it any more.
pub async fn rests(conn: &mut Conn, account: AccountId) -> Result<Option<bool>, sqlx::Error> {
    sqlx::query_scalar!(
        r#"/* auth.lifecycle.rests */
           select lifecycle = 'deactivated' as "rests!" from auth.account
           where id = $1 and lifecycle in ('live', 'deactivated') for update"#,
        account.0,
    )
    .fetch_optional(&mut *conn)
    .await
}

/// Of a row that [`rests`] locked.
pub async fn wake(conn: &mut Conn, account: AccountId, now: OffsetDateTime) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "/* auth.lifecycle.wake */
         update auth.account set lifecycle = 'live', lifecycle_at = $2, updated_at = $2, version = version + 1
         where id = $1",
        account.0,
        now,
    )
    .execute(&mut *conn)
    .await?;
    Ok(())
}
