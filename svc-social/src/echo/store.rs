//! SQL of echoes. The original is held by [`crate::post::hold`] before any of these runs.

use platform::{AccountId, PostId, Side, person::Person, pg::Conn};
use time::OffsetDateTime;

/// A pure echo as it begins.
pub struct Echo<'a> {
    pub id: &'a PostId,
    pub original: &'a PostId,
    pub by: &'a Person,
    pub side: Side,
    pub now: OffsetDateTime,
}

/// Whether there was none in this Side. In the public one it counts, but of one who is gone.
pub async fn insert(conn: &mut Conn, echo: &Echo<'_>) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar!(
        r#"/* social.echo.insert */
           with made as (
               insert into social.post (id, author, side, body, created_at, echo_of, echo_counted)
               values ($1, $2, $3, '', $4, $5, $6)
               on conflict (author, echo_of, side) where echo_of is not null and body = '' do nothing
               returning echo_of, side, echo_counted),
           counted as (
               update social.post p set echo_count = p.echo_count + 1 from made
               where p.id = made.echo_of and made.side = 'public' and made.echo_counted)
           select exists (select from made) as "made!""#,
        echo.id.as_str(),
        echo.by.id.0,
        echo.side.as_str(),
        echo.now,
        echo.original.as_str(),
        !echo.by.gone(),
    )
    .fetch_one(conn)
    .await
}

/// Ends a pure echo, if there is one; quotes have words.
pub async fn delete(
    conn: &mut Conn,
    original: &PostId,
    by: AccountId,
    side: Side,
) -> Result<Option<PostId>, sqlx::Error> {
    sqlx::query_scalar!(
        r#"/* social.echo.delete */
           with ended as (
               delete from social.post where echo_of = $1 and author = $2 and side = $3 and body = ''
               returning id, side, echo_counted),
           fewer as (
               update social.post p set echo_count = greatest(p.echo_count - 1, 0) from ended
               where p.id = $1 and ended.side = 'public' and ended.echo_counted)
           select id as "id!: PostId" from ended"#,
        original.as_str(),
        by.0,
        side.as_str(),
    )
    .fetch_optional(conn)
    .await
}

/// A public quote that was just stored counts, but of one who is gone.
pub async fn count_quote(conn: &mut Conn, original: &PostId, quote: &PostId, gone: bool) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "/* social.echo.count_quote */
         with uncounted as (update social.post q set echo_counted = false where q.id = $2 and $3)
         update social.post p set echo_count = p.echo_count + 1 where p.id = $1 and not $3",
        original.as_str(),
        quote.as_str(),
        gone,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// What one person is told of a post's echoes in a Side.
#[derive(Debug)]
pub struct Standing {
    /// By himself, with or without words.
    pub echoed: bool,
    pub count: i64,
}

/// In the public Side the number is kept with the post; in others his own count, and those of people who show him that
/// Side.
pub async fn standing(
    conn: &mut Conn,
    original: &PostId,
    viewer: &Person,
    side: Side,
) -> Result<Standing, sqlx::Error> {
    sqlx::query_as!(
        Standing,
        r#"/* social.echo.standing */
           select exists (select from social.post e
                          where e.echo_of = p.id and e.author = $2 and e.side = $3) as "echoed!",
                  case when $3 = 'public' then p.echo_count
                       else (select count(*) from social.post e
                             where e.echo_of = p.id and e.author = $2 and e.side = $3)
                            + (select count(*)
                               from social.placement pl
                               join social.person x on x.id = pl.owner and not x.gone
                               join social.post e on e.echo_of = p.id and e.author = pl.owner and e.side = $3
                               where pl.member = $2 and not $4
                                 and (pl.side = $3 or (pl.side = 'close' and $3 = 'friends'))
                                 and (not e.hidden or $5)
                                 and not exists (select from social.hidden_post h
                                                 where h.viewer = $2 and h.post = e.id)
                                 and ($5 or not exists (select from social.blocked b
                                                        where (b.blocker = $2 and b.blocked = pl.owner)
                                                           or (b.blocker = pl.owner and b.blocked = $2))))
                  end as "count!"
           from social.post p where p.id = $1"#,
        original.as_str(),
        viewer.id.0,
        side.as_str(),
        viewer.gone(),
        viewer.staff,
    )
    .fetch_one(conn)
    .await
}
