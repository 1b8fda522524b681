//! SQL of the addresses of accounts. The partial unique index decides who has proven one.

use platform::{AccountId, pg::Conn, security::Kind};
use time::OffsetDateTime;

use crate::{account::Onboarding, security::request_id};

/// `None`: no such living account.
pub async fn is_verified(conn: &mut Conn, account: AccountId) -> Result<Option<bool>, sqlx::Error> {
    sqlx::query_scalar!(
        r#"/* auth.address.is_verified */
           select email_verified_at is not null as "verified!" from auth.account where id = $1 and lifecycle = 'live'"#,
        account.0,
    )
    .fetch_optional(&mut *conn)
    .await
}

/// Under the lock of the account's row.
pub async fn verify(conn: &mut Conn, account: AccountId, now: OffsetDateTime) -> Result<Onboarding, sqlx::Error> {
    sqlx::query_as!(
        Onboarding,
        r#"/* auth.address.verify */
           with remembered as (
               insert into auth.security_event (account, kind, at, request_id) values ($1, $3, $2, $4)
           )
           update auth.account
           set email_verified_at = coalesce(email_verified_at, $2), version = version + 1, updated_at = $2
           where id = $1
           returning onboarding_completed_at is not null as "completed!", onboarding_step as step, contact_sync_done"#,
        account.0,
        now,
        Kind::EmailVerified.as_str(),
        request_id(),
    )
    .fetch_one(&mut *conn)
    .await
}

/// Who asks for another address.
pub struct Asker {
    pub email: Option<String>,
    pub verified: bool,
    pub password_hash: Option<String>,
    pub password_set_at: OffsetDateTime,
    /// `None`: the session is over.
    pub session_began: Option<OffsetDateTime>,
}

pub async fn asker(conn: &mut Conn, account: AccountId, session: i64) -> Result<Option<Asker>, sqlx::Error> {
    sqlx::query_as!(
        Asker,
        r#"/* auth.address.asker */
           select a.email, a.email_verified_at is not null as "verified!", a.password_hash,
                  a.password_set_at, s.created_at as "session_began?"
           from auth.account a left join auth.session s on s.id = $2 and s.account = a.id
           where a.id = $1 and a.lifecycle = 'live'"#,
        account.0,
        session,
    )
    .fetch_optional(&mut *conn)
    .await
}

/// Keeps whoever ends the account, or changes its password, waiting: he holds its row before he ends its tokens. False: it
/// ended, or has another password than the one that was checked.
pub async fn hold(conn: &mut Conn, account: AccountId, set_at: OffsetDateTime) -> Result<bool, sqlx::Error> {
    let found = sqlx::query_scalar!(
        "/* auth.address.hold */
         select id from auth.account where id = $1 and lifecycle = 'live' and password_set_at = $2 for share",
        account.0,
        set_at,
    )
    .fetch_optional(&mut *conn)
    .await?;
    Ok(found.is_some())
}

/// Under the lock of the account's row. Gives the address that was.
pub async fn change(
    conn: &mut Conn,
    account: AccountId,
    email: &str,
    now: OffsetDateTime,
) -> Result<Option<String>, sqlx::Error> {
    sqlx::query_scalar!(
        r#"/* auth.address.change */
           with before as (
               select email from auth.account where id = $1
           ), remembered as (
               insert into auth.security_event (account, kind, at, request_id) values ($1, $4, $3, $5)
           )
           update auth.account
           set email = $2, email_verified_at = $3, version = version + 1, updated_at = $3
           where id = $1
           returning (select email from before) as "old?""#,
        account.0,
        email,
        now,
        Kind::EmailChanged.as_str(),
        request_id(),
    )
    .fetch_one(&mut *conn)
    .await
}
