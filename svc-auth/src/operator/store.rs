//! SQL of what operators see of accounts and do to them.

use platform::{AccountId, pg::Conn, security::Kind};
use time::OffsetDateTime;

/// An account as an operator sees it: no address, and nothing that its owner wrote.
#[derive(Clone, Debug)]
pub struct Shown {
    pub id: AccountId,
    pub username: String,
    pub lifecycle: String,
    pub moderation: String,
    pub moderation_until: Option<OffsetDateTime>,
    pub staff: bool,
    pub email_verified: bool,
    pub created_at: OffsetDateTime,
    pub sessions: i64,
    /// What a deletion does next, since when it may, and why it stopped last.
    pub step: Option<String>,
    pub due_at: Option<OffsetDateTime>,
    pub last_error: Option<String>,
    pub done_at: Option<OffsetDateTime>,
}

/// By id, else by name.
pub async fn show(conn: &mut Conn, id: Option<i64>, name: &str) -> Result<Option<Shown>, sqlx::Error> {
    sqlx::query_as!(
        Shown,
        r#"/* auth.operator.show */
           select a.id as "id: AccountId", a.username, a.lifecycle, a.moderation, a.moderation_until,
                  a.staff or a.superuser as "staff!", a.email_verified_at is not null as "email_verified!",
                  a.created_at, (select count(*) from auth.session s where s.account = a.id) as "sessions!",
                  d.step as "step?", d.due_at as "due_at?", d.last_error as "last_error?", d.done_at as "done_at?"
           from auth.account a left join auth.deletion d on d.account = a.id
           where a.id = $1 or ($1::bigint is null and lower(a.username) = $2)"#,
        id,
        name,
    )
    .fetch_optional(&mut *conn)
    .await
}

pub async fn revive(conn: &mut Conn, account: AccountId, now: OffsetDateTime) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "/* auth.operator.revive */
         with remembered as (
             insert into auth.security_event (account, kind, at) values ($1, $3, $2)
         )
         update auth.account set lifecycle = 'live', lifecycle_at = $2, updated_at = $2, version = version + 1
         where id = $1",
        account.0,
        now,
        Kind::Restored.as_str(),
    )
    .execute(&mut *conn)
    .await?;
    Ok(())
}

/// False: it was so before.
pub async fn set_staff(
    conn: &mut Conn,
    account: AccountId,
    staff: bool,
    kind: Kind,
    now: OffsetDateTime,
) -> Result<bool, sqlx::Error> {
    let done = sqlx::query!(
        "/* auth.operator.set_staff */
         with changed as (
             update auth.account
             set staff = $2, superuser = superuser and $2, updated_at = $3, version = version + 1
             where id = $1 and (staff or superuser) <> $2
             returning id
         )
         insert into auth.security_event (account, kind, at) select id, $4, $3 from changed",
        account.0,
        staff,
        now,
        kind.as_str(),
    )
    .execute(&mut *conn)
    .await?;
    Ok(done.rows_affected() == 1)
}
