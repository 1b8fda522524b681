//! SQL of the copies of blocks and mutes, and of what they decide between two people.

use platform::{
    AccountId,
    person::{AccountState, Person},
    pg::Conn,
};
use time::OffsetDateTime;

use super::{Block, Mute, meeting::Present};

#[expect(clippy::struct_excessive_bools, reason = "columns of a row")]
struct PresentRow {
    id: AccountId,
    username: String,
    full_name: String,
    state: AccountState,
    until: Option<OffsetDateTime>,
    staff: bool,
    email_verified: bool,
    created_at: OffsetDateTime,
    version: i64,
    viewer_blocked_other: bool,
    other_blocked_viewer: bool,
}

/// The rows of the two that exist, kept as they are until the transaction ends. Read under the pair's lock: no block
/// appears between this and the write.
pub async fn present(conn: &mut Conn, viewer: AccountId, other: AccountId) -> Result<Vec<Present>, sqlx::Error> {
    let rows = sqlx::query_as!(
        PresentRow,
        r#"/* social.relation.present */
           select x.id as "id: AccountId", x.username, x.full_name, x.state as "state: AccountState", x.until, x.staff,
                  x.email_verified, x.created_at, x.version,
                  exists (select from social.blocked where blocker = $1 and blocked = $2) as "viewer_blocked_other!",
                  exists (select from social.blocked where blocker = $2 and blocked = $1) as "other_blocked_viewer!"
           from social.person x where x.id in ($1, $2) order by x.id for share of x"#,
        viewer.0,
        other.0,
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(Present::from).collect())
}

impl From<PresentRow> for Present {
    fn from(row: PresentRow) -> Self {
        Self {
            person: Person {
                id: row.id,
                username: row.username,
                full_name: row.full_name,
                state: row.state,
                until: row.until,
                staff: row.staff,
                email_verified: row.email_verified,
                created_at: row.created_at,
                version: row.version,
            },
            viewer_blocked_other: row.viewer_blocked_other,
            other_blocked_viewer: row.other_blocked_viewer,
        }
    }
}

/// Whether the id was new.
pub async fn mark_seen(conn: &mut Conn, id: i64) -> Result<bool, sqlx::Error> {
    let done = sqlx::query!(
        "/* social.relation.mark_seen */
             insert into social.block_seen (id) values ($1) on conflict do nothing",
        id,
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Both directions, whatever their age.
pub async fn end_placements(conn: &mut Conn, a: AccountId, b: AccountId) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "/* social.relation.end_placements */
         delete from social.placement where (owner = $1 and member = $2) or (owner = $2 and member = $1)",
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
        "/* social.relation.insert_block */
         insert into social.blocked as held (blocker, blocked, block_id) select $1, $2::bigint, $3 where $2::bigint <> 0
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
    sqlx::query!(
        "/* social.relation.delete_block */
         delete from social.blocked where block_id = $1",
        id,
    )
    .execute(conn)
    .await?;
    Ok(())
}

pub async fn put_mute(conn: &mut Conn, mute: Mute) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "/* social.relation.put_mute */
         insert into social.muted as held (muter, muted, active, version)
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
