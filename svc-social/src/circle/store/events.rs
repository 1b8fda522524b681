//! SQL that reads the history of a circle, and forgets what is too old of it.

use std::collections::HashMap;

use platform::{AccountId, cursor::Place, pg::Conn};
use serde_json::Value;
use time::OffsetDateTime;

use crate::{circle::id::CircleId, post::Reader};

/// Events that a circle keeps.
const KEPT: i64 = 500;

/// What of a circle's history its reader may see.
#[derive(Debug)]
pub struct Readable {
    pub owner: AccountId,
    /// `None` = all of it: he is the owner.
    pub since: Option<OffsetDateTime>,
}

#[derive(Debug)]
pub struct EventRow {
    pub id: String,
    pub kind: String,
    pub actor: AccountId,
    pub data: Value,
    pub created_at: OffsetDateTime,
}

/// Present names of people; who is not in it is not seen by the reader.
pub type People = HashMap<i64, String>;

/// `None` for an unknown circle and for one that he does not see.
pub async fn readable(
    conn: &mut Conn,
    viewer: AccountId,
    reader: Reader,
    id: &CircleId,
) -> Result<Option<Readable>, sqlx::Error> {
    sqlx::query_as!(
        Readable,
        r#"/* social.circle.readable */
           select c.owner as "owner: AccountId", m.joined_at as "since?"
           from social.circle c
           left join social.circle_member m on m.circle = c.id and m.account = $1 and c.owner <> $1
           where c.id = $3
             and (c.owner = $1
                  or (m.account is not null and not $2
                      and exists (select from social.person o where o.id = c.owner and not o.gone)))"#,
        viewer.0,
        reader.stranger,
        id.as_str(),
    )
    .fetch_optional(conn)
    .await
}

/// Newest first, of one moment in the order of ids; none if the viewer does not see the circle at this moment.
pub async fn events(
    conn: &mut Conn,
    viewer: AccountId,
    reader: Reader,
    id: &CircleId,
    since: Option<OffsetDateTime>,
    before: &Place,
    rows: i64,
) -> Result<Vec<EventRow>, sqlx::Error> {
    sqlx::query_as!(
        EventRow,
        r#"/* social.circle.events */
           select id, kind, actor as "actor: AccountId", data, created_at
           from social.circle_event
           where circle = $1 and created_at >= coalesce($2, '-infinity'::timestamptz) and (created_at, id) < ($3, $4)
             and exists (
                 select from social.circle c
                 where c.id = $1
                   and (c.owner = $6
                        or (not $7 and exists (select from social.circle_member m where m.circle = c.id and m.account = $6)
                            and exists (select from social.person o where o.id = c.owner and not o.gone))))
           order by created_at desc, id desc limit $5"#,
        id.as_str(),
        since,
        before.at,
        before.id,
        rows,
        viewer.0,
        reader.stranger,
    )
    .fetch_all(conn)
    .await
}

/// Those of `ids` whom this viewer sees: neither gone, nor cut off from him by a block.
pub async fn people(conn: &mut Conn, viewer: AccountId, ids: &[i64]) -> Result<People, sqlx::Error> {
    let rows = sqlx::query!(
        "/* social.circle.people */
         select x.id, x.username from social.person x
         where x.id = any($2)
           and (x.id = $1
                or (not x.gone
                    and not exists (select from social.blocked b where b.blocker = $1 and b.blocked = x.id offset 0)
                    and not exists (select from social.blocked b where b.blocker = x.id and b.blocked = $1 offset 0)))",
        viewer.0,
        ids,
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(|row| (row.id, row.username)).collect())
}

/// Deletes at most `most` events, of circles that have more than they keep.
pub async fn trim(conn: &mut Conn, most: i64) -> Result<u64, sqlx::Error> {
    let done = sqlx::query!(
        "/* social.circle.trim */
         delete from social.circle_event where id = any(array(
             select old.id
             from (select circle from social.circle_event group by circle having count(*) > $1) full_ones
             cross join lateral (
                 select e.id from social.circle_event e where e.circle = full_ones.circle
                 order by e.created_at desc, e.id desc offset $1) old
             limit $2))",
        KEPT,
        most,
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected())
}
