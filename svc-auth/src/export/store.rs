//! SQL of exports: what auth knows of an account, that it was told, and the files that links lead to.

use platform::{AccountId, person::AccountState, pg::Conn, security::Kind};
use time::OffsetDateTime;

use crate::security::request_id;

/// The account's own row.
#[derive(Clone, Debug)]
pub struct Owner {
    pub id: i64,
    pub username: String,
    pub email: Option<String>,
    pub email_verified_at: Option<OffsetDateTime>,
    pub staff: bool,
    pub created_at: OffsetDateTime,
    pub lifecycle: String,
    pub lifecycle_at: Option<OffsetDateTime>,
    pub moderation: AccountState,
    pub moderation_until: Option<OffsetDateTime>,
    pub moderation_reason: Option<String>,
    pub onboarded_at: Option<OffsetDateTime>,
    pub onboarding_step: String,
    pub contact_sync_done: bool,
    pub detected_region: String,
    pub chosen_region: String,
    pub age_confirmed_at: Option<OffsetDateTime>,
}

pub async fn owner(conn: &mut Conn, account: AccountId) -> Result<Option<Owner>, sqlx::Error> {
    sqlx::query_as!(
        Owner,
        r#"/* auth.export.owner */
           select id, username, email, email_verified_at, staff or superuser as "staff!", created_at, lifecycle,
                  lifecycle_at, moderation as "moderation!: AccountState", moderation_until, moderation_reason,
                  onboarding_completed_at as onboarded_at, onboarding_step, contact_sync_done, detected_region,
                  chosen_region, age_confirmed_at
           from auth.account where id = $1 and lifecycle <> 'deleted'"#,
        account.0,
    )
    .fetch_optional(&mut *conn)
    .await
}

/// A way to sign in.
pub struct Identity {
    pub provider: String,
    pub email: Option<String>,
    pub linked_at: OffsetDateTime,
}

pub async fn identities(conn: &mut Conn, account: AccountId) -> Result<Vec<Identity>, sqlx::Error> {
    sqlx::query_as!(
        Identity,
        r#"/* auth.export.identities */
           select provider, email as "email?", linked_at from auth.identity where account = $1 order by provider"#,
        account.0,
    )
    .fetch_all(&mut *conn)
    .await
}

pub struct Happened {
    pub kind: String,
    pub at: OffsetDateTime,
    pub region: String,
}

/// Newest first.
pub async fn events(conn: &mut Conn, account: AccountId) -> Result<Vec<Happened>, sqlx::Error> {
    sqlx::query_as!(
        Happened,
        "/* auth.export.events */
         select kind, at, region from auth.security_event where account = $1 order by at desc, id desc",
        account.0,
    )
    .fetch_all(&mut *conn)
    .await
}

pub struct Mailed {
    pub kind: String,
    pub at: OffsetDateTime,
}

/// What was sent, newest first. Not what was sent to an address that was not the account's own, proven one by then, and
/// nothing before there is one: who has it would be told by whether a mail went there.
pub async fn mails(conn: &mut Conn, account: AccountId) -> Result<Vec<Mailed>, sqlx::Error> {
    sqlx::query_as!(
        Mailed,
        r#"/* auth.export.mails */
           select kind, sent_at as "at!" from auth.mail
           where account = $1 and sent_at is not null and kind <> 'email_change'
             and exists (select from auth.account a where a.id = $1 and a.email_verified_at is not null)
           order by sent_at desc, id desc"#,
        account.0,
    )
    .fetch_all(&mut *conn)
    .await
}

pub async fn remember(conn: &mut Conn, account: AccountId, now: OffsetDateTime) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "/* auth.export.remember */
         insert into auth.security_event (account, kind, at, request_id) values ($1, $2, $3, $4)",
        account.0,
        Kind::Exported.as_str(),
        now,
        request_id(),
    )
    .execute(&mut *conn)
    .await?;
    Ok(())
}

/// A file about to be kept.
pub struct NewFile<'a> {
    pub account: AccountId,
    /// `None`: an operator fetches it.
    pub token_hash: Option<&'a [u8]>,
    pub now: OffsetDateTime,
    pub expires_at: OffsetDateTime,
    pub uses: i32,
}

/// Fixes the account until its file is kept: a living one, or, for an operator, one that is not erased yet. False: there is
/// nobody to give it to any more.
pub async fn hold(conn: &mut Conn, account: AccountId, by_operator: bool) -> Result<bool, sqlx::Error> {
    let found = sqlx::query_scalar!(
        "/* auth.export.hold */
         select id from auth.account where id = $1 and (lifecycle = 'live' or ($2 and lifecycle <> 'deleted')) for share",
        account.0,
        by_operator,
    )
    .fetch_optional(&mut *conn)
    .await?;
    Ok(found.is_some())
}

/// No link leads to what was made any more.
pub async fn forget_files(conn: &mut Conn, account: AccountId) -> Result<(), sqlx::Error> {
    sqlx::query!("/* auth.export.forget_files */ delete from auth.export_file where account = $1", account.0)
        .execute(&mut *conn)
        .await?;
    Ok(())
}

/// Keeps the file; those that were made before are worth nothing any more.
pub async fn insert(conn: &mut Conn, new: &NewFile<'_>, pieces: &[&[u8]]) -> Result<(), sqlx::Error> {
    let count = i32::try_from(pieces.len()).unwrap_or(i32::MAX);
    let file = sqlx::query_scalar!(
        "/* auth.export.insert_file */
         with older as (
             delete from auth.export_file where account = $1 and (token_hash is null) = ($2::bytea is null)
         )
         insert into auth.export_file (account, token_hash, made_at, expires_at, uses_left, pieces)
         values ($1, $2, $3, $4, $5, $6) returning id",
        new.account.0,
        new.token_hash,
        new.now,
        new.expires_at,
        new.uses,
        count,
    )
    .fetch_one(&mut *conn)
    .await?;
    for (number, bytes) in (0_i32..).zip(pieces) {
        sqlx::query!(
            "/* auth.export.insert_piece */
             insert into auth.export_piece (file, number, bytes) values ($1, $2, $3)",
            file,
            number,
            *bytes,
        )
        .execute(&mut *conn)
        .await?;
    }
    Ok(())
}

/// A file that was opened.
pub struct Opened {
    pub account: AccountId,
    pub pieces: i32,
}

/// Spends one use of a file of a living account; one conditional statement, so never more than there are.
pub async fn open(conn: &mut Conn, token_hash: &[u8], now: OffsetDateTime) -> Result<Option<Opened>, sqlx::Error> {
    sqlx::query_as!(
        Opened,
        r#"/* auth.export.open_file */
           update auth.export_file set uses_left = uses_left - 1
           where token_hash = $1 and expires_at > $2 and uses_left > 0
             and exists (select from auth.account a where a.id = export_file.account and a.lifecycle = 'live')
           returning account as "account: AccountId", pieces"#,
        token_hash,
        now,
    )
    .fetch_optional(&mut *conn)
    .await
}

pub async fn piece(
    conn: &mut Conn,
    token_hash: &[u8],
    number: i32,
    now: OffsetDateTime,
) -> Result<Option<Vec<u8>>, sqlx::Error> {
    sqlx::query_scalar!(
        "/* auth.export.piece */
         select p.bytes from auth.export_file f
         join auth.account a on a.id = f.account and a.lifecycle = 'live'
         join auth.export_piece p on p.file = f.id
         where f.token_hash = $1 and f.expires_at > $3 and p.number = $2",
        token_hash,
        number,
        now,
    )
    .fetch_optional(&mut *conn)
    .await
}

/// The whole file that an operator asked for since then, if it is made. It is forgotten with that.
///
/// # Errors
/// The database's.
pub async fn operator_file(
    conn: &mut Conn,
    account: AccountId,
    since: OffsetDateTime,
) -> Result<Option<Vec<u8>>, sqlx::Error> {
    let pieces = sqlx::query_scalar!(
        "/* auth.export.operator_file */
         select p.bytes from auth.export_file f join auth.export_piece p on p.file = f.id
         where f.account = $1 and f.token_hash is null and f.made_at >= $2 order by p.number",
        account.0,
        since,
    )
    .fetch_all(&mut *conn)
    .await?;
    if pieces.is_empty() {
        return Ok(None);
    }
    sqlx::query!(
        "/* auth.export.forget_operator_file */
         delete from auth.export_file where account = $1 and token_hash is null",
        account.0,
    )
    .execute(&mut *conn)
    .await?;
    Ok(Some(pieces.concat()))
}

/// Deletes at most `most` files whose time is over.
pub async fn purge(conn: &mut Conn, now: OffsetDateTime, most: i64) -> Result<u64, sqlx::Error> {
    let done = sqlx::query!(
        "/* auth.export.purge */
         delete from auth.export_file where ctid = any(array(
             select ctid from auth.export_file where expires_at < $1
             order by expires_at limit $2 for update skip locked))",
        now,
        most,
    )
    .execute(&mut *conn)
    .await?;
    Ok(done.rows_affected())
}
