//! SQL of changing a password.

use platform::{AccountId, pg::Conn, security::Kind};
use time::OffsetDateTime;

use crate::{security::request_id, token};

/// What a change is judged by.
pub struct Present {
    pub username: String,
    pub email: Option<String>,
    pub password_hash: Option<String>,
    pub password_set_at: OffsetDateTime,
    /// Of the calling session; none if it ended meanwhile.
    pub session_created_at: Option<OffsetDateTime>,
}

/// `None`: no such living account.
pub async fn present(conn: &mut Conn, account: AccountId, session: i64) -> Result<Option<Present>, sqlx::Error> {
    sqlx::query_as!(
        Present,
        r#"/* auth.password_change.present */
           select a.username, a.email, a.password_hash, a.password_set_at, s.created_at as "session_created_at?"
           from auth.account a
           left join auth.session s on s.id = $2 and s.account = a.id
           where a.id = $1 and a.lifecycle = 'live'"#,
        account.0,
        session,
    )
    .fetch_optional(&mut *conn)
    .await
}

/// Sets the password, and remembers that. False: it was changed since `set_at`, or the account ended.
pub async fn set(
    conn: &mut Conn,
    account: AccountId,
    set_at: OffsetDateTime,
    hash: &str,
    now: OffsetDateTime,
) -> Result<bool, sqlx::Error> {
    let done = sqlx::query!(
        "/* auth.password_change.set */
         with changed as (
             update auth.account set password_hash = $3, password_set_at = $4, updated_at = $4
             where id = $1 and lifecycle = 'live' and password_set_at = $2
             returning id
         )
         insert into auth.security_event (account, kind, at, request_id) select id, $5, $4, $6 from changed",
        account.0,
        set_at,
        hash,
        now,
        Kind::PasswordChanged.as_str(),
        request_id(),
    )
    .execute(&mut *conn)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Whatever else could come in by what the account was: its other sessions, the tokens that whoever knew the password may
/// have asked for ([`token::OF_A_PASSWORD`]), and exports that wait. The caller holds the account's row.
pub async fn end_others(conn: &mut Conn, account: AccountId, session: i64) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "/* auth.password_change.end_others */
         with ended as (
             delete from auth.session where account = $1 and id <> $2 returning id, account, expires_at
         ), voided as (
             delete from auth.token where account = $1 and kind = any($3) and used_at is null
         ), files as (
             delete from auth.export_file where account = $1
         )
         insert into auth.ended_session (id, account, forget_at)
         select id, account, expires_at + interval '30 days' from ended",
        account.0,
        session,
        &token::OF_A_PASSWORD.map(|kind| kind.as_str().to_owned()),
    )
    .execute(&mut *conn)
    .await?;
    Ok(())
}
