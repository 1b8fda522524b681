//! SQL of mutes.

use platform::{AccountId, pg::Conn};
use time::OffsetDateTime;

use super::Mute;
use crate::{entry::Entry, target::Resolved};

/// The mute in force of this account; for nobody's label, the inert entry.
pub async fn find(conn: &mut Conn, muter: AccountId, target: &Resolved) -> Result<Option<Mute>, sqlx::Error> {
    sqlx::query_as!(
        Mute,
        r#"/* safety.mute.find */
           select id, muter as "muter: AccountId", muted as "muted: AccountId",
                  removed_at is not null as "removed!", version as "version!"
           from safety.mute
           where muter = $1 and removed_at is null
             and (muted = $2 or ($2::bigint is null and muted is null and label = $3))"#,
        muter.0,
        target.account().map(|account| account.0),
        target.label,
    )
    .fetch_optional(conn)
    .await
}

pub async fn get(conn: &mut Conn, id: i64) -> Result<Option<Mute>, sqlx::Error> {
    sqlx::query_as!(
        Mute,
        r#"/* safety.mute.get */
           select id, muter as "muter: AccountId", muted as "muted: AccountId",
                  removed_at is not null as "removed!", version as "version!"
           from safety.mute where id = $1"#,
        id,
    )
    .fetch_optional(conn)
    .await
}

/// The new mute; none if it exists, or if `max` others do. It takes the place of an inert entry of the same label.
pub async fn insert(
    conn: &mut Conn,
    muter: AccountId,
    target: &Resolved,
    now: OffsetDateTime,
    max: u32,
) -> Result<Option<Mute>, sqlx::Error> {
    sqlx::query_as!(
        Mute,
        r#"/* safety.mute.insert */
           with inert as (
               delete from safety.mute
               where muter = $1 and muted is null and label = $3 and $2::bigint is not null
           )
           insert into safety.mute (muter, muted, label, created_at)
           select $1, $2, $3, $4
           where (select count(*) from safety.mute where muter = $1 and removed_at is null) < $5
           on conflict do nothing
           returning id, muter as "muter: AccountId", muted as "muted: AccountId",
                     false as "removed!", version as "version!""#,
        muter.0,
        target.account().map(|account| account.0),
        target.label,
        now,
        i64::from(max),
    )
    .fetch_optional(conn)
    .await
}

/// The mutes that end, or ended before, and are to be told to the copies. The label counts too where the list shows it:
/// for nobody, and for one who blocks the reader.
pub async fn end(
    conn: &mut Conn,
    muter: AccountId,
    target: &Resolved,
    now: OffsetDateTime,
) -> Result<Vec<Mute>, sqlx::Error> {
    sqlx::query_as!(
        Mute,
        r#"/* safety.mute.end */
           update safety.mute set removed_at = coalesce(removed_at, $4)
           where muter = $1 and (muted = $2 or (label = $3 and (muted is null or exists (
               select from safety.block h
               where h.blocker = safety.mute.muted and h.blocked = $1 and h.removed_at is null))))
           returning id, muter as "muter: AccountId", muted as "muted: AccountId",
                     true as "removed!", version as "version!""#,
        muter.0,
        target.account().map(|account| account.0),
        target.label,
        now,
    )
    .fetch_all(conn)
    .await
}

/// Deletes an ended mute, once every copy knows its end.
pub async fn forget(conn: &mut Conn, id: i64) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "/* safety.mute.forget */
         delete from safety.mute where id = $1 and removed_at is not null",
        id,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Newest first. Who blocks the reader is shown as if inert; the deleted are left out.
pub async fn list(conn: &mut Conn, muter: AccountId, max: u32) -> Result<Vec<Entry>, sqlx::Error> {
    sqlx::query_as!(
        Entry,
        r#"/* safety.mute.list */
           select p.id as "account?: AccountId", coalesce('@' || p.username, m.label) as "handle!",
                  p.full_name as "full_name?", m.created_at
           from safety.mute m
           left join safety.person p on p.id = m.muted and not exists (
               select from safety.block h where h.blocker = p.id and h.blocked = $1 and h.removed_at is null
           )
           where m.muter = $1 and m.removed_at is null
             and not exists (select from safety.person d where d.id = m.muted and d.state = 'deleted')
           order by m.created_at desc, m.id desc
           limit $2"#,
        muter.0,
        i64::from(max),
    )
    .fetch_all(conn)
    .await
}
