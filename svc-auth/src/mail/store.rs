//! SQL of letters that wait, and of what was sent.

use platform::{AccountId, pg::Conn};
use serde_json::Value;
use time::OffsetDateTime;

pub async fn insert(conn: &mut Conn, account: AccountId, kind: &str, letter: &Value) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar!(
        "/* auth.mail.insert */
         insert into auth.mail (account, kind, letter) values ($1, $2, $3) returning id",
        account.0,
        kind,
        letter,
    )
    .fetch_one(&mut *conn)
    .await
}

/// Whether such a letter waits, or was tried since then.
pub async fn was_sent(
    conn: &mut Conn,
    account: AccountId,
    kind: &str,
    since: OffsetDateTime,
) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar!(
        r#"/* auth.mail.was_sent */
           select exists(
               select from auth.mail
               where account = $1 and kind = $2 and (tried_at is null or tried_at > $3)) as "sent!""#,
        account.0,
        kind,
        since,
    )
    .fetch_one(&mut *conn)
    .await
}

/// A letter that waits, and who gets it.
pub struct Waiting {
    pub account: AccountId,
    pub letter: Value,
    /// When it was tried first: now, if it never was.
    pub tried_at: OffsetDateTime,
    pub username: String,
    pub email: Option<String>,
    /// Another account has proven the address: this one's claim gets nothing.
    pub inert: bool,
    /// The address is proven.
    pub verified: bool,
    /// The address that a token is about, where the letter names one.
    pub new_email: Option<String>,
}

/// Notes the first try. `None`: it was sent.
pub async fn take(conn: &mut Conn, mail: i64, now: OffsetDateTime) -> Result<Option<Waiting>, sqlx::Error> {
    let row = sqlx::query!(
        r#"/* auth.mail.take */
           update auth.mail m set tried_at = coalesce(m.tried_at, $2)
           from auth.account a
           where m.id = $1 and m.letter is not null and a.id = m.account
           returning m.account, m.letter as "letter!", m.tried_at as "tried_at!", a.username, a.email as "email?",
                  exists(select from auth.account o
                         where lower(o.email) = lower(a.email) and o.email_verified_at is not null
                           and o.lifecycle <> 'deleted' and o.id <> a.id) as "inert!",
                  a.email_verified_at is not null as "verified!",
                  (select t.email from auth.token t
                   where t.id = cast(m.letter ->> 'token' as bigint) and t.account = a.id) as "new_email?""#,
        mail,
        now,
    )
    .fetch_optional(&mut *conn)
    .await?;
    Ok(row.map(|row| Waiting {
        account: AccountId(row.account),
        letter: row.letter,
        tried_at: row.tried_at,
        username: row.username,
        email: row.email,
        inert: row.inert,
        verified: row.verified,
        new_email: row.new_email,
    }))
}

/// It is out, or will never be: what it carried goes.
pub async fn finish(conn: &mut Conn, mail: i64, sent_at: Option<OffsetDateTime>) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "/* auth.mail.finish */
         update auth.mail set letter = null, sent_at = $2 where id = $1",
        mail,
        sent_at,
    )
    .execute(&mut *conn)
    .await?;
    Ok(())
}

/// Deletes at most `most` mails that were tried first before this.
pub async fn purge(conn: &mut Conn, before: OffsetDateTime, most: i64) -> Result<u64, sqlx::Error> {
    let done = sqlx::query!(
        "/* auth.mail.purge */
         delete from auth.mail where ctid = any(array(
             select ctid from auth.mail where tried_at < $1 order by tried_at limit $2 for update skip locked))",
        before,
        most,
    )
    .execute(&mut *conn)
    .await?;
    Ok(done.rows_affected())
}

/// Those of `accounts` whose last five sign-ins failed.
pub async fn failing(conn: &mut Conn, accounts: &[i64]) -> Result<Vec<i64>, sqlx::Error> {
    sqlx::query_scalar!(
        r#"/* auth.mail.failing */
           select wanted.id as "id!" from unnest($1::bigint[]) as wanted (id)
           where (select count(*) filter (where latest.kind = 'signin_failed')
                  from (select e.kind from auth.security_event e
                        where e.account = wanted.id and e.kind in ('signin', 'signin_failed')
                        order by e.at desc, e.id desc limit 5) latest) = 5"#,
        accounts,
    )
    .fetch_all(&mut *conn)
    .await
}
