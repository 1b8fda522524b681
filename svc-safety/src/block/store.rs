//! SQL of blocks.

use platform::{AccountId, pg::Conn};
use time::OffsetDateTime;

use super::Block;
use crate::{entry::Entry, target::Resolved};

/// The block in force of this account; for nobody's label, the inert entry.
pub async fn find(conn: &mut Conn, blocker: AccountId, target: &Resolved) -> Result<Option<Block>, sqlx::Error> {
    sqlx::query_as!(
        Block,
        r#"/* safety.block.find */
           select id, blocker as "blocker: AccountId", blocked as "blocked: AccountId",
                  applied_at is not null as "applied!", removed_at is not null as "removed!"
           from safety.block
           where blocker = $1 and removed_at is null
             and (blocked = $2 or ($2::bigint is null and blocked is null and label = $3))"#,
        blocker.0,
        target.account().map(|account| account.0),
        target.label,
    )
    .fetch_optional(conn)
    .await
}

pub async fn get(conn: &mut Conn, id: i64) -> Result<Option<Block>, sqlx::Error> {
    sqlx::query_as!(
        Block,
        r#"/* safety.block.get */
           select id, blocker as "blocker: AccountId", blocked as "blocked: AccountId",
                  applied_at is not null as "applied!", removed_at is not null as "removed!"
           from safety.block where id = $1"#,
        id,
    )
    .fetch_optional(conn)
    .await
}

/// The new block; none if it exists, or if `max` others do. It takes the place of an inert entry of the same label.
pub async fn insert(
    conn: &mut Conn,
    blocker: AccountId,
    target: &Resolved,
    now: OffsetDateTime,
    max: u32,
) -> Result<Option<Block>, sqlx::Error> {
    sqlx::query_as!(
        Block,
        r#"/* safety.block.insert */
           with inert as (
               delete from safety.block
               where blocker = $1 and blocked is null and label = $3 and $2::bigint is not null
           )
           insert into safety.block (blocker, blocked, label, created_at)
           select $1, $2, $3, $4
           where (select count(*) from safety.block where blocker = $1 and removed_at is null) < $5
           on conflict do nothing
           returning id, blocker as "blocker: AccountId", blocked as "blocked: AccountId",
                     false as "applied!", false as "removed!""#,
        blocker.0,
        target.account().map(|account| account.0),
        target.label,
        now,
        i64::from(max),
    )
    .fetch_optional(conn)
    .await
}

/// What an unblocking means, as far as it does not hold everywhere yet. The label counts too where the list shows it:
/// for nobody, and for one who blocks the reader, whatever he is called now.
pub async fn unapplied(conn: &mut Conn, blocker: AccountId, target: &Resolved) -> Result<Vec<Block>, sqlx::Error> {
    sqlx::query_as!(
        Block,
        r#"/* safety.block.unapplied */
           select id, blocker as "blocker: AccountId", blocked as "blocked: AccountId",
                  applied_at is not null as "applied!", removed_at is not null as "removed!"
           from safety.block b
           where blocker = $1 and removed_at is null and applied_at is null
             and (blocked = $2 or (label = $3 and (blocked is null or exists (
                 select from safety.block h
                 where h.blocker = b.blocked and h.blocked = $1 and h.removed_at is null))))"#,
        blocker.0,
        target.account().map(|account| account.0),
        target.label,
    )
    .fetch_all(conn)
    .await
}

/// From now on the same block is nothing to do.
pub async fn mark_applied(conn: &mut Conn, id: i64, now: OffsetDateTime) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "/* safety.block.mark_applied */
         update safety.block set applied_at = $2 where id = $1 and applied_at is null",
        id,
        now,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// The blocks that end, or ended before, and are to be taken from the copies; meant as in [`unapplied`].
pub async fn end(
    conn: &mut Conn,
    blocker: AccountId,
    target: &Resolved,
    now: OffsetDateTime,
) -> Result<Vec<Block>, sqlx::Error> {
    sqlx::query_as!(
        Block,
        r#"/* safety.block.end */
           update safety.block set removed_at = coalesce(removed_at, $4)
           where blocker = $1 and applied_at is not null
             and (blocked = $2 or (label = $3 and (blocked is null or exists (
                 select from safety.block h
                 where h.blocker = safety.block.blocked and h.blocked = $1 and h.removed_at is null))))
           returning id, blocker as "blocker: AccountId", blocked as "blocked: AccountId",
                     true as "applied!", true as "removed!""#,
        blocker.0,
        target.account().map(|account| account.0),
        target.label,
        now,
    )
    .fetch_all(conn)
    .await
}

/// Deletes an ended block, once no copy has it.
pub async fn forget(conn: &mut Conn, id: i64) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "/* safety.block.forget */
         delete from safety.block where id = $1 and removed_at is not null",
        id,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Newest first. Who blocks the reader is shown as if inert; the deleted are left out.
pub async fn list(conn: &mut Conn, blocker: AccountId, max: u32) -> Result<Vec<Entry>, sqlx::Error> {
    sqlx::query_as!(
        Entry,
        r#"/* safety.block.list */
           select p.id as "account?: AccountId", coalesce('@' || p.username, b.label) as "handle!",
                  p.full_name as "full_name?", b.created_at
           from safety.block b
           left join safety.person p on p.id = b.blocked and not exists (
               select from safety.block h where h.blocker = p.id and h.blocked = $1 and h.removed_at is null
           )
           where b.blocker = $1 and b.removed_at is null
             and not exists (select from safety.person d where d.id = b.blocked and d.state = 'deleted')
           order by b.created_at desc, b.id desc
           limit $2"#,
        blocker.0,
        i64::from(max),
    )
    .fetch_all(conn)
    .await
}
