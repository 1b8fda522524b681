//! SQL of coming in by mail.

use platform::{AccountId, person::AccountState, pg::Conn};
use time::OffsetDateTime;

use super::Password;
use crate::account::{Account, store::Row};

/// Under the lock of the account's row, which is live: its address is proven, and its password is as it is to be.
pub async fn enter(
    conn: &mut Conn,
    account: AccountId,
    password: Password<'_>,
    now: OffsetDateTime,
) -> Result<Account, sqlx::Error> {
    let (changes, hash) = match password {
        Password::Stays => (false, None),
        Password::Goes => (true, None),
        Password::Becomes(hash) => (true, Some(hash)),
    };
    let row = sqlx::query_as!(
        Row,
        r#"/* auth.proof.enter */
           update auth.account a
           set email_verified_at = coalesce(a.email_verified_at, $2),
               password_hash = case when $3 then $4 else a.password_hash end,
               password_set_at = case when $3 then $2 else a.password_set_at end,
               version = a.version + 1, updated_at = $2
           where a.id = $1
           returning a.id, a.username, a.email, a.email_verified_at is not null as "email_verified!",
                  a.age_confirmed_at, a.detected_region, a.chosen_region,
                  a.onboarding_completed_at is not null as "onboarded!", a.onboarding_step, a.contact_sync_done,
                  a.staff or a.superuser as "staff!", a.created_at,
                  a.moderation as "moderation!: AccountState", a.moderation_until, a.moderation_reason"#,
        account.0,
        now,
        changes,
        hash,
    )
    .fetch_one(&mut *conn)
    .await?;
    Ok(row.into_account(now))
}
