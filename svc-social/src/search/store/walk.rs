//! SQL that walks the newest posts and takes those that hold the text.
//!
//! A feed is made of stretches: all public posts or those of each author, those of each circle, the viewer's own. Of each
//! only so many are walked. Where a stretch goes on beyond that, nothing is known of what lies there: so the newest of these
//! ends is the horizon, and only what is newer counts, of all of them. What the walk answers is therefore exactly what the
//! whole feed, filtered, would begin with.

use platform::{Side, pg::Conn};

use super::{Asked, Found};
use crate::feed::store::by_the_laws;

/// How many posts are walked.
#[derive(Clone, Copy, Debug)]
pub struct Depth {
    /// In all, more or less.
    pub all: i64,
    /// But of each stretch at least.
    pub each: i64,
}

/// A walk: where the stretches that are the Side's own end, beyond `$8` posts in all and `$9` of each, and their posts; how
/// many they are; and what narrows it.
macro_rules! stretches {
    ($laws:literal, $reach:literal, $opened:literal,
     $name:literal, $end:literal, $posts:literal, $many:literal, $filter:literal, $($argument:expr),+ $(,)?) => {
        found!(
            [
                $name " with " $reach
                "share as materialized (
                     select greatest($9::bigint, $8::bigint / (1 + (select count(*) from circle) " $many ")) as each),
                 horizon as materialized (
                     select coalesce(max(e.created_at), '-infinity'::timestamptz) as at from (
                         (" $end ")
                         union all
                         (select p.created_at from social.post p where p.author = $1 and p.side = $5
                          order by p.created_at desc, p.id desc offset $8 limit 1)
                         union all
                         (select n.created_at from circle cross join lateral (
                              select p.created_at from social.post p
                              where p.circle = circle.id and p.side = $5 and not p.hidden
                              order by p.created_at desc, p.id desc offset (select each from share) limit 1) n)
                         union all
                         (select p.created_at from social.post p where $2 and p.side = $5 and p.hidden
                          order by p.created_at desc, p.id desc offset $8 limit 1)) e),
                 hit as (
                     (select p.id, p.created_at from " $posts " p
                      where p.body ilike $6 and p.author <> $1 " $filter $laws "
                      order by p.created_at desc, p.id desc limit $4)
                     union all
                     (select p.id, p.created_at from (
                          select p.id, p.channel, p.created_at, p.body from social.post p
                          where p.author = $1 and p.side = $5 and p.created_at > (select at from horizon)
                          order by p.created_at desc, p.id desc limit $8) p
                      where p.body ilike $6 " $filter "
                      order by p.created_at desc, p.id desc limit $4)
                     union all
                     (select p.id, p.created_at from circle cross join lateral (
                          select p.id, p.author, p.channel, p.created_at, p.body from social.post p
                          where p.circle = circle.id and p.side = $5 and not p.hidden
                            and p.created_at > (select at from horizon)
                          order by p.created_at desc, p.id desc limit (select each from share)) p
                      where p.body ilike $6 and p.author <> $1 " $filter $laws "
                      order by p.created_at desc, p.id desc limit $4)
                     union all
                     (select p.id, p.created_at from (
                          select p.id, p.author, p.circle, p.hidden, p.channel, p.created_at, p.body from social.post p
                          where $2 and p.side = $5 and p.hidden and p.created_at > (select at from horizon)
                          order by p.created_at desc, p.id desc limit $8) p
                      where p.body ilike $6 and p.author <> $1 and " $opened $filter $laws "
                      order by p.created_at desc, p.id desc limit $4))
                 select array(select h.id from hit h order by h.created_at desc, h.id desc limit $4) as \"ids!\",
                        (select at from horizon) = '-infinity' as \"whole!\""
            ],
            $($argument),+
        )
    };
}

/// The newest posts of the Side that hold the text, as far as they are among the newest of all. Of no circle or tag.
pub async fn walk(conn: &mut Conn, asked: &Asked<'_>, depth: Depth) -> Result<Found, sqlx::Error> {
    match (asked.side, asked.filter.topic.as_deref()) {
        (Side::Public, None) => public(conn, asked, depth).await,
        (Side::Public, Some(topic)) => in_topic(conn, asked, topic, depth).await,
        // No other Side has topics.
        _ => private(conn, asked, depth).await,
    }
}

async fn public(conn: &mut Conn, asked: &Asked<'_>, depth: Depth) -> Result<Found, sqlx::Error> {
    by_the_laws!(reach!(stretches!(
        "/* social.search.public */",
        "select p.created_at from social.post p where p.side = $5 and p.circle is null and not p.hidden
         order by p.created_at desc, p.id desc offset $8 limit 1",
        "(select p.id, p.author, p.channel, p.created_at, p.body from social.post p
          where p.side = $5 and p.circle is null and not p.hidden and p.created_at > (select at from horizon)
          order by p.created_at desc, p.id desc limit $8)",
        "",
        "",
        asked.viewer.0,
        asked.reader.staff,
        asked.reader.stranger,
        asked.rows,
        asked.side.as_str(),
        asked.pattern,
        &asked.opens(),
        depth.all,
        depth.each,
    )))
    .fetch_one(conn)
    .await
}

async fn in_topic(conn: &mut Conn, asked: &Asked<'_>, topic: &str, depth: Depth) -> Result<Found, sqlx::Error> {
    by_the_laws!(reach!(stretches!(
        "/* social.search.topic */",
        "select p.created_at from social.post p
         where p.side = 'public' and p.circle is null and not p.hidden and coalesce(p.channel, 'general') = $10
         order by p.created_at desc, p.id desc offset $8 limit 1",
        "(select p.id, p.author, p.channel, p.created_at, p.body from social.post p
          where p.side = 'public' and p.circle is null and not p.hidden and coalesce(p.channel, 'general') = $10
            and p.created_at > (select at from horizon)
          order by p.created_at desc, p.id desc limit $8)",
        "",
        "and coalesce(p.channel, 'general') = $10 ",
        asked.viewer.0,
        asked.reader.staff,
        asked.reader.stranger,
        asked.rows,
        asked.side.as_str(),
        asked.pattern,
        &asked.opens(),
        depth.all,
        depth.each,
        topic,
    )))
    .fetch_one(conn)
    .await
}

async fn private(conn: &mut Conn, asked: &Asked<'_>, depth: Depth) -> Result<Found, sqlx::Error> {
    by_the_laws!(reach!(stretches!(
        "/* social.search.private */",
        "select n.created_at from author cross join lateral (
             select p.created_at from social.post p
             where p.author = author.id and p.side = $5 and p.circle is null and not p.hidden
             order by p.created_at desc, p.id desc offset (select each from share) limit 1) n",
        "author cross join lateral (
             select p.id, p.author, p.channel, p.created_at, p.body from social.post p
             where p.author = author.id and p.side = $5 and p.circle is null and not p.hidden
               and p.created_at > (select at from horizon)
             order by p.created_at desc, p.id desc limit (select each from share))",
        "+ (select count(*) from author)",
        "",
        asked.viewer.0,
        asked.reader.staff,
        asked.reader.stranger,
        asked.rows,
        asked.side.as_str(),
        asked.pattern,
        &asked.opens(),
        depth.all,
        depth.each,
    )))
    .fetch_one(conn)
    .await
}
