//! SQL of the copies of blocks and mutes, and of what they decide between two people.

use platform::{
    AccountId,
    person::{AccountState, Person},
    pg::Conn,
};

use super::{Block, Mute, meeting::Present};

/// The rows of the two that exist, kept as they are until the transaction ends. Read under the pair's lock: no block
/// appears between this and the write.
pub async fn present(conn: &mut Conn, viewer: AccountId, other: AccountId) -> Result<Vec<Present>, sqlx::Error> {
    sqlx::query!(
        r#"/* social.relation.present */
           select x.id as "id: AccountId", x.username, x.full_name, x.state as "state: AccountState", x.until, x.staff,
                  x.email_verified, x.created_at, x.version,
                  exists (select from social.blocked where blocker = $1 and blocked = $2) as "viewer_blocked_other!",
                  exists (select from social.blocked where blocker = $2 and blocked = $1) as "other_blocked_viewer!"
           from social.person x where x.id in ($1, $2) order by x.id for share of x"#,
        viewer.0,
        other.0,
    )
    .map(|row| Present {
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
    })
    .fetch_all(conn)
    .await
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

/// Placements and follows, both ways, whatever their age, with the numbers that count them. Who is gone counts for nobody
/// already. The rows of numbers are locked once, in the order of people.
pub async fn end_ties(conn: &mut Conn, a: AccountId, b: AccountId) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "/* social.relation.end_ties */
         with shown as (
             delete from social.placement where (owner = $1 and member = $2) or (owner = $2 and member = $1)
             returning owner, member),
         followed as (
             delete from social.follow where (follower = $1 and target = $2) or (follower = $2 and target = $1)
             returning follower, target),
         fewer (person, followers, following, siders) as (
             select s.member, 0, 0, -1 from shown s join social.person x on x.id = s.owner and not x.gone
             union all
             select f.target, -1, 0, 0 from followed f join social.person x on x.id = f.follower and not x.gone
             union all
             select f.follower, 0, -1, 0 from followed f join social.person x on x.id = f.target and not x.gone)
         insert into social.person_count as held (person, followers, following, siders)
         select person, sum(followers), sum(following), sum(siders) from fewer group by person order by person
         on conflict (person) do update set
             followers = held.followers + excluded.followers, following = held.following + excluded.following,
             siders = held.siders + excluded.siders",
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
