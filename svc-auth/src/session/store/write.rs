//! SQL that opens, uses and ends sessions.

use platform::{AccountId, pg::Conn, security::Kind};
use time::OffsetDateTime;

use crate::{
    security::request_id,
    session::{Client, touch::Touch},
};

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
    pub events: &'a [Kind],
}

/// Ends what was presented, whoever's it was, what is over, and what is too much; then the new one begins.
pub async fn insert(conn: &mut Conn, new: &NewSession<'_>) -> Result<(), sqlx::Error> {
    let events: Vec<String> = new.events.iter().map(|event| event.as_str().to_owned()).collect();
    sqlx::query!(
        "/* auth.session.insert */
         with presented as (
             delete from auth.session where token_hash = any($2) returning account
         ), crowd as (
             delete from auth.session
             where account = $1 and token_hash <> all($2) and id not in (
                 select id from auth.session
                 where account = $1 and token_hash <> all($2) and expires_at > $4 and last_seen_at > $5
                 order by last_seen_at desc, id desc limit $7)
             returning account
         ), remembered as (
             insert into auth.security_event (account, kind, at, region, network, request_id)
             select event.account, event.kind, $4, $10, cast($12::text as cidr), $13
             from (select $1::bigint as account, kind from unnest($11::text[]) as events (kind)
                   union all select account, $14 from presented
                   union all select account, $14 from crowd) as event
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
        new.client.network().map(|network| network.to_string()),
        request_id(),
        Kind::SessionEnded.as_str(),
    )
    .execute(&mut *conn)
    .await?;
    Ok(())
}

/// Gives the account of each session that ended.
pub async fn end(conn: &mut Conn, hashes: &[Vec<u8>], now: OffsetDateTime) -> Result<Vec<AccountId>, sqlx::Error> {
    sqlx::query_scalar!(
        r#"/* auth.session.end */
           with ended as (
               delete from auth.session where token_hash = any($1) returning account
           )
           insert into auth.security_event (account, kind, at, request_id)
           select account, $2, $3, $4 from ended
           returning account as "account: AccountId""#,
        hashes,
        Kind::SessionEnded.as_str(),
        now,
        request_id(),
    )
    .fetch_all(&mut *conn)
    .await
}

/// Ends the last session of an account that rests; what is remembered of it is the rest.
pub async fn end_one(conn: &mut Conn, session: i64) -> Result<(), sqlx::Error> {
    sqlx::query!("/* auth.session.end_one */ delete from auth.session where id = $1", session)
        .execute(&mut *conn)
        .await?;
    Ok(())
}

/// Deletes at most `most` sessions that were over before this.
pub async fn purge(conn: &mut Conn, before: OffsetDateTime, most: i64) -> Result<u64, sqlx::Error> {
    let done = sqlx::query!(
        "/* auth.session.purge */
         delete from auth.session where ctid = any(array(
             select ctid from auth.session where expires_at < $1 order by expires_at limit $2 for update skip locked))",
        before,
        most,
    )
    .execute(&mut *conn)
    .await?;
    Ok(done.rows_affected())
}

/// Notes that sessions were used, in one statement; from where, in another. Sessions that ended meanwhile are left out.
pub async fn touch(conn: &mut Conn, touches: &[Touch]) -> Result<(), sqlx::Error> {
    let ids: Vec<i64> = touches.iter().map(|touch| touch.session).collect();
    let times: Vec<OffsetDateTime> = touches.iter().map(|touch| touch.at).collect();
    let reissued: Vec<bool> = touches.iter().map(|touch| touch.reissued).collect();
    sqlx::query!(
        "/* auth.session.touch */
         with held as (select id from auth.session where id = any($1) order by id for update skip locked)
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
        "/* auth.account.set_detected_region */
         update auth.account a set detected_region = t.region, detected_source = t.source
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
