//! SQL that finds posts by the index of words: for a text that few posts hold.

use platform::pg::Conn;

use super::Asked;
use crate::feed::store::by_the_laws;

/// First all posts that hold the text, by the index alone; then, newest first, those that the reader may see, until there
/// are enough. Asked in one breath the planner would rather go through the newest posts, of which few hold it.
macro_rules! by_index {
    ($laws:literal, $reach:literal, $opened:literal, $name:literal, $($argument:expr),+ $(,)?) => {
        found!(
            [
                $name " with " $reach
                "hit as materialized (
                     select p.id, p.author, p.circle, p.hidden, p.channel, p.created_at from social.post p
                     where p.body ilike $6 and p.side = $5)
                 select array(
                            select p.id from (select * from hit order by created_at desc, id desc offset 0) p
                            where ($8::text is null or coalesce(p.channel, 'general') = $8)
                              and (p.author = $1 or " $opened ") " $laws "
                            order by p.created_at desc, p.id desc limit $4) as \"ids!\",
                        true as \"whole!\""
            ],
            $($argument),+
        )
    };
}

/// The newest posts of the Side, or of one topic of it, that hold the text, however old they are.
pub async fn by_words(conn: &mut Conn, asked: &Asked<'_>) -> Result<Vec<String>, sqlx::Error> {
    let found = by_the_laws!(reach!(by_index!(
        "/* social.search.words */",
        asked.viewer.0,
        asked.reader.staff,
        asked.reader.stranger,
        asked.rows,
        asked.side.as_str(),
        asked.pattern,
        &asked.opens(),
        asked.filter.topic.as_deref(),
    )));
    Ok(found.fetch_one(conn).await?.ids)
}
