//! SQL of onboarding.

use platform::{AccountId, pg::Conn};
use time::OffsetDateTime;

use crate::account::Onboarding;

/// False: no such living account.
pub async fn confirm_age(conn: &mut Conn, account: AccountId, now: OffsetDateTime) -> Result<bool, sqlx::Error> {
    let done = sqlx::query!(
        "/* auth.onboarding.confirm_age */
         update auth.account set age_confirmed_at = coalesce(age_confirmed_at, $2), updated_at = $2
         where id = $1 and lifecycle = 'live'",
        account.0,
        now,
    )
    .execute(&mut *conn)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// `None`: the age gate is open.
pub async fn complete(
    conn: &mut Conn,
    account: AccountId,
    contact_sync_done: bool,
    now: OffsetDateTime,
) -> Result<Option<Onboarding>, sqlx::Error> {
    sqlx::query_as!(
        Onboarding,
        r#"/* auth.onboarding.complete */
           update auth.account
           set onboarding_completed_at = coalesce(onboarding_completed_at, $3), onboarding_step = 'done',
               contact_sync_done = contact_sync_done or $2, updated_at = $3
           where id = $1 and lifecycle = 'live' and age_confirmed_at is not null
           returning onboarding_completed_at is not null as "completed!", onboarding_step as step, contact_sync_done"#,
        account.0,
        contact_sync_done,
        now,
    )
    .fetch_optional(&mut *conn)
    .await
}
