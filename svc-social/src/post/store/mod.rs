//! SQL of posts: what every reading of posts has in common, and the statements of single posts.

mod columns;
mod delete;
mod edit;
mod hold;
mod write;

use platform::{AccountId, PostId, pg::Conn};

pub(crate) use self::columns::posts;
pub use self::{
    delete::{delete, doom},
    edit::{Rewrite, rewrite},
    hold::fix,
    write::{Before, Insert, before, insert, purge_keys, take_key},
};
use super::{PostRow, Reader};

/// Hands a query what posts are read from, and the laws under which this reader sees one: his own always; others' if their author is not gone, nobody
/// blocked the other, moderation did not hide it, nor he himself, and the author opened the Side to him, or wrote it in
/// a circle that he sees, which is still where it was then.
macro_rules! seen {
    ($query:ident!($($rest:tt)*)) => {
        $query!(
            "from social.post p
             join social.person x on x.id = p.author
             left join social.facet f on f.person = p.author and f.side = p.side
             left join social.circle c on c.id = p.circle
                 and (c.owner = $1
                      or (not $3
                          and exists (select from social.circle_member m where m.circle = c.id and m.account = $1)
                          and exists (select from social.person o where o.id = c.owner and not o.gone)))",
            "(p.author = $1
                 or (not x.gone and (not p.hidden or $2)
                     and ($2 or not exists (select from social.blocked b where b.blocker = $1 and b.blocked = p.author))
                     and ($2 or not exists (select from social.blocked b where b.blocker = p.author and b.blocked = $1))
                     and not exists (select from social.hidden_post h where h.viewer = $1 and h.post = p.id)
                     and case when p.circle is not null then c.side = p.side and not $3
                              else p.side = 'public'
                                   or exists (select from social.placement pl
                                              where pl.owner = p.author and pl.member = $1 and not $3
                                                and (pl.side = p.side or (p.side = 'friends' and pl.side = 'close')))
                         end))",
            $($rest)*
        )
    };
}

pub(crate) use seen;

macro_rules! whole {
    ($from:literal, $laws:literal, $($argument:expr),+ $(,)?) => {
        posts!(["/* social.post.visible */"], $from, "where p.id = $4 and " $laws, $($argument),+)
    };
}

macro_rules! ids {
    ($from:literal, $laws:literal, $($argument:expr),+ $(,)?) => {
        sqlx::query_scalar!("/* social.post.visible_ids */ select p.id " + $from + " where p.id = any($4) and " + $laws, $($argument),+)
    };
}

/// Reads a post and decides in the same statement whether this reader may see it.
pub async fn visible(conn: &mut Conn, id: &PostId, reader: Reader) -> Result<Option<PostRow>, sqlx::Error> {
    seen!(whole!(reader.id.map(|id| id.0), reader.staff, reader.stranger, id.as_str())).fetch_optional(conn).await
}

/// Which of these posts this reader may see, in no order.
pub async fn visible_ids(conn: &mut Conn, ids: &[String], reader: Reader) -> Result<Vec<String>, sqlx::Error> {
    seen!(ids!(reader.id.map(|id| id.0), reader.staff, reader.stranger, ids)).fetch_all(conn).await
}

/// Who wrote it, whether or not anybody may see it: with whom one meets who acts upon it.
pub async fn author_of(conn: &mut Conn, id: &PostId) -> Result<Option<AccountId>, sqlx::Error> {
    sqlx::query_scalar!(
        r#"/* social.post.author_of */ select author as "author: AccountId" from social.post where id = $1"#,
        id.as_str(),
    )
    .fetch_optional(conn)
    .await
}
