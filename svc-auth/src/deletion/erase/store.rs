//! SQL that erases an account from auth.

use platform::{AccountId, pg::Conn};
use time::OffsetDateTime;

pub struct Known {
    pub email: Option<String>,
    pub verified: bool,
    /// It was done before.
    pub erased: bool,
}

/// Locks the row of a deleted account.
pub async fn lock(conn: &mut Conn, account: AccountId) -> Result<Option<Known>, sqlx::Error> {
    sqlx::query_as!(
        Known,
        r#"/* auth.erase.lock */
           select email, email_verified_at is not null as "verified!", username = 'deleted_' || id as "erased!"
           from auth.account where id = $1 and lifecycle = 'deleted' for update"#,
        account.0,
    )
    .fetch_optional(&mut *conn)
    .await
}

/// Nobody is ever given its name, nor, for a while, one that it had before; what is kept of them is a digest.
pub async fn keep_name(conn: &mut Conn, account: AccountId) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "/* auth.erase.keep_name */
         with known as (
             select username as name, cast(null as timestamptz) as until from auth.account where id = $1
             union all
             select name, until from auth.reserved_name where account = $1
         ), cleared as (
             delete from auth.reserved_name where account = $1
         )
         insert into auth.reserved_name (name, account, until)
         select 'kept:' || encode(sha256(k.key || convert_to(known.name, 'UTF8')), 'hex'), null, known.until
         from known cross join auth.name_key k
         on conflict (name) do update
         set until = case when reserved_name.until is null or excluded.until is null then null
                          else greatest(reserved_name.until, excluded.until) end",
        account.0,
    )
    .execute(&mut *conn)
    .await?;
    Ok(())
}

/// What belongs to the account goes; of what happened to it stays that it did, and when.
pub async fn forget(conn: &mut Conn, account: AccountId) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "/* auth.erase.forget */
         with sessions as (
             delete from auth.session where account = $1
         ), ended as (
             delete from auth.ended_session where account = $1
         ), tokens as (
             delete from auth.token where account = $1
         ), mails as (
             delete from auth.mail where account = $1
         ), identities as (
             delete from auth.identity where account = $1
         ), files as (
             delete from auth.export_file where account = $1
         )
         update auth.security_event set region = '', network = null, request_id = null where account = $1",
        account.0,
    )
    .execute(&mut *conn)
    .await?;
    Ok(())
}

/// Name, address, credentials and whatever was told of the person; the sealed address goes to the deletion's row.
pub async fn blank(
    conn: &mut Conn,
    account: AccountId,
    sealed: Option<&str>,
    now: OffsetDateTime,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "/* auth.erase.blank */
         with kept as (
             update auth.deletion set address = $2 where account = $1
         )
         update auth.account
         set username = 'deleted_' || id, full_name = '', email = null, email_verified_at = null,
             password_hash = null, password_set_at = $3, staff = false, superuser = false,
             moderation_reason = null, onboarding_step = 'welcome', onboarding_completed_at = null,
             contact_sync_done = false, detected_region = '', detected_source = '', chosen_region = '',
             chosen_region_at = null, age_confirmed_at = null, updated_at = $3, version = version + 1
         where id = $1",
        account.0,
        sealed,
        now,
    )
    .execute(&mut *conn)
    .await?;
    Ok(())
}
