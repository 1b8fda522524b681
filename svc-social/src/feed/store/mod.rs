//! SQL of the feed: one statement for each way to read it, each from the index that has its order.

mod private;
mod public;

use platform::{Side, pg::Conn};

use super::{Filter, Window};
use crate::post::{PostRow, Reader};

/// The rows of one page, newest first.
pub async fn page(
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
        (_, Some(viewer), Some(tag)) => private::tagged(conn, viewer, reader.staff, side, tag, window).await,
        (_, Some(viewer), None) => private::all(conn, viewer, reader.staff, side, window).await,
        // Nobody in particular sees nothing of a private Side.
        (_, None, _) => Ok(Vec::new()),
    }
}
