//! SQL that keeps what social says. Whoever locks several notifications does it in the order of their keys.

use platform::pg::Conn;
use time::OffsetDateTime;

use super::super::{Entry, Told};

/// Characters of a glimpse and of a title.
const GLIMPSE: usize = 220;
const TITLE: usize = 80;
/// Of an entry that tells nothing: any event is newer.
const NEVER: OffsetDateTime = OffsetDateTime::UNIX_EPOCH;

/// Takes the locks of these pairs, shared, and then those of the posts, each kind in one order. Blocks take the one
/// exclusively, [`fence`] the other.
pub async fn lock(conn: &mut Conn, pairs: &[i64], posts: &[String]) -> Result<(), sqlx::Error> {
    sqlx::query_scalar!(
        r#"/* inbox.notification.lock */
           select pg_advisory_xact_lock_shared(l.key)::text as "locked?"
           from (select 1 as part, a.key from unnest($1::bigint[]) a (key)
                 union all
                 select 2, hashtextextended('inbox/post/' || b.post, 0) from unnest($2::text[]) b (post)) l
           order by l.part, l.key"#,
        pairs,
        posts,
    )
    .fetch_all(conn)
    .await?;
    Ok(())
}

/// Waits for whoever is just telling something of these posts, and keeps later ones waiting.
pub async fn fence(conn: &mut Conn, posts: &[String]) -> Result<(), sqlx::Error> {
    sqlx::query_scalar!(
        r#"/* inbox.notification.fence */
           select pg_advisory_xact_lock(l.key)::text as "locked?"
           from (select distinct hashtextextended('inbox/post/' || b.post, 0) as key
                 from unnest($1::text[]) b (post)) l
           order by l.key"#,
        posts,
    )
    .fetch_all(conn)
    .await?;
    Ok(())
}

/// Under the locks. Between two of whom one blocked the other there is nothing to tell.
///
/// - A newer event than any that is known is unread again, also after it was taken back in between.
/// - An older one that is told after a newer one was taken back is no news: it is read.
/// - The same event told in other words stays as read or unread as it was.
pub async fn put(conn: &mut Conn, ids: &[String], entries: &[Entry], now: OffsetDateTime) -> Result<(), sqlx::Error> {
    let receivers: Vec<i64> = entries.iter().map(|entry| entry.key.receiver.0).collect();
    let sides: Vec<String> = entries.iter().map(|entry| entry.key.side.as_str().to_owned()).collect();
    let kinds: Vec<String> = entries.iter().map(|entry| entry.key.kind.as_str().to_owned()).collect();
    let actors: Vec<i64> = entries.iter().map(|entry| entry.key.actor.0).collect();
    let posts: Vec<String> = entries.iter().map(|entry| entry.key.post.clone()).collect();
    let versions: Vec<i64> = entries.iter().map(|entry| entry.version).collect();
    let times: Vec<OffsetDateTime> =
        entries.iter().map(|entry| entry.told.as_ref().map_or(NEVER, |told| told.at)).collect();
    let text = |entry: &Entry, of: fn(&Told) -> String| entry.told.as_ref().map(of).unwrap_or_default();
    let glimpses: Vec<String> = entries.iter().map(|entry| text(entry, |told| cut(&told.glimpse, GLIMPSE))).collect();
    let titles: Vec<String> = entries.iter().map(|entry| text(entry, |told| cut(&told.post_title, TITLE))).collect();
    let told: Vec<bool> = entries.iter().map(|entry| entry.told.is_some()).collect();
    sqlx::query!(
        r#"/* inbox.notification.put */
           insert into inbox.notification as held
               (id, receiver, side, kind, actor, post, version, at, glimpse, post_title, removed_at)
           select n.id, n.receiver, n.side, n.kind, n.actor, n.post, n.version, n.at,
                  case when t.told then n.glimpse else '' end, case when t.told then n.title else '' end,
                  case when t.told then null else $1::timestamptz end
           from unnest($2::text[], $3::bigint[], $4::text[], $5::text[], $6::bigint[], $7::text[], $8::bigint[],
                       $9::timestamptz[], $10::text[], $11::text[], $12::boolean[])
                as n (id, receiver, side, kind, actor, post, version, at, glimpse, title, told)
           cross join lateral (
               select n.told
                      and not exists (select from inbox.blocked b where b.blocker = n.receiver and b.blocked = n.actor)
                      and not exists (select from inbox.blocked b
                                      where b.blocker = n.actor and b.blocked = n.receiver) as told) t
           where not exists (select from inbox.forgotten_post g where g.post = n.post)
           order by n.receiver, n.side, n.kind, n.actor, n.post collate "C"
           on conflict (receiver, side, kind, actor, post) do update set
               version = excluded.version,
               at = case when excluded.removed_at is null then excluded.at else held.at end,
               glimpse = excluded.glimpse, post_title = excluded.post_title,
               read_at = case when excluded.removed_at is not null then held.read_at
                              when excluded.at > held.at then null
                              when held.removed_at is not null then coalesce(held.read_at, $1)
                              else held.read_at end,
               removed_at = excluded.removed_at
           where held.version < excluded.version"#,
        now,
        ids,
        &receivers,
        &sides,
        &kinds,
        &actors,
        &posts,
        &versions,
        &times,
        &glimpses,
        &titles,
        &told,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// From now on nothing is kept of these posts.
pub async fn note_forgotten(conn: &mut Conn, posts: &[String], now: OffsetDateTime) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "/* inbox.forgotten_post.note */
         insert into inbox.forgotten_post (post, at)
         select distinct p.post, $2::timestamptz from unnest($1::text[]) p (post)
         on conflict (post) do nothing",
        posts,
        now,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Deletes at most `most` of what is told of this post; how many went.
pub async fn forget(conn: &mut Conn, post: &str, most: i64) -> Result<u64, sqlx::Error> {
    let done = sqlx::query!(
        "/* inbox.notification.forget */
         delete from inbox.notification where id = any(array(
             select id from inbox.notification where post = $1
             order by receiver, side, kind, actor limit $2 for update))",
        post,
        most,
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected())
}

/// Forgets at most `most` of those that were taken back before `until`.
pub async fn purge_removed(conn: &mut Conn, until: OffsetDateTime, most: i64) -> Result<u64, sqlx::Error> {
    let done = sqlx::query!(
        "/* inbox.notification.purge */
         delete from inbox.notification where id = any(array(
             select id from inbox.notification where removed_at < $1
             order by removed_at limit $2 for update skip locked))",
        until,
        most,
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected())
}

pub async fn purge_forgotten(conn: &mut Conn, until: OffsetDateTime, most: i64) -> Result<u64, sqlx::Error> {
    let done = sqlx::query!(
        "/* inbox.forgotten_post.purge */
         delete from inbox.forgotten_post where post = any(array(
             select post from inbox.forgotten_post where at < $1 order by at limit $2 for update skip locked))",
        until,
        most,
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected())
}

fn cut(text: &str, characters: usize) -> String {
    text.chars().take(characters).collect()
}
