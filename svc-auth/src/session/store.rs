//! SQL of sessions: one indexed statement recognises, one opens, one ends.

use platform::{
    AccountId,
    person::{AccountState, Person},
    pg::Conn,
};
use time::OffsetDateTime;

use super::{Client, touch::Touch};
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
        r#"select presented.place as "place!", s.id as session, s.issued_at, s.last_seen_at, s.expires_at,
                  a.id, a.username, a.full_name, a.moderation as "state!: AccountState", a.moderation_until,
                  a.moderation_reason, a.staff or a.superuser as "staff!",
                  a.email_verified_at is not null as "email_verified!",
                  a.age_confirmed_at is not null as "age_confirmed!", a.created_at, a.version
           from unnest($1::bytea[]) with ordinality as presented (token_hash, place)
           join auth.session s on s.token_hash = presented.token_hash
           join auth.account a on a.id = s.account
           where s.expires_at > $2 and s.last_seen_at > $3 and a.lifecycle = 'live'
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
        r#"select presented.place as "place!", s.id as session, s.issued_at, s.last_seen_at, s.expires_at,
                  a.id, a.username, a.email, a.email_verified_at is not null as "email_verified!",
                  a.age_confirmed_at, a.detected_region, a.chosen_region,
                  a.onboarding_completed_at is not null as "onboarded!", a.onboarding_step, a.contact_sync_done,
                  a.staff or a.superuser as "staff!", a.created_at,
                  a.moderation as "moderation!: AccountState", a.moderation_until, a.moderation_reason
           from unnest($1::bytea[]) with ordinality as presented (token_hash, place)
           join auth.session s on s.token_hash = presented.token_hash
           join auth.account a on a.id = s.account
           where s.expires_at > $2 and s.last_seen_at > $3 and a.lifecycle = 'live'
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

pub struct NewSession<'a> {
    pub account: AccountId,
    pub token_hash: Vec<u8>,
    pub now: OffsetDateTime,
    /// Unused since then, a session is over.
    pub idle_since: OffsetDateTime,
    pub expires_at: OffsetDateTime,
    /// Live sessions of the account that stay beside the new one.
    pub keep: i64,
    pub presented: &'a [Vec<u8>],
    pub client: &'a Client,
    pub events: &'a [&'static str],
}

/// Ends what was presented, whoever's it was, what is over, and what is too much; then the new one begins.
pub async fn insert(conn: &mut Conn, new: &NewSession<'_>) -> Result<(), sqlx::Error> {
    let events: Vec<String> = new.events.iter().map(|event| (*event).to_owned()).collect();
    sqlx::query!(
        "with presented as (
             delete from auth.session where token_hash = any($2)
         ), crowd as (
             delete from auth.session
             where account = $1 and token_hash <> all($2) and id not in (
                 select id from auth.session
                 where account = $1 and token_hash <> all($2) and expires_at > $4 and last_seen_at > $5
                 order by last_seen_at desc, id desc limit $7)
         ), remembered as (
             insert into auth.security_event (account, kind, at, region)
             select $1, kind, $4, $10 from unnest($11::text[]) as events (kind)
         )
         insert into auth.session
             (account, token_hash, created_at, issued_at, last_seen_at, expires_at, ip, agent, region)
         values ($1, $3, $4, $4, $4, $6, cast($8::text as inet), $9, $10)",
        new.account.0,
        new.presented,
        new.token_hash,
        new.now,
        new.idle_since,
        new.expires_at,
        new.keep,
        new.client.address.map(|address| address.to_string()),
        new.client.agent,
        new.client.region(),
        &events,
    )
    .execute(&mut *conn)
    .await?;
    Ok(())
}

pub async fn end(conn: &mut Conn, hashes: &[Vec<u8>]) -> Result<(), sqlx::Error> {
    sqlx::query!("delete from auth.session where token_hash = any($1)", hashes).execute(&mut *conn).await?;
    Ok(())
}

/// Notes that sessions were used, in one statement; from where, in another. Sessions that ended meanwhile are left out.
pub async fn touch(conn: &mut Conn, touches: &[Touch]) -> Result<(), sqlx::Error> {
    let ids: Vec<i64> = touches.iter().map(|touch| touch.session).collect();
    let times: Vec<OffsetDateTime> = touches.iter().map(|touch| touch.at).collect();
    let reissued: Vec<bool> = touches.iter().map(|touch| touch.reissued).collect();
    sqlx::query!(
        "with held as (select id from auth.session where id = any($1) order by id for update skip locked)
         update auth.session s
         set last_seen_at = greatest(s.last_seen_at, t.at),
             issued_at = case when t.reissued then greatest(s.issued_at, t.at) else s.issued_at end
         from unnest($1::bigint[], $2::timestamptz[], $3::boolean[]) as t (id, at, reissued) join held using (id)
         where s.id = t.id and (t.reissued or s.last_seen_at <= t.at - interval '60 seconds')",
        &ids,
        &times,
        &reissued,
    )
    .execute(&mut *conn)
    .await?;

    let located = || touches.iter().filter_map(|touch| Some((touch, touch.country.as_ref()?)));
    let accounts: Vec<i64> = located().map(|(touch, _)| touch.account.0).collect();
    if accounts.is_empty() {
        return Ok(());
    }
    let regions: Vec<String> = located().map(|(_, country)| country.region.clone()).collect();
    let sources: Vec<String> = located().map(|(_, country)| country.source.clone()).collect();
    sqlx::query!(
        "update auth.account a set detected_region = t.region, detected_source = t.source
         from unnest($1::bigint[], $2::text[], $3::text[]) as t (id, region, source)
         where a.id = t.id and a.detected_region <> t.region",
        &accounts,
        &regions,
        &sources,
    )
    .execute(&mut *conn)
    .await?;
    Ok(())
}
