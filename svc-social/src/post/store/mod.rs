//! SQL of posts: the columns that every reading of posts has in common, and the statements of single posts.

mod write;

use platform::{PostId, pg::Conn};

pub use self::write::{Before, Insert, before, delete, insert, purge_keys, take_key};
use super::{PostRow, Reader};

/// A query for [`PostRow`]s: its name and the pieces before the columns, what comes after them (with `p` the post, `x`
/// its author, `f` his facet of the post's Side, `c` its circle if the reader sees that), and the arguments.
macro_rules! posts {
    ([$($before:literal)+], $after:literal, $($argument:expr),+ $(,)?) => {
        sqlx::query_as!(
            $crate::post::PostRow,
            $($before +)+
                r#" select p.id as "id: platform::PostId", p.author as "author: platform::AccountId",
                       p.side as "side: platform::Side", p.body, p.channel, p.urgent,
                       p.like_count, p.reply_count, p.echo_count, p.created_at, p.edited_at,
                       x.username, x.full_name, x.state as "state: platform::person::AccountState", x.until, x.staff,
                       x.email_verified, x.created_at as joined_at,
                       f.display_name as "facet_name?", f.avatar_image_url as "facet_avatar?", p.circle,
                       c.label as "circle_label?", c.color as "circle_color?: crate::circle::Color" "#
                + $after,
            $($argument),+
        )
    };
}
pub(crate) use posts;

/// Reads a post and decides in the same statement whether this reader may see it: his own always; others' if their
/// author is not gone, nobody blocked the other, moderation did not hide it, and the author opened the Side to him, or
/// wrote it in a circle that he sees, which is still where it was then.
pub async fn visible(conn: &mut Conn, id: &PostId, reader: Reader) -> Result<Option<PostRow>, sqlx::Error> {
    posts!(
        ["/* social.post.visible */"],
        "from social.post p
         join social.person x on x.id = p.author
         left join social.facet f on f.person = p.author and f.side = p.side
         left join social.circle c on c.id = p.circle
             and (c.owner = $2
                  or (not $4
                      and exists (select from social.circle_member m where m.circle = c.id and m.account = $2)
                      and exists (select from social.person o where o.id = c.owner and not o.gone)))
         where p.id = $1 and (
             p.author = $2
             or (not x.gone and (not p.hidden or $3)
                 and ($3 or not exists (select from social.blocked b where b.blocker = $2 and b.blocked = p.author))
                 and ($3 or not exists (select from social.blocked b where b.blocker = p.author and b.blocked = $2))
                 and case when p.circle is not null then c.side = p.side and not $4
                          else p.side = 'public'
                               or exists (select from social.placement pl
                                          where pl.owner = p.author and pl.member = $2 and not $4
                                            and (pl.side = p.side or (p.side = 'friends' and pl.side = 'close')))
                     end))",
        id.as_str(),
        reader.id.map(|id| id.0),
        reader.staff,
        reader.stranger,
    )
    .fetch_optional(conn)
    .await
}
