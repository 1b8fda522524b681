//! SQL of sessions as their owner sees and ends them. Of an ended one stays whose it was: ending it again is no error.

use platform::{AccountId, pg::Conn, security::Kind};
use time::OffsetDateTime;

use crate::security::request_id;

/// A session as its owner is told of it.
#[derive(Clone, Debug)]
pub struct Device {
    pub id: i64,
    pub created_at: OffsetDateTime,
    pub last_seen_at: OffsetDateTime,
    /// "" = unknown, as are the next two.
    pub address: String,
    pub agent: String,
    pub region: String,
}

/// The live ones, the last used first; `current` is there even if there are more than `most`.
pub async fn list(
    conn: &mut Conn,
    account: AccountId,
    current: i64,
    now: OffsetDateTime,
    idle_since: OffsetDateTime,
    most: i64,
) -> Result<Vec<Device>, sqlx::Error> {
    sqlx::query_as!(
        Device,
        r#"/* auth.session.list */
           select s.id as "id!", s.created_at as "created_at!", s.last_seen_at as "last_seen_at!",
                  coalesce(host(s.ip), '') as "address!", s.agent as "agent!", s.region as "region!"
           from (select * from auth.session
                 where account = $1 and expires_at > $3 and last_seen_at > $4
                 order by (id = $2) desc, last_seen_at desc, id desc limit $5) s
           order by s.last_seen_at desc, s.id desc"#,
        account.0,
        current,
        now,
        idle_since,
        most,
    )
    .fetch_all(&mut *conn)
    .await
}

/// Ends one session of the account; false: it has none of this id now.
pub async fn revoke(conn: &mut Conn, account: AccountId, id: i64, now: OffsetDateTime) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar!(
        r#"/* auth.session.revoke */
           with ended as (
               delete from auth.session where id = $1 and account = $2 returning id, account, expires_at
           ), kept as (
               insert into auth.ended_session (id, account, forget_at)
               select id, account, expires_at + interval '30 days' from ended
           ), remembered as (
               insert into auth.security_event (account, kind, at, request_id)
               select account, $3, $4, $5 from ended
           )
           select exists(select from ended) as "ended!""#,
        id,
        account.0,
        Kind::SessionEnded.as_str(),
        now,
        request_id(),
    )
    .fetch_one(&mut *conn)
    .await
}

/// Whether the account once had it, and ended it. Asked after [`revoke`], so that of several at once none is too early.
pub async fn was_ended(conn: &mut Conn, account: AccountId, id: i64) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar!(
        r#"/* auth.session.was_ended */
           select exists(select from auth.ended_session where id = $1 and account = $2) as "ended!""#,
        id,
        account.0,
    )
    .fetch_one(&mut *conn)
    .await
}

/// Ends all but `except`; gives their ids. Their one event is that of the change which ends them.
pub async fn revoke_all(conn: &mut Conn, account: AccountId, except: Option<i64>) -> Result<Vec<i64>, sqlx::Error> {
    sqlx::query_scalar!(
        r#"/* auth.session.revoke_all */
           with ended as (
               delete from auth.session where account = $1 and id is distinct from $2
               returning id, account, expires_at
           ), kept as (
               insert into auth.ended_session (id, account, forget_at)
               select id, account, expires_at + interval '30 days' from ended
           )
           select id as "id!" from ended"#,
        account.0,
        except,
    )
    .fetch_all(&mut *conn)
    .await
}

/// As [`revoke_all`], each with an event of its own; gives the number of those that lived.
pub async fn log_out_all(
    conn: &mut Conn,
    account: AccountId,
    except: Option<i64>,
    now: OffsetDateTime,
    idle_since: OffsetDateTime,
) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar!(
        r#"/* auth.session.log_out_all */
           with ended as (
               delete from auth.session where account = $1 and id is distinct from $2
               returning id, account, expires_at, expires_at > $3 and last_seen_at > $4 as live
           ), kept as (
               insert into auth.ended_session (id, account, forget_at)
               select id, account, expires_at + interval '30 days' from ended
           ), remembered as (
               insert into auth.security_event (account, kind, at, request_id)
               select account, $5, $3, $6 from ended where live
           )
           select count(*) filter (where live) as "revoked!" from ended"#,
        account.0,
        except,
        now,
        idle_since,
        Kind::SessionEnded.as_str(),
        request_id(),
    )
    .fetch_one(&mut *conn)
    .await
}

/// Forgets at most `most` ended sessions whose time is over.
pub async fn forget(conn: &mut Conn, now: OffsetDateTime, most: i64) -> Result<u64, sqlx::Error> {
    let done = sqlx::query!(
        "/* auth.session.forget */
         delete from auth.ended_session where ctid = any(array(
             select ctid from auth.ended_session where forget_at < $1
             order by forget_at limit $2 for update skip locked))",
        now,
        most,
    )
    .execute(&mut *conn)
    .await?;
    Ok(done.rows_affected())
}
