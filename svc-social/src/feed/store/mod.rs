//! SQL of the feed: one statement for each way to read it, each from the index that has its order.

use platform::{Side, pg::Conn};

use super::{Filter, Window};
use crate::post::{PostRow, Reader};

/// The query of one page: pieces that begin with its name and end with `candidate` (ids and times of posts, more than
/// enough), and arguments, of which `$2` is the number of rows.
macro_rules! page {
    ([$($candidates:literal)+], $($argument:expr),+ $(,)?) => {
        $crate::post::store::posts!(
            [$($candidates)+],
            "from (select id, created_at from candidate order by created_at desc, id desc limit $2) page
             cross join lateral (select * from social.post p where p.id = page.id offset 0) p
             join social.person x on x.id = p.author
             left join social.facet f on f.person = p.author and f.side = p.side
             order by p.created_at desc, p.id desc",
            $($argument),+
        )
    };
}

mod private;
mod public;

/// The rows of one page, newest first.
pub async fn read(
    conn: &mut Conn,
    reader: Reader,
    side: Side,
    filter: &Filter,
    window: &Window,
) -> Result<Vec<PostRow>, sqlx::Error> {
    let topic = filter.topic.as_deref();
    match (side, reader.id, filter.tag.as_deref()) {
        (Side::Public, _, Some(tag)) => public::tagged(conn, reader, tag, topic, window).await,
        (Side::Public, _, None) => match topic {
            Some(topic) => public::in_topic(conn, reader, topic, window).await,
            None => public::all(conn, reader, window).await,
        },
        (_, Some(viewer), Some(tag)) => private::tagged(conn, viewer, reader, side, tag, window).await,
        (_, Some(viewer), None) => private::all(conn, viewer, reader, side, window).await,
        // Nobody in particular sees nothing of a private Side.
        (_, None, _) => Ok(Vec::new()),
    }
}
