//! SQL about what is reported.

use platform::{AccountId, PostId, ReplyId, Side, pg::Conn};

/// Something that is there.
#[derive(Debug)]
pub struct Described {
    pub author: AccountId,
    pub side: Side,
    pub text: String,
    pub visible: bool,
}

/// Hands a query what a post `p` of the author `x` is read beside (the reporter `v`, who is `$1`), and whether he may see it,
/// but for blocks and what he hid.
macro_rules! seen_but_for_blocks {
    ($query:ident!($($rest:tt)*)) => {
        $query!(
            "join social.person x on x.id = p.author
             left join social.person v on v.id = $1 ",
            "(p.author = $1
              or (not x.gone and (not p.hidden or coalesce(v.staff, false))
                  and case when p.circle is not null then exists (
                               select from social.circle c
                               where c.id = p.circle and c.side = p.side and not coalesce(v.gone, true)
                                 and (c.owner = $1
                                      or (exists (select from social.circle_member m
                                                  where m.circle = c.id and m.account = $1)
                                          and exists (select from social.person o where o.id = c.owner and not o.gone))))
                           else p.side = 'public'
                                or exists (select from social.placement pl
                                           where pl.owner = p.author and pl.member = $1 and not coalesce(v.gone, true)
                                             and (pl.side = p.side or (p.side = 'friends' and pl.side = 'close')))
                      end))",
            $($rest)*
        )
    };
}

macro_rules! one_post {
    ($from:literal, $seen:literal, $($argument:expr),+ $(,)?) => {
        sqlx::query_as!(
            Described,
            "/* social.report.post */
             select p.author as \"author: AccountId\", p.side as \"side: Side\", p.body as text, "
                + $seen + " as \"visible!\" from social.post p " + $from + " where p.id = $2",
            $($argument),+
        )
    };
}

/// A reply is seen with its post, unless its own author is gone.
macro_rules! one_reply {
    ($from:literal, $seen:literal, $($argument:expr),+ $(,)?) => {
        sqlx::query_as!(
            Described,
            "/* social.report.reply */
             select r.author as \"author: AccountId\", p.side as \"side: Side\", r.body as text,
                    (r.author = $1 or exists (select from social.person w where w.id = r.author and not w.gone)) and "
                + $seen + " as \"visible!\" from social.reply r join social.post p on p.id = r.post " + $from
                + " where r.id = $2",
            $($argument),+
        )
    };
}

pub async fn post(conn: &mut Conn, reporter: AccountId, id: &PostId) -> Result<Option<Described>, sqlx::Error> {
    seen_but_for_blocks!(one_post!(reporter.0, id.as_str())).fetch_optional(conn).await
}

pub async fn reply(conn: &mut Conn, reporter: AccountId, id: &ReplyId) -> Result<Option<Described>, sqlx::Error> {
    seen_but_for_blocks!(one_reply!(reporter.0, id.as_str())).fetch_optional(conn).await
}

/// Everybody knows of who is not gone; what he is reported for stands on his face in this Side.
pub async fn user(conn: &mut Conn, id: AccountId, side: Side) -> Result<Option<Described>, sqlx::Error> {
    sqlx::query_as!(
        Described,
        r#"/* social.report.user */
           select x.id as "author: AccountId", $2::text as "side!: Side", not x.gone as "visible!",
                  coalesce(concat_ws(e'\n', nullif(f.display_name, ''), nullif(f.headline, ''), nullif(f.bio, '')), '')
                      as "text!"
           from social.person x
           left join social.facet f on f.person = x.id and f.side = $2
           where x.id = $1"#,
        id.0,
        side.as_str(),
    )
    .fetch_optional(conn)
    .await
}
