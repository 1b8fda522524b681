//! SQL of one-time tokens: whoever changes both locks the account's row first, then the token's.

pub mod due;

use platform::{AccountId, pg::Conn};
use time::{Duration, OffsetDateTime};

use super::{Consumed, Kind};

/// A mail that is asked for.
pub struct New<'a> {
    pub account: AccountId,
    pub kind: Kind,
    /// `None` = the account's own.
    pub email: Option<&'a str>,
    pub next: Option<&'a str>,
    pub welcome: bool,
    pub now: OffsetDateTime,
    pub cooldown: Duration,
}

/// Takes the place of the one that was not used. The unique index decides between requests at the same time. `None`:
/// too soon for this address, or there is no address.
pub async fn insert(conn: &mut Conn, new: &New<'_>) -> Result<Option<i64>, sqlx::Error> {
    sqlx::query_scalar!(
        "/* auth.token.insert */
         insert into auth.token as t (account, kind, email, next, welcome, created_at)
         select a.id, $2::text, coalesce($3::text, a.email), $4::text, $5::boolean, $6::timestamptz
         from auth.account a where a.id = $1 and coalesce($3::text, a.email) is not null
         on conflict (account, kind) where used_at is null do update
         set email = excluded.email, next = excluded.next, welcome = excluded.welcome,
             created_at = excluded.created_at, hash = null, sealed = null, expires_at = null, mailed_at = null
         where t.created_at <= $7 or t.email <> excluded.email
         returning t.id",
        new.account.0,
        new.kind.as_str(),
        new.email,
        new.next,
        new.welcome,
        new.now,
        new.now - new.cooldown,
    )
    .fetch_optional(&mut *conn)
    .await
}

/// When the one that was not used was asked for.
pub async fn asked_at(conn: &mut Conn, account: AccountId, kind: Kind) -> Result<Option<OffsetDateTime>, sqlx::Error> {
    sqlx::query_scalar!(
        "/* auth.token.asked_at */
         select created_at from auth.token where account = $1 and kind = $2 and used_at is null",
        account.0,
        kind.as_str(),
    )
    .fetch_optional(&mut *conn)
    .await
}

/// Waits for whoever holds the account. `None`: there is nothing to take; [`find`] says why.
pub async fn consume(
    conn: &mut Conn,
    kind: Kind,
    hash: &str,
    now: OffsetDateTime,
) -> Result<Option<Consumed>, sqlx::Error> {
    let row = sqlx::query!(
        r#"/* auth.token.consume */
           with holder as (
               select a.id, a.username, a.email, a.email_verified_at, a.lifecycle
               from auth.token t join auth.account a on a.id = t.account
               where t.hash = $1 and t.kind = $2
               for no key update of a
           )
           update auth.token t set used_at = $3, sealed = null
           from holder
           where t.hash = $1 and t.kind = $2 and t.account = holder.id and t.used_at is null and t.expires_at > $3
             and holder.lifecycle in ('live', 'deactivated')
             and (t.kind = 'email_change' or lower(holder.email) = lower(t.email))
           returning t.account, t.email, holder.username as "username!",
                  holder.email_verified_at is not null as "verified!",
                  holder.lifecycle = 'deactivated' as "deactivated!""#,
        hash,
        kind.as_str(),
        now,
    )
    .fetch_optional(&mut *conn)
    .await?;
    Ok(row.map(|row| Consumed {
        account: AccountId(row.account),
        username: row.username,
        email: row.email,
        verified: row.verified,
        deactivated: row.deactivated,
    }))
}

/// A token that is known, whatever became of it.
pub struct Found {
    pub token: Consumed,
    /// The account lives, and the address is still the one.
    pub sound: bool,
    pub used: bool,
    pub expires_at: Option<OffsetDateTime>,
}

pub async fn find(conn: &mut Conn, kind: Kind, hash: &str) -> Result<Option<Found>, sqlx::Error> {
    let row = sqlx::query!(
        r#"/* auth.token.find */
           select t.account, t.email, t.expires_at, t.used_at is not null as "used!", a.username,
                  a.email_verified_at is not null as "verified!", a.lifecycle = 'deactivated' as "deactivated!",
                  a.lifecycle in ('live', 'deactivated')
                      and (t.kind = 'email_change' or coalesce(lower(a.email) = lower(t.email), false)) as "sound!"
           from auth.token t join auth.account a on a.id = t.account
           where t.hash = $1 and t.kind = $2"#,
        hash,
        kind.as_str(),
    )
    .fetch_optional(&mut *conn)
    .await?;
    Ok(row.map(|row| Found {
        token: Consumed {
            account: AccountId(row.account),
            username: row.username,
            email: row.email,
            verified: row.verified,
            deactivated: row.deactivated,
        },
        sound: row.sound,
        used: row.used,
        expires_at: row.expires_at,
    }))
}

pub async fn void(conn: &mut Conn, account: AccountId, kinds: &[Kind]) -> Result<(), sqlx::Error> {
    let kinds: Vec<String> = kinds.iter().map(|kind| kind.as_str().to_owned()).collect();
    sqlx::query!(
        "/* auth.token.void */
         delete from auth.token where account = $1 and kind = any($2) and used_at is null",
        account.0,
        &kinds,
    )
    .execute(&mut *conn)
    .await?;
    Ok(())
}

/// Deletes at most `most` tokens that were over before this.
pub async fn purge(conn: &mut Conn, before: OffsetDateTime, most: i64) -> Result<u64, sqlx::Error> {
    let done = sqlx::query!(
        "/* auth.token.purge */
         delete from auth.token where ctid = any(array(
             select ctid from auth.token where created_at < $1 and coalesce(expires_at, created_at) < $1
             order by created_at limit $2 for update skip locked))",
        before,
        most,
    )
    .execute(&mut *conn)
    .await?;
    Ok(done.rows_affected())
}
