//! SQL that reads what was found.

use platform::pg::Conn;

use crate::post::{
    PostRow, Reader,
    store::{posts, seen},
};

macro_rules! several {
    ($from:literal, $laws:literal, $($argument:expr),+ $(,)?) => {
        posts!(
            ["/* social.search.page */"],
            $from,
            "where p.id = any($4) and " $laws " order by p.created_at desc, p.id desc",
            $($argument),+
        )
    };
}

/// Those of these posts that the reader still may see, newest first: what was found a moment ago may be his no more.
pub async fn page(conn: &mut Conn, reader: Reader, ids: &[String]) -> Result<Vec<PostRow>, sqlx::Error> {
    seen!(several!(reader.id.map(|id| id.0), reader.staff, reader.stranger, ids)).fetch_all(conn).await
}
