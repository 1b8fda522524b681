//! SQL of searches that a filter makes small: all posts of one circle, or with one tag, are read in their order until there
//! are enough.

use platform::pg::Conn;

use super::Asked;
use crate::{circle::CircleId, feed::store::by_the_laws};

/// Of the circle `$8`, of all topics or of `$9`, with any tag or `$10`: what others wrote while the reader sees the circle,
/// and his own, which he sees for ever.
macro_rules! of_circle {
    ($laws:literal, $reach:literal, $opened:literal, $name:literal, $($argument:expr),+ $(,)?) => {
        found!(
            [
                $name " with " $reach
                "read as (
                     (select p.id, p.author, p.created_at from (
                          select p.id, p.author, p.channel, p.created_at, p.body from social.post p
                          where p.author = $1 and p.side = $5 and p.circle = $8
                          order by p.created_at desc, p.id desc offset 0) p
                      where p.body ilike $6
                        and ($9::text is null or coalesce(p.channel, 'general') = $9)
                        and ($10::text is null or exists (select from social.post_tag t
                                                          where t.post = p.id and t.tag = $10 offset 0))
                      order by p.created_at desc, p.id desc limit $4)
                     union all
                     (select p.id, p.author, p.created_at from circle cross join lateral (
                          select p.id, p.author, p.channel, p.created_at, p.body from social.post p
                          where p.circle = circle.id and p.side = $5 and not p.hidden
                          order by p.created_at desc, p.id desc offset 0) p
                      where circle.id = $8 and p.author <> $1 and p.body ilike $6
                        and ($9::text is null or coalesce(p.channel, 'general') = $9)
                        and ($10::text is null or exists (select from social.post_tag t
                                                          where t.post = p.id and t.tag = $10 offset 0)) " $laws "
                      order by p.created_at desc, p.id desc limit $4)
                     union all
                     (select p.id, p.author, p.created_at from (
                          select p.id, p.author, p.circle, p.hidden, p.channel, p.created_at, p.body from social.post p
                          where $2 and p.side = $5 and p.hidden
                          order by p.created_at desc, p.id desc offset 0) p
                      where p.circle = $8 and p.author <> $1 and p.body ilike $6 and " $opened "
                        and ($9::text is null or coalesce(p.channel, 'general') = $9)
                        and ($10::text is null or exists (select from social.post_tag t
                                                          where t.post = p.id and t.tag = $10 offset 0)) " $laws "
                      order by p.created_at desc, p.id desc limit $4))
                 select array(select r.id from read r order by r.created_at desc, r.id desc limit $4) as \"ids!\",
                        true as \"whole!\""
            ],
            $($argument),+
        )
    };
}

/// With the tag `$8`, of all topics or of `$9`.
macro_rules! carrying {
    ($laws:literal, $reach:literal, $opened:literal, $name:literal, $($argument:expr),+ $(,)?) => {
        found!(
            [
                $name " with " $reach
                "read as (
                     select t.id, t.created_at from (
                         select t.post as id, t.created_at from social.post_tag t where t.side = $5 and t.tag = $8
                         order by t.created_at desc, t.post desc offset 0) t
                     cross join lateral (
                         select p.id, p.author, p.circle, p.hidden, p.channel, p.created_at, p.body
                         from social.post p where p.id = t.id offset 0) p
                     where p.body ilike $6
                       and ($9::text is null or coalesce(p.channel, 'general') = $9)
                       and (p.author = $1 or " $opened ") " $laws "
                     order by t.created_at desc, t.id desc limit $4)
                 select array(select r.id from read r order by r.created_at desc, r.id desc limit $4) as \"ids!\",
                        true as \"whole!\""
            ],
            $($argument),+
        )
    };
}

/// What of one circle holds the text; of one that is not for the reader only his own.
pub async fn in_circle(conn: &mut Conn, asked: &Asked<'_>) -> Result<Vec<String>, sqlx::Error> {
    let found = by_the_laws!(reach!(of_circle!(
        "/* social.search.circle */",
        asked.viewer.0,
        asked.reader.staff,
        asked.reader.stranger,
        asked.rows,
        asked.side.as_str(),
        asked.pattern,
        &asked.opens(),
        asked.filter.circle.as_ref().map(CircleId::as_str),
        asked.filter.topic.as_deref(),
        asked.filter.tag.as_deref(),
    )));
    Ok(found.fetch_one(conn).await?.ids)
}

/// What carries the tag and holds the text, in the whole Side or in one topic of it.
pub async fn with_tag(conn: &mut Conn, asked: &Asked<'_>) -> Result<Vec<String>, sqlx::Error> {
    let found = by_the_laws!(reach!(carrying!(
        "/* social.search.tag */",
        asked.viewer.0,
        asked.reader.staff,
        asked.reader.stranger,
        asked.rows,
        asked.side.as_str(),
        asked.pattern,
        &asked.opens(),
        asked.filter.tag.as_deref(),
        asked.filter.topic.as_deref(),
    )));
    Ok(found.fetch_one(conn).await?.ids)
}
