//! SQL of placements.

use platform::{AccountId, Side, pg::Conn};
use time::OffsetDateTime;

use super::ledger::{BUCKET, Ledger, LedgerEntry};
use crate::facet::display_name;

/// The Side that owner shows member now, fixed until the transaction ends.
pub async fn side_for_update(
    conn: &mut Conn,
    owner: AccountId,
    member: AccountId,
) -> Result<Option<Side>, sqlx::Error> {
    sqlx::query_scalar!(
        r#"/* social.placement.side_for_update */
           select side as "side: Side" from social.placement where owner = $1 and member = $2 for update"#,
        owner.0,
        member.0,
    )
    .fetch_optional(conn)
    .await
}

pub async fn set(
    conn: &mut Conn,
    owner: AccountId,
    member: AccountId,
    side: Side,
    now: OffsetDateTime,
) -> Result<(), sqlx::Error> {
    // Two requests may both have found no row: the second changes only what differs.
    sqlx::query!(
        "/* social.placement.set */
         insert into social.placement as held (owner, member, side, created_at, updated_at)
         values ($1, $2, $3, $4, $4)
         on conflict (owner, member) do update set side = excluded.side, updated_at = excluded.updated_at
         where held.side <> excluded.side",
        owner.0,
        member.0,
        side.as_str(),
        now,
    )
    .execute(conn)
    .await?;
    Ok(())
}

pub async fn remove(conn: &mut Conn, owner: AccountId, member: AccountId) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "/* social.placement.remove */
         delete from social.placement where owner = $1 and member = $2",
        owner.0,
        member.0,
    )
    .execute(conn)
    .await?;
    Ok(())
}

struct Row {
    side: Side,
    id: AccountId,
    username: String,
    full_name: String,
    facet_name: Option<String>,
    avatar_url: String,
    updated_at: OffsetDateTime,
}

fn ledger(rows: Vec<Row>) -> Ledger {
    let mut ledger = Ledger::default();
    for row in rows {
        let display_name = display_name(row.facet_name.as_deref(), Side::Public, &row.full_name, &row.username);
        let entry = LedgerEntry {
            id: row.id,
            username: row.username,
            display_name,
            avatar_url: row.avatar_url,
            updated_at: row.updated_at,
        };
        ledger.push(row.side, entry);
    }
    ledger
}

/// Each bucket from its own stretch of the index, newest first; one more than it holds tells that there were more.
pub async fn siders(conn: &mut Conn, owner: AccountId) -> Result<Ledger, sqlx::Error> {
    let rows = sqlx::query_as!(
        Row,
        r#"/* social.placement.siders */
           select s.side as "side!: Side", x.id as "id: AccountId", x.username, x.full_name,
                  f.display_name as "facet_name?", coalesce(f.avatar_image_url, '') as "avatar_url!", l.updated_at
           from unnest(array['friends', 'close', 'work']) s (side)
           cross join lateral (
               select pl.member, pl.updated_at from social.placement pl
               where pl.owner = $1 and pl.side = s.side
                 and exists (select from social.person x where x.id = pl.member and not x.gone offset 0)
                 and not exists (select from social.blocked b
                                 where b.blocker = $1 and b.blocked = pl.member offset 0)
                 and not exists (select from social.blocked b
                                 where b.blocker = pl.member and b.blocked = $1 offset 0)
               order by pl.updated_at desc, pl.member limit $2) l
           join social.person x on x.id = l.member
           left join social.facet f on f.person = x.id and f.side = 'public'
           order by l.updated_at desc, x.id"#,
        owner.0,
        i64::from(BUCKET) + 1,
    )
    .fetch_all(conn)
    .await?;
    Ok(ledger(rows))
}

/// As [`siders`], seen from the other end.
pub async fn followers(conn: &mut Conn, member: AccountId) -> Result<Ledger, sqlx::Error> {
    let rows = sqlx::query_as!(
        Row,
        r#"/* social.placement.followers */
           select s.side as "side!: Side", x.id as "id: AccountId", x.username, x.full_name,
                  f.display_name as "facet_name?", coalesce(f.avatar_image_url, '') as "avatar_url!", l.updated_at
           from unnest(array['friends', 'close', 'work']) s (side)
           cross join lateral (
               select pl.owner, pl.updated_at from social.placement pl
               where pl.member = $1 and pl.side = s.side
                 and exists (select from social.person x where x.id = pl.owner and not x.gone offset 0)
                 and not exists (select from social.blocked b
                                 where b.blocker = $1 and b.blocked = pl.owner offset 0)
                 and not exists (select from social.blocked b
                                 where b.blocker = pl.owner and b.blocked = $1 offset 0)
               order by pl.updated_at desc, pl.owner limit $2) l
           join social.person x on x.id = l.owner
           left join social.facet f on f.person = x.id and f.side = 'public'
           order by l.updated_at desc, x.id"#,
        member.0,
        i64::from(BUCKET) + 1,
    )
    .fetch_all(conn)
    .await?;
    Ok(ledger(rows))
}
