//! SQL of the copies of blocks and mutes.

use platform::{AccountId, pg::Conn};

use super::{Block, Mute};

/// Whether the id was new.
pub async fn mark_seen(conn: &mut Conn, id: i64) -> Result<bool, sqlx::Error> {
    let done =
        sqlx::query!("insert into social.block_seen (id) values ($1) on conflict do nothing", id).execute(conn).await?;
    Ok(done.rows_affected() == 1)
}

/// Both directions, whatever their age.
pub async fn end_placements(conn: &mut Conn, a: AccountId, b: AccountId) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "delete from social.placement where (owner = $1 and member = $2) or (owner = $2 and member = $1)",
        a.0,
        b.0,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// A newer block of the same pair stays. Of a block of nobody (0) nothing is kept.
pub async fn insert_block(conn: &mut Conn, block: Block) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "insert into social.blocked as held (blocker, blocked, block_id) select $1, $2::bigint, $3 where $2::bigint <> 0
         on conflict (blocker, blocked) do update set block_id = excluded.block_id
         where held.block_id < excluded.block_id",
        block.blocker.0,
        block.blocked.0,
        block.id,
    )
    .execute(conn)
    .await?;
    Ok(())
}

pub async fn delete_block(conn: &mut Conn, id: i64) -> Result<(), sqlx::Error> {
    sqlx::query!("delete from social.blocked where block_id = $1", id).execute(conn).await?;
    Ok(())
}

pub async fn put_mute(conn: &mut Conn, mute: Mute) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "insert into social.muted as held (muter, muted, active, version) select $1, $2::bigint, $3, $4 where $2::bigint <> 0
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
