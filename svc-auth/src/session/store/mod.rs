//! SQL of sessions: one indexed statement recognises, one opens, one ends. `offset 0` keeps each look-up one of an
//! index: of a few tokens the planner knows nothing, and would rather read all sessions.

pub mod devices;
mod write;

use platform::{
    AccountId,
    person::{AccountState, Person},
    pg::Conn,
};
use time::OffsetDateTime;

pub use self::write::{NewSession, end, end_one, insert, purge, touch};
use crate::account::{Account, store::Row as AccountRow};

/// The session of a recognised token.
pub struct Live {
    /// Which of the presented tokens it was, counted from 1.
    pub place: i64,
    pub id: i64,
    pub issued_at: OffsetDateTime,
    pub last_seen_at: OffsetDateTime,
    pub expires_at: OffsetDateTime,
}

pub struct Owner {
    pub person: Person,
    pub reason: Option<String>,
    pub age_confirmed: bool,
}

/// Whose token it is: the first live one. Accounts that are deactivated, deleting or deleted have no session.
pub async fn find(
    conn: &mut Conn,
    hashes: &[Vec<u8>],
    now: OffsetDateTime,
    idle_since: OffsetDateTime,
) -> Result<Option<(Live, Owner)>, sqlx::Error> {
    let row = sqlx::query!(
        r#"/* auth.session.find */
           select presented.place as "place!", s.id as session, s.issued_at, s.last_seen_at, s.expires_at,
                  a.id, a.username, a.full_name, a.moderation as "state!: AccountState", a.moderation_until,
                  a.moderation_reason, a.staff or a.superuser as "staff!",
                  a.email_verified_at is not null as "email_verified!",
                  a.age_confirmed_at is not null as "age_confirmed!", a.created_at, a.version
           from unnest($1::bytea[]) with ordinality as presented (token_hash, place)
           cross join lateral (
               select * from auth.session s
               where s.token_hash = presented.token_hash and s.expires_at > $2 and s.last_seen_at > $3 offset 0) s
           cross join lateral (select * from auth.account a where a.id = s.account and a.lifecycle = 'live' offset 0) a
           order by presented.place limit 1"#,
        hashes,
        now,
        idle_since,
    )
    .fetch_optional(&mut *conn)
    .await?;
    Ok(row.map(|row| {
        let live = Live {
            place: row.place,
            id: row.session,
            issued_at: row.issued_at,
            last_seen_at: row.last_seen_at,
            expires_at: row.expires_at,
        };
        let person = Person {
            id: AccountId(row.id),
            username: row.username,
            full_name: row.full_name,
            state: row.state,
            until: row.moderation_until,
            staff: row.staff,
            email_verified: row.email_verified,
            created_at: row.created_at,
            version: row.version,
        };
        (live, Owner { person, reason: row.moderation_reason, age_confirmed: row.age_confirmed })
    }))
}

/// As [`find`], with the whole account.
pub async fn find_account(
    conn: &mut Conn,
    hashes: &[Vec<u8>],
    now: OffsetDateTime,
    idle_since: OffsetDateTime,
) -> Result<Option<(Live, Account)>, sqlx::Error> {
    let row = sqlx::query!(
        r#"/* auth.session.find_account */
           select presented.place as "place!", s.id as session, s.issued_at, s.last_seen_at, s.expires_at,
                  a.id, a.username, a.email, a.email_verified_at is not null as "email_verified!",
                  a.age_confirmed_at, a.detected_region, a.chosen_region,
                  a.onboarding_completed_at is not null as "onboarded!", a.onboarding_step, a.contact_sync_done,
                  a.staff or a.superuser as "staff!", a.created_at,
                  a.moderation as "moderation!: AccountState", a.moderation_until, a.moderation_reason
           from unnest($1::bytea[]) with ordinality as presented (token_hash, place)
           cross join lateral (
               select * from auth.session s
               where s.token_hash = presented.token_hash and s.expires_at > $2 and s.last_seen_at > $3 offset 0) s
           cross join lateral (select * from auth.account a where a.id = s.account and a.lifecycle = 'live' offset 0) a
           order by presented.place limit 1"#,
        hashes,
        now,
        idle_since,
    )
    .fetch_optional(&mut *conn)
    .await?;
    Ok(row.map(|row| {
        let live = Live {
            place: row.place,
            id: row.session,
            issued_at: row.issued_at,
            last_seen_at: row.last_seen_at,
            expires_at: row.expires_at,
        };
        let account = AccountRow {
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
        (live, account.into_account(now))
    }))
}
