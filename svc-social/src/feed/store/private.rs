//! SQL of a private Side's feed: from the people who placed the viewer so that it opens, never scanned and filtered.
//! Two stages: of many authors only those whose newest post can be on the page are read further. Then his circles, the
//! viewer's own, and, for staff, what moderation hid of the same authors.

use platform::{AccountId, Side, pg::Conn};

use crate::{
    feed::Window,
    post::{PostRow, Reader},
};

/// A page of what is made from `author`: who placed the viewer so that the Side opens (law 4), and is neither gone, nor
/// cut off by a block or a mute (laws 7, 8 and 11), but for what the viewer hid (law 9); and of circles.
macro_rules! of_authors {
    ($laws:literal, [$($before:literal)+], [$($circles:literal)+],
     $name:literal, $opens:literal, [$($candidates:literal)+], $($argument:expr),+ $(,)?) => {
        page!(
            [
                $name " with author as materialized (
                    select pl.owner as id from social.placement pl
                    where pl.member = $1 and pl.side = any(" $opens ")
                      and exists (select from social.person x where x.id = pl.owner and not x.gone offset 0)
                      and not exists (select from social.blocked b where b.blocker = $1 and b.blocked = pl.owner)
                      and not exists (select from social.blocked b where b.blocker = pl.owner and b.blocked = $1)
                      and not exists (select from social.muted m
                                      where m.muter = $1 and m.muted = pl.owner and m.active)),
                kept_away as materialized (select h.post from social.hidden_post h where h.viewer = $1),
                " $($before)+ $($candidates)+ $($circles)+ ")"
            ],
            $($argument),+
        )
    };
}

/// What opens the Side to this reader; nothing opens it to a stranger, who then reads his own.
fn opened_by(side: Side, reader: Reader) -> Vec<String> {
    if reader.stranger {
        return Vec::new();
    }
    side.opened_by().iter().map(|side| side.as_str().to_owned()).collect()
}

/// All of it, or what carries one tag.
pub async fn read(
    conn: &mut Conn,
    viewer: AccountId,
    reader: Reader,
    side: Side,
    tag: Option<&str>,
    window: &Window,
) -> Result<Vec<PostRow>, sqlx::Error> {
    match tag {
        None => all(conn, viewer, reader, side, window).await,
        Some(tag) => tagged(conn, viewer, reader, side, tag, window).await,
    }
}

async fn all(
    conn: &mut Conn,
    viewer: AccountId,
    reader: Reader,
    side: Side,
    window: &Window,
) -> Result<Vec<PostRow>, sqlx::Error> {
    by_the_laws!(with_circles!(
        "",
        "",
        of_authors!(
            "/* social.feed.private */",
            "$8",
            ["newest as materialized (
                    select a.id from author a cross join lateral (
                        select p.created_at, p.id from social.post p
                        where p.author = a.id and p.side = $7 and p.circle is null and not p.hidden
                          and (p.created_at, p.id) < ($5, $6) and p.id not in (select post from kept_away)
                        order by p.created_at desc, p.id desc limit 1) f
                    order by f.created_at desc, f.id desc limit $4),
                candidate as (
                    (select p.id, p.created_at from newest n cross join lateral (
                         select p.id, p.created_at from social.post p
                         where p.author = n.id and p.side = $7 and p.circle is null and not p.hidden
                           and (p.created_at, p.id) < ($5, $6) and p.id not in (select post from kept_away)
                         order by p.created_at desc, p.id desc limit $4) p
                     order by p.created_at desc, p.id desc limit $4)
                    union all
                    (select p.id, p.created_at from social.post p
                     where p.author = $1 and p.side = $7 and (p.created_at, p.id) < ($5, $6)
                     order by p.created_at desc, p.id desc limit $4)
                    union all
                    (select p.id, p.created_at from author a cross join lateral (
                         select p.id, p.created_at from social.post p
                         where p.author = a.id and p.side = $7 and p.circle is null and p.hidden
                           and (p.created_at, p.id) < ($5, $6) and p.id not in (select post from kept_away)
                         order by p.created_at desc, p.id desc limit $4) p
                     where $2
                     order by p.created_at desc, p.id desc limit $4) "],
            viewer.0,
            reader.staff,
            reader.stranger,
            window.rows,
            window.place.at,
            window.place.id,
            side.as_str(),
            &opened_by(side, reader),
        )
    ))
    .fetch_all(conn)
    .await
}

async fn tagged(
    conn: &mut Conn,
    viewer: AccountId,
    reader: Reader,
    side: Side,
    tag: &str,
    window: &Window,
) -> Result<Vec<PostRow>, sqlx::Error> {
    by_the_laws!(with_circles_tagged!(
        "",
        "",
        of_authors!(
            "/* social.feed.private_tag */",
            "$9",
            ["newest as materialized (
                    select a.id from author a cross join lateral (
                        select t.created_at, t.post from social.post_tag t
                        where t.author = a.id and t.side = $7 and t.tag = $8 and (t.created_at, t.post) < ($5, $6)
                          and t.post not in (select post from kept_away)
                          and exists (select from social.post p
                                      where p.id = t.post and p.circle is null and (not p.hidden or $2) offset 0)
                        order by t.created_at desc, t.post desc limit 1) f
                    order by f.created_at desc, f.post desc limit $4),
                candidate as (
                    (select t.post as id, t.created_at from newest n cross join lateral (
                         select t.post, t.created_at from social.post_tag t
                         where t.author = n.id and t.side = $7 and t.tag = $8 and (t.created_at, t.post) < ($5, $6)
                           and t.post not in (select post from kept_away)
                           and exists (select from social.post p
                                      where p.id = t.post and p.circle is null and (not p.hidden or $2) offset 0)
                         order by t.created_at desc, t.post desc limit $4) t
                     order by t.created_at desc, t.post desc limit $4)
                    union all
                    (select t.post, t.created_at from social.post_tag t
                     where t.author = $1 and t.side = $7 and t.tag = $8 and (t.created_at, t.post) < ($5, $6)
                     order by t.created_at desc, t.post desc limit $4) "],
            viewer.0,
            reader.staff,
            reader.stranger,
            window.rows,
            window.place.at,
            window.place.id,
            side.as_str(),
            tag,
            &opened_by(side, reader),
        )
    ))
    .fetch_all(conn)
    .await
}
