//! SQL of the feed of one circle: what its members wrote there for its present Side, and the viewer's own, which he sees
//! whether or not he still belongs to it.

use platform::{AccountId, Side, pg::Conn};

use crate::{
    circle::CircleId,
    feed::{Filter, Window},
    post::{PostRow, Reader},
};

/// A page of the viewer's own, and of the circle.
macro_rules! of_one {
    ($laws:literal, [$($before:literal)+], [$($circles:literal)+],
     $name:literal, [$($own:literal)+], $($argument:expr),+ $(,)?) => {
        page!([$name " with " $($before)+ " candidate as (" $($own)+ $($circles)+ ")"], $($argument),+)
    };
}

/// All of it, or what carries one tag; of all topics or of one.
pub async fn read(
    conn: &mut Conn,
    viewer: AccountId,
    reader: Reader,
    side: Side,
    circle: &CircleId,
    filter: &Filter,
    window: &Window,
) -> Result<Vec<PostRow>, sqlx::Error> {
    if filter.tag.is_some() {
        return tagged(conn, viewer, reader, side, circle, filter, window).await;
    }
    by_the_laws!(with_circles!(
        "and c.id = $9 ",
        "and ($8::text is null or coalesce(p.channel, 'general') = $8) ",
        of_one!(
            "/* social.feed.circle */",
            ["(select p.id, p.created_at from social.post p
               where p.author = $1 and p.side = $7 and p.circle = $9 and (p.created_at, p.id) < ($5, $6)
                 and ($8::text is null or coalesce(p.channel, 'general') = $8)
               order by p.created_at desc, p.id desc limit $4) "],
            viewer.0,
            reader.staff,
            reader.stranger,
            window.rows,
            window.place.at,
            window.place.id,
            side.as_str(),
            filter.topic.as_deref(),
            circle.as_str(),
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
    circle: &CircleId,
    filter: &Filter,
    window: &Window,
) -> Result<Vec<PostRow>, sqlx::Error> {
    by_the_laws!(with_circles_tagged!(
        "and c.id = $10 ",
        "and ($9::text is null or coalesce(p.channel, 'general') = $9) ",
        of_one!(
            "/* social.feed.circle_tag */",
            ["(select t.post as id, t.created_at from social.post_tag t
               cross join lateral (select p.author, p.channel from social.post p where p.id = t.post offset 0) p
               where t.circle = $10 and t.side = $7 and t.tag = $8 and p.author = $1
                 and ($9::text is null or coalesce(p.channel, 'general') = $9)
                 and (t.created_at, t.post) < ($5, $6)
               order by t.created_at desc, t.post desc limit $4) "],
            viewer.0,
            reader.staff,
            reader.stranger,
            window.rows,
            window.place.at,
            window.place.id,
            side.as_str(),
            filter.tag.as_deref(),
            filter.topic.as_deref(),
            circle.as_str(),
        )
    ))
    .fetch_all(conn)
    .await
}
