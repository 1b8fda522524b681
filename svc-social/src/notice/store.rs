//! SQL that reads what there is to tell.

use platform::{AccountId, PostId, Side, pg::Conn};
use time::OffsetDateTime;

use super::Event;

/// Code points of a text that are told.
const GLIMPSE: i32 = 220;
/// Of the post it is about.
const TITLE: i32 = 60;

/// What is so between the one who acts and one who may hear of it.
#[derive(Debug)]
pub struct Happened {
    pub event: String,
    pub receiver: AccountId,
    /// Of the post.
    pub side: Side,
    pub title: String,
    /// A block is between the two.
    pub apart: bool,
    /// Of the newest; `None`: nothing happened, or not any more.
    pub at: Option<OffsetDateTime>,
    pub glimpse: Option<String>,
}

/// Whoever reads the same waits until this transaction ends.
pub async fn lock(conn: &mut Conn, post: &PostId, actor: AccountId) -> Result<(), sqlx::Error> {
    sqlx::query_scalar!(
        r#"/* social.notice.lock */
           select pg_advisory_xact_lock(hashtextextended($1, 0))::text as "locked?""#,
        format!("social/notice/{post}/{}", actor.0),
    )
    .fetch_one(conn)
    .await?;
    Ok(())
}

/// Rises with every reading.
pub async fn version(conn: &mut Conn) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar!(r#"/* social.notice.version */ select nextval('social.notice_version') as "version!""#)
        .fetch_one(conn)
        .await
}

/// A row for each of `told`, with the newest that there is of it; none at all if the post is gone.
///
/// - A reply concerns the post's author, and whose reply it answers.
/// - An echo in a private Side concerns the post's author only if he may see it, and is told without its words: he may
///   lose sight of it while he still sees his own post.
pub async fn happened(
    conn: &mut Conn,
    post: &PostId,
    actor: AccountId,
    told: &[(Event, i64)],
) -> Result<Vec<Happened>, sqlx::Error> {
    let (events, receivers): (Vec<String>, Vec<i64>) =
        told.iter().map(|(event, receiver)| (event.as_str().to_owned(), *receiver)).unzip();
    sqlx::query_as!(
        Happened,
        r#"/* social.notice.happened */
           select t.event as "event!", t.receiver as "receiver!: AccountId", p.side as "side: Side",
                  left(p.body, $6) as "title!",
                  exists (select from social.blocked b
                          where (b.blocker = $2 and b.blocked = t.receiver)
                             or (b.blocker = t.receiver and b.blocked = $2)) as "apart!",
                  h.at as "at?", left(h.glimpse, $5) as "glimpse?"
           from social.post p
           cross join unnest($3::text[], $4::bigint[]) t (event, receiver)
           left join lateral (
               (select l.created_at as at, p.body as glimpse
                from social.post_like l
                where t.event = 'like' and p.author = t.receiver and l.post = p.id and l.account = $2)
               union all
               (select r.created_at, r.body
                from social.reply r left join social.reply up on up.id = r.parent
                where t.event = 'reply' and r.post = p.id and r.author = $2
                  and (p.author = t.receiver or up.author = t.receiver)
                order by r.created_at desc, r.id desc limit 1)
               union all
               (select m.created_at, coalesce(r.body, p.body)
                from social.mention m left join social.reply r on r.id = m.reply
                where t.event = 'mention' and m.post = p.id and m.account = t.receiver
                  and case when m.reply = '' then p.author else r.author end = $2
                order by m.created_at desc, m.reply desc limit 1)
               union all
               (select e.created_at, case when e.side = 'public' then e.body else '' end
                from social.post e
                where t.event = 'echo' and p.author = t.receiver and e.echo_of = p.id and e.author = $2
                  and not e.hidden
                  and (e.side = 'public'
                       or exists (select from social.placement pl
                                  where pl.owner = e.author and pl.member = t.receiver
                                    and (pl.side = e.side or (pl.side = 'close' and e.side = 'friends'))))
                order by e.created_at desc, e.id desc limit 1)) h on true
           where p.id = $1"#,
        post.as_str(),
        actor.0,
        &events,
        &receivers,
        GLIMPSE,
        TITLE,
    )
    .fetch_all(conn)
    .await
}
