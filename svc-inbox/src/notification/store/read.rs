//! SQL that reads notifications and marks them as read.

use platform::{AccountId, Side, pg::Conn};
use time::OffsetDateTime;

use super::super::{Kind, Notification, list::Place};

/// Hands a query what it reads of one receiver (`$1`) and Side (`$2`): those notifications that are not kept from him,
/// by people who are there (`x`), whom he did not mute, and with nobody blocking the other.
macro_rules! shown {
    ($query:ident!($($rest:tt)*)) => {
        $query!(
            "from inbox.notification n
             join inbox.person x on x.id = n.actor and not x.gone
             where n.receiver = $1 and n.side = $2 and n.removed_at is null
               and not exists (select from inbox.blocked b where b.blocker = $1 and b.blocked = n.actor)
               and not exists (select from inbox.blocked b where b.blocker = n.actor and b.blocked = $1)
               and not exists (select from inbox.muted m where m.muter = $1 and m.muted = n.actor and m.active) ",
            $($rest)*
        )
    };
}

macro_rules! rows {
    ($from:literal, $($argument:expr),+ $(,)?) => {
        sqlx::query_as!(
            Notification,
            r#"/* inbox.notification.list */
               select n.id, n.side as "side: Side", n.kind as "kind: Kind", x.username as actor, n.post, n.at,
                      n.glimpse, n.post_title, n.read_at is not null as "read!" "#
                + $from
                + "and (n.at, n.id) < (coalesce($3, 'infinity'::timestamptz), $4) and n.post <> all($5)
                   order by n.at desc, n.id desc limit $6",
            $($argument),+
        )
    };
}

macro_rules! unread {
    ($from:literal, $($argument:expr),+ $(,)?) => {
        sqlx::query!(
            "/* inbox.notification.mark_all */
             with unread as materialized (select n.id " + $from
                + "and n.read_at is null
                   order by n.receiver, n.side, n.kind, n.actor, n.post limit $4 for update of n)
             update inbox.notification n set read_at = $3 from unread where n.id = unread.id",
            $($argument),+
        )
    };
}

/// Newest first, at most `most`, below that place; without those of the posts named.
pub async fn list(
    conn: &mut Conn,
    viewer: AccountId,
    side: Side,
    from: Option<&Place>,
    without: &[String],
    most: i64,
) -> Result<Vec<Notification>, sqlx::Error> {
    let at = from.map(|place| place.at);
    let id = from.map_or("", |place| place.id.as_str());
    shown!(rows!(viewer.0, side.as_str(), at, id, without, most)).fetch_all(conn).await
}

/// Of these, those that are his, of this Side and unread; how many there were.
pub async fn mark(
    conn: &mut Conn,
    viewer: AccountId,
    side: Side,
    ids: &[String],
    now: OffsetDateTime,
) -> Result<u64, sqlx::Error> {
    let done = sqlx::query!(
        "/* inbox.notification.mark */
         with unread as materialized (
             select n.id from inbox.notification n
             where n.id = any($3) and n.receiver = $1 and n.side = $2 and n.read_at is null and n.removed_at is null
             order by n.receiver, n.side, n.kind, n.actor, n.post for update)
         update inbox.notification n set read_at = $4 from unread where n.id = unread.id",
        viewer.0,
        side.as_str(),
        ids,
        now,
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected())
}

/// At most `most` of those that are unread and not kept from him; how many there were.
pub async fn mark_all(
    conn: &mut Conn,
    viewer: AccountId,
    side: Side,
    now: OffsetDateTime,
    most: i64,
) -> Result<u64, sqlx::Error> {
    let done = shown!(unread!(viewer.0, side.as_str(), now, most)).execute(conn).await?;
    Ok(done.rows_affected())
}
