//! SQL of hidden posts.

use platform::{AccountId, pg::Conn};
use time::OffsetDateTime;

use crate::post::{Reader, store::seen};

/// What came of hiding.
pub struct Outcome {
    /// This service has a row of the viewer; if not, nothing was kept.
    pub known: bool,
    /// The post is his own.
    pub own: bool,
    /// He has hidden as many as one may.
    pub full: bool,
}

/// Of a post that is seen, and another's: keeps that it is hidden. The viewer's row stays as it is until the transaction
/// ends: what comes after the end of an account is not kept.
macro_rules! hide {
    ($from:literal, $laws:literal, $($argument:expr),+ $(,)?) => {
        sqlx::query_as!(
            Outcome,
            "/* social.hidden_post.insert */
             with me as materialized (
                 select x.id, x.state from social.person x where x.id = $1 for share),
             seen as materialized (select p.id, p.author " + $from + " where p.id = $4 and " + $laws + "),
             held as materialized (
                 select p.id, p.author from social.post p
                 where p.id in (select seen.id from seen) and (select count(*) from me) >= 0 for key share),
             room as materialized (
                 select count(*) < $6 as free
                 from (select from social.hidden_post h where h.viewer = $1 limit $6) h),
             made as (
                 insert into social.hidden_post (viewer, post, created_at)
                 select me.id, held.id, $5::timestamptz from me, held, room
                 where held.author <> me.id and room.free and me.state not in ('deleting', 'deleted')
                 on conflict do nothing)"
                + r#" select exists (select from me) as "known!",
                             exists (select from held where held.author = $1) as "own!",
                             (exists (select from held where held.author <> $1)
                              and not (select room.free from room)) as "full!" "#,
            $($argument),+
        )
    };
}

/// A post that he hid before is none that he sees: nothing changes.
pub async fn hide(
    conn: &mut Conn,
    reader: Reader,
    id: &str,
    now: OffsetDateTime,
    most: i64,
) -> Result<Outcome, sqlx::Error> {
    seen!(hide!(reader.id.map(|id| id.0), reader.staff, reader.stranger, id, now, most)).fetch_one(conn).await
}

/// Whatever became of the post.
pub async fn show(conn: &mut Conn, viewer: AccountId, id: &str) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "/* social.hidden_post.delete */ delete from social.hidden_post where viewer = $1 and post = $2",
        viewer.0,
        id,
    )
    .execute(conn)
    .await?;
    Ok(())
}

pub async fn list(conn: &mut Conn, viewer: AccountId, most: i64) -> Result<Vec<String>, sqlx::Error> {
    sqlx::query_scalar!(
        "/* social.hidden_post.list */
         select post from social.hidden_post where viewer = $1 order by created_at desc, post desc limit $2",
        viewer.0,
        most,
    )
    .fetch_all(conn)
    .await
}
