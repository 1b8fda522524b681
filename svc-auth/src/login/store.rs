//! SQL of signing in: whom an identifier may mean, and what a right password does to the account.

use platform::{AccountId, person::AccountState, pg::Conn};
use time::OffsetDateTime;

use super::{Candidate, Candidates};
use crate::{
    account::{Account, store::Row},
    region::Detected,
};

/// The one account of a name, in one place.
pub async fn by_name(conn: &mut Conn, name: &str) -> Result<Candidates, sqlx::Error> {
    let row = sqlx::query!(
        r#"/* auth.login.by_name */
           select a.id as "id?", a.password_hash as "password_hash?", a.password_set_at as "password_set_at?",
                  a.created_at as "created_at?", a.lifecycle in ('live', 'deactivated') as may_sign_in,
                  exists(select from auth.account where password_hash like 'pbkdf2_sha256$%') as "old_hashes!"
           from (values (1)) as one (row) left join auth.account a on lower(a.username) = $1"#,
        name,
    )
    .fetch_one(&mut *conn)
    .await?;
    let place = candidate(row.id, row.password_hash, row.password_set_at, row.created_at, row.may_sign_in);
    Ok(Candidates { places: vec![place], old_hashes: row.old_hashes })
}

/// The verified owner of an address and its newest claim, in two places. Deleted accounts have none.
pub async fn by_address(conn: &mut Conn, address: &str) -> Result<Candidates, sqlx::Error> {
    let rows = sqlx::query!(
        r#"/* auth.login.by_address */
           select a.id as "id?", a.password_hash as "password_hash?", a.password_set_at as "password_set_at?",
                  a.created_at as "created_at?", a.lifecycle in ('live', 'deactivated') as may_sign_in,
                  exists(select from auth.account where password_hash like 'pbkdf2_sha256$%') as "old_hashes!"
           from (values (1, true), (2, false)) as wanted (place, verified)
           left join lateral (
               select * from auth.account b
               where lower(b.email) = $1 and b.lifecycle <> 'deleted'
                 and (b.email_verified_at is not null) = wanted.verified
               order by b.created_at desc, b.id desc limit 1
           ) a on true
           order by wanted.place"#,
        address,
    )
    .fetch_all(&mut *conn)
    .await?;
    let old_hashes = rows.first().is_some_and(|row| row.old_hashes);
    let places = rows
        .into_iter()
        .map(|row| candidate(row.id, row.password_hash, row.password_set_at, row.created_at, row.may_sign_in))
        .collect();
    Ok(Candidates { places, old_hashes })
}

fn candidate(
    id: Option<i64>,
    password_hash: Option<String>,
    password_set_at: Option<OffsetDateTime>,
    created_at: Option<OffsetDateTime>,
    may_sign_in: Option<bool>,
) -> Option<Candidate> {
    Some(Candidate {
        id: AccountId(id?),
        password_hash,
        password_set_at: password_set_at?,
        created_at: created_at?,
        may_sign_in: may_sign_in?,
    })
}

/// A right password for an account as it was a moment ago.
pub struct Entry<'a> {
    pub account: AccountId,
    pub password_set_at: OffsetDateTime,
    /// The hash that matched.
    pub stored: &'a str,
    pub new_hash: Option<&'a str>,
    pub country: Option<&'a Detected>,
    pub now: OffsetDateTime,
}

/// Holds the row, brings a deactivated account back, but no session of before, and stores the new hash if the old one is
/// still there. Gives the account and whether it came back; `None`: it ended, or has another password.
pub async fn enter(conn: &mut Conn, entry: &Entry<'_>) -> Result<Option<(Account, bool)>, sqlx::Error> {
    let row = sqlx::query!(
        r#"/* auth.login.enter */
           with before as materialized (
               select id, lifecycle from auth.account where id = $1 for no key update),
           ended as (
               delete from auth.session s using before
               where s.account = before.id and before.lifecycle = 'deactivated')
           update auth.account a
           set lifecycle = 'live',
               lifecycle_at = case when before.lifecycle = 'live' then a.lifecycle_at else $6 end,
               version = case when before.lifecycle = 'live' then a.version else a.version + 1 end,
               password_hash = case when a.password_hash = $3 then coalesce($4, a.password_hash)
                                    else a.password_hash end,
               detected_region = coalesce($5, a.detected_region),
               detected_source = coalesce($7, a.detected_source),
               updated_at = $6
           from before
           where a.id = before.id and before.lifecycle in ('live', 'deactivated') and a.password_set_at = $2
           returning before.lifecycle = 'deactivated' as "reactivated!",
                  a.id, a.username, a.email, a.email_verified_at is not null as "email_verified!",
                  a.age_confirmed_at, a.detected_region, a.chosen_region,
                  a.onboarding_completed_at is not null as "onboarded!", a.onboarding_step, a.contact_sync_done,
                  a.staff or a.superuser as "staff!", a.created_at,
                  a.moderation as "moderation!: AccountState", a.moderation_until, a.moderation_reason"#,
        entry.account.0,
        entry.password_set_at,
        entry.stored,
        entry.new_hash,
        entry.country.map(|country| country.region.as_str()),
        entry.now,
        entry.country.map(|country| country.source.as_str()),
    )
    .fetch_optional(&mut *conn)
    .await?;
    Ok(row.map(|row| {
        let account = Row {
            id: row.id,
            username: row.username,
            email: row.email,
            email_verified: row.email_verified,
            age_confirmed_at: row.age_confirmed_at,
            detected_region: row.detected_region,
            chosen_region: row.chosen_region,
            onboarded: row.onboarded,
            onboarding_step: row.onboarding_step,
            contact_sync_done: row.contact_sync_done,
            staff: row.staff,
            created_at: row.created_at,
            moderation: row.moderation,
            moderation_until: row.moderation_until,
            moderation_reason: row.moderation_reason,
        };
        (account.into_account(entry.now), row.reactivated)
    }))
}
