//! SQL of deletions: how far each is, and who has it in hand.

use platform::{AccountId, pg::Conn};
use time::OffsetDateTime;

use super::{Begun, Step};

pub struct Address {
    pub email: Option<String>,
    pub verified: bool,
}

/// `None`: no such living account.
pub async fn address(conn: &mut Conn, account: AccountId) -> Result<Option<Address>, sqlx::Error> {
    sqlx::query_as!(
        Address,
        r#"/* auth.deletion.address */
           select email, email_verified_at is not null as "verified!"
           from auth.account where id = $1 and lifecycle = 'live'"#,
        account.0,
    )
    .fetch_optional(&mut *conn)
    .await
}

pub async fn insert(conn: &mut Conn, account: AccountId, begun: &Begun<'_>) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "/* auth.deletion.insert */
         insert into auth.deletion (account, token_hash, requested_at, due_at) values ($1, $2, $3, $4)",
        account.0,
        begun.token_hash,
        begun.now,
        begun.due_at,
    )
    .execute(&mut *conn)
    .await?;
    Ok(())
}

/// The account whose deletion a token began, while not every copy knows of it.
pub async fn begun_by(conn: &mut Conn, token_hash: &[u8]) -> Result<Option<AccountId>, sqlx::Error> {
    sqlx::query_scalar!(
        r#"/* auth.deletion.begun_by */
           select account as "account: AccountId" from auth.deletion where token_hash = $1 and step = 'tell'"#,
        token_hash,
    )
    .fetch_optional(&mut *conn)
    .await
}

/// A deletion in the hands of one run.
pub struct Held {
    pub step: String,
    pub due_at: OffsetDateTime,
}

/// Takes a deletion in hand until then. `None`: there is none, it is done, its grace lasts, or another run has it.
pub async fn hold(
    conn: &mut Conn,
    account: AccountId,
    now: OffsetDateTime,
    until: OffsetDateTime,
) -> Result<Option<Held>, sqlx::Error> {
    sqlx::query_as!(
        Held,
        "/* auth.deletion.hold */
         update auth.deletion set held_until = $3, attempts = attempts + 1
         where account = $1 and done_at is null and (held_until is null or held_until <= $2)
           and (step in ('tell', 'withdraw') or due_at <= $2)
         returning step, due_at",
        account.0,
        now,
        until,
    )
    .fetch_optional(&mut *conn)
    .await
}

/// Gives it out of hand, for the next run to go on; `error` says why it did not get further.
pub async fn release(conn: &mut Conn, account: AccountId, error: Option<&str>) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "/* auth.deletion.release */
         update auth.deletion set held_until = null, last_error = left($2, 160) where account = $1 and done_at is null",
        account.0,
        error,
    )
    .execute(&mut *conn)
    .await?;
    Ok(())
}

/// This step is done, whoever did it: the next one is due.
pub async fn advance(conn: &mut Conn, account: AccountId, step: Step) -> Result<(), sqlx::Error> {
    let Some(next) = step.next() else { return Ok(()) };
    sqlx::query!(
        "/* auth.deletion.advance */
         update auth.deletion set step = $3, held_until = null, attempts = 0, last_error = null
         where account = $1 and step = $2 and done_at is null",
        account.0,
        step.as_str(),
        next.as_str(),
    )
    .execute(&mut *conn)
    .await?;
    Ok(())
}

/// It is done. Gives the sealed address, which is forgotten with it.
pub async fn finish(conn: &mut Conn, account: AccountId, now: OffsetDateTime) -> Result<Option<String>, sqlx::Error> {
    let address = sqlx::query_scalar!(
        r#"/* auth.deletion.finish */
           with before as (
               select account, address from auth.deletion where account = $1 and done_at is null for update
           )
           update auth.deletion d
           set done_at = $2, address = null, token_hash = null, held_until = null, attempts = 0, last_error = null
           from before where d.account = before.account
           returning before.address as "address?""#,
        account.0,
        now,
    )
    .fetch_optional(&mut *conn)
    .await?;
    Ok(address.flatten())
}

/// Deletions that can go on and are in nobody's hands, at most `most`, the longest due first.
pub async fn due(conn: &mut Conn, now: OffsetDateTime, most: i64) -> Result<Vec<AccountId>, sqlx::Error> {
    sqlx::query_scalar!(
        r#"/* auth.deletion.due */
           select account as "account: AccountId" from auth.deletion
           where done_at is null and (held_until is null or held_until <= $1)
             and (step in ('tell', 'withdraw') or due_at <= $1)
           order by due_at limit $2"#,
        now,
        most,
    )
    .fetch_all(&mut *conn)
    .await
}

/// Takes a deletion back while nothing is lost. False: there is none, or it is too late. The caller holds the account.
pub async fn take_back(conn: &mut Conn, account: AccountId) -> Result<bool, sqlx::Error> {
    let done = sqlx::query!(
        "/* auth.deletion.take_back */
         delete from auth.deletion where account = $1 and step in ('tell', 'withdraw', 'end') and done_at is null",
        account.0,
    )
    .execute(&mut *conn)
    .await?;
    Ok(done.rows_affected() == 1)
}
