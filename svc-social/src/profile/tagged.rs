//! SQL of one person's public posts with one tag.

use platform::{AccountId, pg::Conn};

use crate::post::{
    PostRow, Reader,
    store::{posts, seen},
};

macro_rules! carrying {
    ($from:literal, $laws:literal, $($argument:expr),+ $(,)?) => {
        posts!(
            ["/* social.profile.tagged */"],
            $from,
            "where p.author = $4 and p.side = 'public'
               and exists (select from social.post_tag t where t.post = p.id and t.tag = $5 offset 0) and " $laws "
             order by p.created_at desc, p.id desc limit $6",
            $($argument),+
        )
    };
}

/// The newest of them.
pub async fn posts_of(
    conn: &mut Conn,
    reader: Reader,
    author: AccountId,
    tag: &str,
    rows: i64,
) -> Result<Vec<PostRow>, sqlx::Error> {
    seen!(carrying!(reader.id.map(|id| id.0), reader.staff, reader.stranger, author.0, tag, rows)).fetch_all(conn).await
}
