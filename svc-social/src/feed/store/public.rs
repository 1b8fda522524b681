//! SQL of the public feed: every public post but those of people who are gone, blocked either way or muted. Four
//! parts: what everybody may see, the viewer's circles, his own that others may not see, and, for staff, what moderation
//! hid.

use platform::{Side, pg::Conn};

use crate::{
    feed::Window,
    post::{PostRow, Reader},
};

/// A page of posts for which `$filter` holds.
macro_rules! filtered {
    ($laws:literal, [$($before:literal)+], [$($circles:literal)+],
     $name:literal, $filter:literal, $($argument:expr),+ $(,)?) => {
        page!(
            [
                $name " with " $($before)+ " candidate as (
                    (select p.id, p.created_at from social.post p
                     where p.side = 'public' and p.circle is null and not p.hidden
                       and (p.created_at, p.id) < ($5, $6) " $filter $laws "
                     order by p.created_at desc, p.id desc limit $4)
                    union
                    (select p.id, p.created_at from social.post p
                     where p.author = $1 and p.side = 'public' and (p.hidden or p.circle is not null)
                       and (p.created_at, p.id) < ($5, $6) " $filter "
                     order by p.created_at desc, p.id desc limit $4)
                    union
                    (select p.id, p.created_at from social.post p
                     where $2 and p.side = 'public' and p.circle is null and p.hidden
                       and (p.created_at, p.id) < ($5, $6) " $filter $laws "
                     order by p.created_at desc, p.id desc limit $4) " $($circles)+ ")"
            ],
            $($argument),+
        )
    };
}

/// A page of what carries the tag `$8`, of all topics or of `$9`.
macro_rules! carrying {
    ($laws:literal, [$($before:literal)+], [$($circles:literal)+], $name:literal, $($argument:expr),+ $(,)?) => {
        page!(
            [
                $name " with " $($before)+ " candidate as (
                    (select t.post as id, t.created_at from social.post_tag t
                     cross join lateral (
                         select p.id, p.author, p.channel, p.circle, p.hidden
                         from social.post p where p.id = t.post offset 0) p
                     where t.side = 'public' and t.tag = $8 and (t.created_at, t.post) < ($5, $6)
                       and ($9::text is null or coalesce(p.channel, 'general') = $9)
                       and (p.author = $1 or (p.circle is null and (not p.hidden or $2))) " $laws "
                     order by t.created_at desc, t.post desc limit $4) " $($circles)+ ")"
            ],
            $($argument),+
        )
    };
}

/// All of it, one topic ("general" is also where posts without a channel are), one tag, or one tag of one topic.
pub async fn read(
    conn: &mut Conn,
    reader: Reader,
    tag: Option<&str>,
    topic: Option<&str>,
    window: &Window,
) -> Result<Vec<PostRow>, sqlx::Error> {
    match (tag, topic) {
        (None, None) => all(conn, reader, window).await,
        (None, Some(topic)) => in_topic(conn, reader, topic, window).await,
        (Some(tag), topic) => tagged(conn, reader, tag, topic, window).await,
    }
}

async fn all(conn: &mut Conn, reader: Reader, window: &Window) -> Result<Vec<PostRow>, sqlx::Error> {
    by_the_laws!(with_circles!(
        "",
        "",
        filtered!(
            "/* social.feed.public */",
            "",
            reader.id.map(|id| id.0),
            reader.staff,
            reader.stranger,
            window.rows,
            window.place.at,
            window.place.id,
            Side::Public.as_str(),
        )
    ))
    .fetch_all(conn)
    .await
}

async fn in_topic(conn: &mut Conn, reader: Reader, topic: &str, window: &Window) -> Result<Vec<PostRow>, sqlx::Error> {
    by_the_laws!(with_circles!(
        "",
        "and coalesce(p.channel, 'general') = $8 ",
        filtered!(
            "/* social.feed.public_topic */",
            "and coalesce(p.channel, 'general') = $8 ",
            reader.id.map(|id| id.0),
            reader.staff,
            reader.stranger,
            window.rows,
            window.place.at,
            window.place.id,
            Side::Public.as_str(),
            topic,
        )
    ))
    .fetch_all(conn)
    .await
}

async fn tagged(
    conn: &mut Conn,
    reader: Reader,
    tag: &str,
    topic: Option<&str>,
    window: &Window,
) -> Result<Vec<PostRow>, sqlx::Error> {
    by_the_laws!(with_circles_tagged!(
        "",
        "and ($9::text is null or coalesce(p.channel, 'general') = $9) ",
        carrying!(
            "/* social.feed.public_tag */",
            reader.id.map(|id| id.0),
            reader.staff,
            reader.stranger,
            window.rows,
            window.place.at,
            window.place.id,
            Side::Public.as_str(),
            tag,
            topic,
        )
    ))
    .fetch_all(conn)
    .await
}
