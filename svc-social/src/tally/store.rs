//! SQL that corrects numbers of replies, likes and echoes. Whoever writes one of these holds the post that counts it.

use platform::{AccountId, pg::Conn};

/// Whether he is gone, kept so until the transaction ends; `None` = unknown.
pub async fn hold(conn: &mut Conn, person: AccountId) -> Result<Option<bool>, sqlx::Error> {
    sqlx::query_scalar!("/* social.tally.hold */ select gone from social.person where id = $1 for share", person.0)
        .fetch_optional(conn)
        .await
}

/// Posts after this one that count something of a person who is gone, or not all of one who is there.
pub async fn next(
    conn: &mut Conn,
    person: AccountId,
    gone: bool,
    after: &str,
    most: i64,
) -> Result<Vec<String>, sqlx::Error> {
    sqlx::query_scalar!(
        r#"/* social.tally.next */
           select o.post as "post!" from (
               (select l.post from social.post_like l
                where l.account = $1 and l.post > $2 and l.counted = $3 order by l.post limit $4)
               union
               (select distinct r.post from social.reply r
                where r.author = $1 and r.post > $2 and r.counted = $3 order by r.post limit $4)
               union
               (select distinct e.echo_of from social.post e
                where e.author = $1 and e.side = 'public' and e.echo_of > $2 and e.echo_counted = $3
                order by e.echo_of limit $4)) o
           order by o.post limit $4"#,
        person.0,
        after,
        gone,
        most,
    )
    .fetch_all(conn)
    .await
}

/// Keeps these posts, and the person's echoes of them, from changing until the transaction ends.
pub async fn lock(conn: &mut Conn, person: AccountId, posts: &[String]) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "/* social.tally.lock */
         select p.id from social.post p
         where p.id in (select unnest($2::text[])
                        union select e.id from social.post e where e.author = $1 and e.echo_of = any($2))
         order by p.id for no key update",
        person.0,
        posts,
    )
    .fetch_all(conn)
    .await?;
    Ok(())
}

/// How much of a post's numbers changes.
pub struct Change {
    pub post: String,
    pub likes: i64,
    pub replies: i64,
    pub echoes: i64,
}

/// Marks what counts from now on, or no more. A statement after the lock, so that it sees what others committed before.
pub async fn flip(
    conn: &mut Conn,
    person: AccountId,
    gone: bool,
    posts: &[String],
) -> Result<Vec<Change>, sqlx::Error> {
    sqlx::query_as!(
        Change,
        r#"/* social.tally.flip */
           with likes as (
               update social.post_like l set counted = not $2
               where l.account = $1 and l.post = any($3) and l.counted = $2 returning l.post),
           replies as (
               update social.reply r set counted = not $2
               where r.author = $1 and r.post = any($3) and r.counted = $2 returning r.post),
           echoes as (
               update social.post e set echo_counted = not $2
               where e.author = $1 and e.side = 'public' and e.echo_of = any($3) and e.echo_counted = $2
               returning e.echo_of as post)
           select o.post as "post!", sum(o.likes)::bigint as "likes!", sum(o.replies)::bigint as "replies!",
                  sum(o.echoes)::bigint as "echoes!"
           from (select post, 1 as likes, 0 as replies, 0 as echoes from likes
                 union all select post, 0, 1, 0 from replies
                 union all select post, 0, 0, 1 from echoes) o
           group by o.post"#,
        person.0,
        gone,
        posts,
    )
    .fetch_all(conn)
    .await
}

/// A statement of its own: an echo may itself be a post whose numbers change.
pub async fn add(conn: &mut Conn, gone: bool, changes: &[Change]) -> Result<(), sqlx::Error> {
    let posts: Vec<String> = changes.iter().map(|change| change.post.clone()).collect();
    let likes: Vec<i64> = changes.iter().map(|change| change.likes).collect();
    let replies: Vec<i64> = changes.iter().map(|change| change.replies).collect();
    let echoes: Vec<i64> = changes.iter().map(|change| change.echoes).collect();
    sqlx::query!(
        "/* social.tally.add */
         update social.post p set
             like_count = p.like_count + n.sign * n.likes, reply_count = p.reply_count + n.sign * n.replies,
             echo_count = p.echo_count + n.sign * n.echoes
         from (select u.*, case when $1::boolean then -1 else 1 end as sign
               from unnest($2::text[], $3::bigint[], $4::bigint[], $5::bigint[]) u (post, likes, replies, echoes)) n
         where p.id = n.post",
        gone,
        &posts,
        &likes,
        &replies,
        &echoes,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Whether nothing is left to correct; then the person is noted no more. His row is held: he neither goes nor comes back
/// meanwhile.
pub async fn finish(conn: &mut Conn, person: AccountId, gone: bool) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar!(
        r#"/* social.tally.finish */
           with done as materialized (
               select not exists (select from social.post_like l where l.account = $1 and l.counted = $2)
                  and not exists (select from social.reply r where r.author = $1 and r.counted = $2)
                  and not exists (select from social.post e
                                  where e.author = $1 and e.side = 'public' and e.echo_of is not null
                                    and e.echo_counted = $2) as done),
           noted as (delete from social.recounting n using done where n.person = $1 and done.done)
           select done.done as "done!" from done"#,
        person.0,
        gone,
    )
    .fetch_one(conn)
    .await
}
