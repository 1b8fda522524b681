//! SQL of names: who may take one, and what a change leaves behind.

use platform::{AccountId, pg::Conn, security::Kind};
use time::OffsetDateTime;

use crate::security::request_id;

/// A change of name, made under the lock of its account's row.
pub struct Renaming<'a> {
    pub account: AccountId,
    pub from: &'a str,
    pub to: &'a str,
    pub now: OffsetDateTime,
    pub reserved_until: OffsetDateTime,
}

/// Whether a name of nobody is kept from everybody but `by`. Read after the name was taken, so that it sees what a
/// change that ended meanwhile has reserved.
pub async fn is_reserved(
    conn: &mut Conn,
    name: &str,
    by: Option<AccountId>,
    now: OffsetDateTime,
) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar!(
        r#"/* auth.username.is_reserved */
           select exists(
               select from auth.reserved_name
               where (name = $1 or name = (select 'kept:' || encode(sha256(k.key || convert_to($1, 'UTF8')), 'hex')
                                           from auth.name_key k))
                 and (until is null or until > $3)
                 and (account is null or account is distinct from $2)) as "reserved!""#,
        name,
        by.map(|account| account.0),
        now,
    )
    .fetch_one(&mut *conn)
    .await
}

/// The latest changes since `since`, newest first, at most `limit`.
pub async fn changes(
    conn: &mut Conn,
    account: AccountId,
    since: OffsetDateTime,
    limit: i64,
) -> Result<Vec<OffsetDateTime>, sqlx::Error> {
    sqlx::query_scalar!(
        "/* auth.username.changes */
         select at from auth.security_event where account = $1 and kind = $4 and at > $2
         order by at desc limit $3",
        account.0,
        since,
        limit,
        Kind::Renamed.as_str(),
    )
    .fetch_all(&mut *conn)
    .await
}

/// The unique index decides who has the name.
pub async fn set(conn: &mut Conn, renaming: &Renaming<'_>) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "/* auth.username.set */
         update auth.account set username = $2, version = version + 1, updated_at = $3 where id = $1",
        renaming.account.0,
        renaming.to,
        renaming.now,
    )
    .execute(&mut *conn)
    .await?;
    Ok(())
}

/// Keeps the old name for its owner, and remembers the change. False: the new name is kept for somebody else.
pub async fn record(conn: &mut Conn, renaming: &Renaming<'_>) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar!(
        r#"/* auth.username.record */
           with taken_back as (
               delete from auth.reserved_name where name = $3 and account = $1
           ), kept as (
               insert into auth.reserved_name (name, account, until) values ($2, $1, $5)
               on conflict (name) do update set account = excluded.account, until = excluded.until
               where reserved_name.until is not null
           ), remembered as (
               insert into auth.security_event (account, kind, at, request_id) values ($1, $6, $4, $7)
           )
           select not exists(
               select from auth.reserved_name
               where (name = $3 or name = (select 'kept:' || encode(sha256(k.key || convert_to($3, 'UTF8')), 'hex')
                                           from auth.name_key k))
                 and (until is null or until > $4) and account is distinct from $1) as "free!""#,
        renaming.account.0,
        renaming.from,
        renaming.to,
        renaming.now,
        renaming.reserved_until,
        Kind::Renamed.as_str(),
        request_id(),
    )
    .fetch_one(&mut *conn)
    .await
}
