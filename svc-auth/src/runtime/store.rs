//! SQL of run-time switches.

use platform::pg::Conn;
use time::OffsetDateTime;

pub async fn active(conn: &mut Conn, name: &str) -> Result<bool, sqlx::Error> {
    let active = sqlx::query_scalar!("select active from auth.runtime_flag where name = $1", name)
        .fetch_optional(&mut *conn)
        .await?;
    Ok(active.unwrap_or(false))
}

pub async fn set(conn: &mut Conn, name: &str, active: bool, now: OffsetDateTime) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "insert into auth.runtime_flag (name, active, set_at) values ($1, $2, $3)
         on conflict (name) do update set active = excluded.active, set_at = excluded.set_at",
        name,
        active,
        now,
    )
    .execute(&mut *conn)
    .await?;
    Ok(())
}
