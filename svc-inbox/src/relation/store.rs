//! SQL of the copies of blocks and mutes.

use platform::pg::Conn;
use time::OffsetDateTime;

use super::{Block, Mute};

/// If the id is new: nothing is told any more of the one to the other, and the block is held; a newer one of the same
/// pair stays. Of a block of nobody (0) nothing is kept but its id.
pub async fn apply_block(conn: &mut Conn, block: Block, now: OffsetDateTime) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "/* inbox.relation.apply_block */
         with seen as (
             insert into inbox.block_seen (id) values ($3) on conflict do nothing returning id),
         untold as (
             update inbox.notification n set removed_at = $4, glimpse = '', post_title = ''
             where n.id = any(array(
                 select t.id from inbox.notification t
                 where ((t.receiver = $1 and t.actor = $2) or (t.receiver = $2 and t.actor = $1))
                   and t.removed_at is null and exists (select from seen)
                 order by t.receiver, t.side, t.kind, t.actor, t.post for update of t)))
         insert into inbox.blocked as held (blocker, blocked, block_id)
         select $1, $2::bigint, seen.id from seen where $2::bigint <> 0
         on conflict (blocker, blocked) do update set block_id = excluded.block_id
         where held.block_id < excluded.block_id",
        block.blocker.0,
        block.blocked.0,
        block.id,
        now,
    )
    .execute(conn)
    .await?;
    Ok(())
}

pub async fn remove_block(conn: &mut Conn, id: i64) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "/* inbox.relation.remove_block */
         with seen as (insert into inbox.block_seen (id) values ($1) on conflict do nothing)
         delete from inbox.blocked where block_id = $1",
        id,
    )
    .execute(conn)
    .await?;
    Ok(())
}

pub async fn put_mute(conn: &mut Conn, mute: Mute) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "/* inbox.relation.put_mute */
         insert into inbox.muted as held (muter, muted, active, version)
         select $1, $2::bigint, $3, $4 where $2::bigint <> 0
         on conflict (muter, muted) do update set active = excluded.active, version = excluded.version
         where held.version < excluded.version",
        mute.muter.0,
        mute.muted.0,
        mute.on,
        mute.version,
    )
    .execute(conn)
    .await?;
    Ok(())
}
