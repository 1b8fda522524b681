//! SQL of a token's mail: what is to be written to whom, and that it was.

use platform::{AccountId, pg::Conn};
use time::OffsetDateTime;

use crate::token::Kind;

/// A token whose mail waits, with everything that decides whether it is written.
#[expect(clippy::struct_excessive_bools, reason = "a row of a table is no state machine")]
pub struct Due {
    pub id: i64,
    pub account: AccountId,
    pub kind: Kind,
    pub email: String,
    pub next: Option<String>,
    pub welcome: bool,
    pub created_at: OffsetDateTime,
    pub sealed: Option<String>,
    pub username: String,
    /// The address is still the account's.
    pub own_address: bool,
    pub verified: bool,
    /// Live or deactivated.
    pub lives: bool,
    /// Another account that has proven the address: this one's claim is inert.
    pub owner: Option<AccountId>,
}

/// `None`: used, voided, or written already.
pub async fn load(conn: &mut Conn, token: i64) -> Result<Option<Due>, sqlx::Error> {
    let row = sqlx::query!(
        r#"/* auth.token.due */
           select t.account, t.kind, t.email, t.next, t.welcome, t.created_at, t.sealed, a.username,
                  coalesce(lower(a.email) = lower(t.email), false) as "own_address!",
                  a.email_verified_at is not null as "verified!",
                  a.lifecycle in ('live', 'deactivated') as "lives!",
                  (select o.id from auth.account o
                   where lower(o.email) = lower(t.email) and o.email_verified_at is not null
                     and o.lifecycle <> 'deleted' and o.id <> a.id limit 1) as "owner?"
           from auth.token t join auth.account a on a.id = t.account
           where t.id = $1 and t.used_at is null and t.mailed_at is null"#,
        token,
    )
    .fetch_optional(&mut *conn)
    .await?;
    Ok(row.and_then(|row| {
        Some(Due {
            id: token,
            account: AccountId(row.account),
            kind: Kind::parse(&row.kind)?,
            email: row.email,
            next: row.next,
            welcome: row.welcome,
            created_at: row.created_at,
            sealed: row.sealed,
            username: row.username,
            own_address: row.own_address,
            verified: row.verified,
            lives: row.lives,
            owner: row.owner.map(AccountId),
        })
    }))
}

/// Keeps hash and sealed text of the token that was made. False: it was asked for again meanwhile.
pub async fn make(
    conn: &mut Conn,
    due: &Due,
    hash: &str,
    sealed: &str,
    expires_at: OffsetDateTime,
) -> Result<bool, sqlx::Error> {
    let done = sqlx::query!(
        "/* auth.token.make */
         update auth.token set hash = $3, sealed = $4, expires_at = $5
         where id = $1 and created_at = $2 and used_at is null",
        due.id,
        due.created_at,
        hash,
        sealed,
        expires_at,
    )
    .execute(&mut *conn)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// The mail is out: its receiver can look it up. Comes before [`mailed`]: the account's row is met before the token's.
pub async fn remember(conn: &mut Conn, due: &Due, now: OffsetDateTime) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "/* auth.token.remember */
         insert into auth.mail (account, kind, tried_at, sent_at) values ($1, $2, $3, $3)",
        due.account.0,
        due.kind.as_str(),
        now,
    )
    .execute(&mut *conn)
    .await?;
    Ok(())
}

/// The mail is out, or will never be: the sealed text goes.
pub async fn mailed(conn: &mut Conn, due: &Due, now: OffsetDateTime) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "/* auth.token.mailed */
         update auth.token set mailed_at = $3, sealed = null where id = $1 and created_at = $2",
        due.id,
        due.created_at,
        now,
    )
    .execute(&mut *conn)
    .await?;
    Ok(())
}
