//! SQL of placements.

use platform::{AccountId, Side, pg::Conn};
use time::OffsetDateTime;

use super::ledger::{BUCKET, Ledger, LedgerEntry};
use crate::facet::display_name;

/// The Side that owner shows member now, fixed until the transaction ends. The circles that the two share are fixed before
/// it: everybody locks circles first, then placements. Under the pair's lock.
pub async fn side_for_update(
    conn: &mut Conn,
    owner: AccountId,
    member: AccountId,
) -> Result<Option<Side>, sqlx::Error> {
    sqlx::query_scalar!(
        r#"/* social.placement.side_for_update */
           with held as materialized (
               select c.id from social.circle_member m join social.circle c on c.id = m.circle and c.owner = $1
               where m.account = $2 order by c.id for update of c)
           select side as "side!: Side" from social.placement
           where (select count(*) from held) >= 0 and owner = $1 and member = $2 for update"#,
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
         with made as (
             insert into social.placement as held (owner, member, side, created_at, updated_at)
             values ($1, $2, $3, $4, $4)
             on conflict (owner, member) do update set side = excluded.side, updated_at = excluded.updated_at
             where held.side <> excluded.side
             returning xmax = 0 as new)
         insert into social.person_count as held (person, siders) select $2, 1 from made where new
         on conflict (person) do update set siders = held.siders + excluded.siders",
        owner.0,
        member.0,
        side.as_str(),
        now,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// An owner who is gone counts for nobody already.
pub async fn remove(conn: &mut Conn, owner: AccountId, member: AccountId) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "/* social.placement.remove */
         with ended as (delete from social.placement where owner = $1 and member = $2 returning owner, member)
         insert into social.person_count as held (person, siders)
         select ended.member, -1 from ended join social.person x on x.id = ended.owner and not x.gone
         on conflict (person) do update set siders = held.siders + excluded.siders",
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
macro_rules! ledger {
    ($name:literal, $own:literal, $theirs:literal, $account:expr) => {
        sqlx::query_as!(
            Row,
            $name + r#" select s.side as "side!: Side", x.id as "id: AccountId", x.username, x.full_name,
                      f.display_name as "facet_name?", coalesce(f.avatar_image_url, '') as "avatar_url!", l.updated_at
               from unnest(array['friends', 'close', 'work']) s (side)
               cross join lateral (
                   select pl."# + $theirs + r#" as id, pl.updated_at from social.placement pl
                   where pl."# + $own + r#" = $1 and pl.side = s.side
                     and exists (select from social.person x where x.id = pl."# + $theirs + r#" and not x.gone offset 0)
                     and not exists (select from social.blocked b
                                     where b.blocker = $1 and b.blocked = pl."# + $theirs + r#" offset 0)
                     and not exists (select from social.blocked b
                                     where b.blocker = pl."# + $theirs + r#" and b.blocked = $1 offset 0)
                   order by pl.updated_at desc, pl."# + $theirs + r#" limit $2) l
               join social.person x on x.id = l.id
               left join social.facet f on f.person = x.id and f.side = 'public'
               order by l.updated_at desc, x.id"#,
            $account.0,
            i64::from(BUCKET) + 1,
        )
    };
}

/// Whom somebody shows a Side.
pub async fn siders(conn: &mut Conn, owner: AccountId) -> Result<Ledger, sqlx::Error> {
    ledger!("/* social.placement.siders */", "owner", "member", owner).fetch_all(conn).await.map(ledger)
}

/// Who shows somebody a Side.
pub async fn followers(conn: &mut Conn, member: AccountId) -> Result<Ledger, sqlx::Error> {
    ledger!("/* social.placement.followers */", "member", "owner", member).fetch_all(conn).await.map(ledger)
}
