//! SQL of run-time switches.

use platform::pg::Conn;
use time::OffsetDateTime;

/// A switch as it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flag {
    pub active: bool,
    pub set_at: OffsetDateTime,
    pub set_by: String,
}

pub async fn find(conn: &mut Conn, name: &str) -> Result<Option<Flag>, sqlx::Error> {
    sqlx::query_as!(
        Flag,
        "/* auth.runtime.find */
         select active, set_at, set_by from auth.runtime_flag where name = $1",
        name,
    )
    .fetch_optional(&mut *conn)
    .await
}

pub async fn set(conn: &mut Conn, name: &str, flag: &Flag) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "/* auth.runtime.set */
         insert into auth.runtime_flag (name, active, set_at, set_by) values ($1, $2, $3, $4)
         on conflict (name) do update
         set active = excluded.active, set_at = excluded.set_at, set_by = excluded.set_by",
        name,
        flag.active,
        flag.set_at,
        flag.set_by,
    )
    .execute(&mut *conn)
    .await?;
    Ok(())
}
