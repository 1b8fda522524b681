//! SQL of the feed: one statement for each way to read it, each from the index that has its order.
//!
//! In all of them `$4` is how many rows, `$5`, `$6` where the page before ended, `$7` the Side; the first three are those of
//! every reading of posts.
//! In `exists`, `offset 0` keeps the question a look-up a row; flattened, it would be a join over everything.

use platform::{Side, pg::Conn};

use super::{Filter, Window};
use crate::post::{PostRow, Reader};

/// The query of one page: pieces that begin with its name and end with `candidate` (ids and times of posts, more than
/// enough), and arguments.
macro_rules! page {
    ([$($candidates:literal)+], $($argument:expr),+ $(,)?) => {
        $crate::post::store::posts!(
            [$($candidates)+],
            "from (select id, created_at from candidate order by created_at desc, id desc limit $4) page
             cross join lateral (select * from social.post p where p.id = page.id offset 0) p
             cross join lateral (select * from social.person x where x.id = p.author offset 0) x
             left join social.facet f on f.person = p.author and f.side = p.side
             left join social.circle c on c.id = p.circle
                 and (c.owner = $1
                      or (not $3
                          and exists (select from social.circle_member m
                                      where m.circle = c.id and m.account = $1 offset 0)
                          and exists (select from social.person o where o.id = c.owner and not o.gone offset 0)))",
            "order by p.created_at desc, p.id desc",
            $($argument),+
        )
    };
}

/// Hands a query the laws on the post `p.id` of the author `p.author`: laws 7, 8, 9, 11 and 14, written once.
macro_rules! by_the_laws {
    ($query:ident!($($rest:tt)*)) => {
        $query!(
            "and (p.author = $1
                  or (exists (select from social.person x where x.id = p.author and not x.gone offset 0)
                      and ($2 or not exists (select from social.blocked b
                                             where b.blocker = $1 and b.blocked = p.author offset 0))
                      and ($2 or not exists (select from social.blocked b
                                             where b.blocker = p.author and b.blocked = $1 offset 0))
                      and not exists (select from social.muted m
                                      where m.muter = $1 and m.muted = p.author and m.active offset 0)
                      and p.id not in (select h.post from social.hidden_post h where h.viewer = $1)))",
            $($rest)*
        )
    };
}

pub(crate) use by_the_laws;

/// Hands a query the posts of others in circles of the Side (law 5): what must come before `candidate`, and what must be
/// united with it. Like authors, of many circles only those are read further whose newest post can be on the page; that
/// a circle is still of the Side, and its owner there, is only asked of those that have posts. `$only` narrows the circles
/// `c`, `$filter` the posts `p`.
macro_rules! with_circles {
    ($laws:literal, $only:literal, $filter:literal, $query:ident!($($rest:tt)*)) => {
        $query!(
            $laws,
            ["circle as materialized (
                  select c.id from social.circle c where c.owner = $1 and not $3 " $only "
                  union all
                  select c.id from (select m.circle as id from social.circle_member m where m.account = $1) c
                  where not $3 " $only "),
              fresh as materialized (
                  select n.circle as id from (
                      select circle.id as circle, f.created_at, f.id from circle cross join lateral (
                          select p.created_at, p.id from social.post p
                          where p.circle = circle.id and p.side = $7 and not p.hidden and p.author <> $1
                            and (p.created_at, p.id) < ($5, $6) " $filter $laws "
                          order by p.created_at desc, p.id desc limit 1) f
                      offset 0) n
                  where exists (select from social.circle c join social.person o on o.id = c.owner and not o.gone
                                where c.id = n.circle and c.side = $7 offset 0)
                  order by n.created_at desc, n.id desc limit $4), "],
            ["union all
              (select p.id, p.created_at from fresh cross join lateral (
                   select p.id, p.created_at from social.post p
                   where p.circle = fresh.id and p.side = $7 and not p.hidden and p.author <> $1
                     and (p.created_at, p.id) < ($5, $6) " $filter $laws "
                   order by p.created_at desc, p.id desc limit $4) p
               order by p.created_at desc, p.id desc limit $4)
              union all
              (select p.id, p.created_at from social.post p
               where $2 and p.hidden and p.side = $7 and p.author <> $1 and p.circle in (select id from circle)
                 and exists (select from social.circle c join social.person o on o.id = c.owner and not o.gone
                             where c.id = p.circle and c.side = $7 offset 0)
                 and (p.created_at, p.id) < ($5, $6) " $filter $laws "
               order by p.created_at desc, p.id desc limit $4) "],
            $($rest)*
        )
    };
}

/// As [`with_circles`], of what carries the tag `$8`.
macro_rules! with_circles_tagged {
    ($laws:literal, $only:literal, $filter:literal, $query:ident!($($rest:tt)*)) => {
        $query!(
            $laws,
            ["circle as materialized (
                  select c.id from social.circle c where c.owner = $1 and not $3 " $only "
                  union all
                  select c.id from (select m.circle as id from social.circle_member m where m.account = $1) c
                  where not $3 " $only "), "],
            ["union all
              (select n.post, n.created_at from (
                   select t.post, t.created_at, circle.id as circle from circle cross join lateral (
                       select t.post, t.created_at from social.post_tag t
                       cross join lateral (select p.id, p.author, p.channel, p.hidden from social.post p
                                           where p.id = t.post offset 0) p
                       where t.circle = circle.id and t.side = $7 and t.tag = $8 and p.author <> $1
                         and (not p.hidden or $2) and (t.created_at, t.post) < ($5, $6) " $filter $laws "
                       order by t.created_at desc, t.post desc limit $4) t
                   offset 0) n
               where exists (select from social.circle c join social.person o on o.id = c.owner and not o.gone
                             where c.id = n.circle and c.side = $7 offset 0)
               order by n.created_at desc, n.post desc limit $4) "],
            $($rest)*
        )
    };
}

mod circle;
mod private;
mod public;

/// The rows of one page, newest first.
pub(in crate::feed) async fn read(
    conn: &mut Conn,
    reader: Reader,
    side: Side,
    filter: &Filter,
    window: &Window,
) -> Result<Vec<PostRow>, sqlx::Error> {
    let (topic, tag) = (filter.topic.as_deref(), filter.tag.as_deref());
    match (side, reader.id, &filter.circle) {
        (_, Some(viewer), Some(id)) => circle::read(conn, viewer, reader, side, id, filter, window).await,
        (Side::Public, _, None) => public::read(conn, reader, tag, topic, window).await,
        (_, Some(viewer), None) => private::read(conn, viewer, reader, side, tag, window).await,
        // Nobody in particular sees nothing of a private Side, and is in no circle.
        (_, None, _) => Ok(Vec::new()),
    }
}
