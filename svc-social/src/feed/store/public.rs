//! SQL of the public feed: every public post but those of people who are gone, blocked either way or muted. Three
//! parts: what everybody may see, the viewer's own that others may not, and, for staff, what moderation hid.
//!
//! In `exists`, `offset 0` keeps the question a look-up a row; flattened, it would be a join over everything.
//! `$1` viewer (null = signed out), `$2` rows, `$3`, `$4` where the page before ended, `$5` staff.

use platform::pg::Conn;

use crate::{
    feed::Window,
    post::{PostRow, Reader},
};

/// Hands a query the laws on the author `p.author`: laws 3, 7, 8, 11 and 14, written once.
macro_rules! by_the_laws {
    ($query:ident!($($rest:tt)*)) => {
        $query!(
            "and (p.author = $1
                  or (exists (select from social.person x where x.id = p.author and not x.gone offset 0)
                      and ($5 or not exists (select from social.blocked b
                                             where b.blocker = $1 and b.blocked = p.author offset 0))
                      and ($5 or not exists (select from social.blocked b
                                             where b.blocker = p.author and b.blocked = $1 offset 0))
                      and not exists (select from social.muted m
                                      where m.muter = $1 and m.muted = p.author and m.active offset 0)))",
            $($rest)*
        )
    };
}

/// A page of posts for which `$filter` holds.
macro_rules! filtered {
    ($laws:literal, $name:literal, $filter:literal, $($argument:expr),+ $(,)?) => {
        page!(
            [
                $name " with candidate as (
                    (select p.id, p.created_at from social.post p
                     where p.side = 'public' and p.circle is null and not p.hidden
                       and (p.created_at, p.id) < ($3, $4) " $filter $laws "
                     order by p.created_at desc, p.id desc limit $2)
                    union
                    (select p.id, p.created_at from social.post p
                     where p.author = $1 and p.side = 'public' and (p.hidden or p.circle is not null)
                       and (p.created_at, p.id) < ($3, $4) " $filter "
                     order by p.created_at desc, p.id desc limit $2)
                    union
                    (select p.id, p.created_at from social.post p
                     where $5 and p.side = 'public' and p.circle is null and p.hidden
                       and (p.created_at, p.id) < ($3, $4) " $filter $laws "
                     order by p.created_at desc, p.id desc limit $2))"
            ],
            $($argument),+
        )
    };
}

/// A page of what carries the tag `$6`, of all topics or of `$7`.
macro_rules! carrying {
    ($laws:literal, $name:literal, $($argument:expr),+ $(,)?) => {
        page!(
            [
                $name " with candidate as (
                    select t.post as id, t.created_at from social.post_tag t
                    cross join lateral (
                        select p.author, p.channel, p.circle, p.hidden
                        from social.post p where p.id = t.post offset 0) p
                    where t.side = 'public' and t.tag = $6 and (t.created_at, t.post) < ($3, $4)
                      and ($7::text is null or coalesce(p.channel, 'general') = $7)
                      and (p.author = $1 or (p.circle is null and (not p.hidden or $5))) " $laws "
                    order by t.created_at desc, t.post desc limit $2)"
            ],
            $($argument),+
        )
    };
}

/// All of it.
pub async fn all(conn: &mut Conn, reader: Reader, window: &Window) -> Result<Vec<PostRow>, sqlx::Error> {
    by_the_laws!(filtered!(
        "/* social.feed.public */",
        "",
        reader.id.map(|id| id.0),
        window.rows,
        window.place.at,
        window.place.id,
        reader.staff,
    ))
    .fetch_all(conn)
    .await
}

/// One topic; "general" is also where posts without a channel are.
pub async fn in_topic(
    conn: &mut Conn,
    reader: Reader,
    topic: &str,
    window: &Window,
) -> Result<Vec<PostRow>, sqlx::Error> {
    by_the_laws!(filtered!(
        "/* social.feed.public_topic */",
        "and coalesce(p.channel, 'general') = $6 ",
        reader.id.map(|id| id.0),
        window.rows,
        window.place.at,
        window.place.id,
        reader.staff,
        topic,
    ))
    .fetch_all(conn)
    .await
}

/// One tag, of all topics or of one.
pub async fn tagged(
    conn: &mut Conn,
    reader: Reader,
    tag: &str,
    topic: Option<&str>,
    window: &Window,
) -> Result<Vec<PostRow>, sqlx::Error> {
    by_the_laws!(carrying!(
        "/* social.feed.public_tag */",
        reader.id.map(|id| id.0),
        window.rows,
        window.place.at,
        window.place.id,
        reader.staff,
        tag,
        topic,
    ))
    .fetch_all(conn)
    .await
}
