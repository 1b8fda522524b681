//! SQL that writes posts, their tags and their client keys.

use platform::{AccountId, PostId, Side, pg::Conn};
use time::OffsetDateTime;

use crate::post::client_key::{ClientKey, FirstAnswer, KEPT};

/// A row of `post` as it begins, and the tags in its text.
pub struct Insert<'a> {
    pub id: &'a PostId,
    pub author: AccountId,
    pub side: Side,
    pub body: &'a str,
    pub channel: Option<&'a str>,
    pub urgent: bool,
    pub created_at: OffsetDateTime,
    pub tags: &'a [String],
}

pub async fn insert(conn: &mut Conn, post: &Insert<'_>) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "/* social.post.insert */
         with made as (
             insert into social.post (id, author, side, body, channel, urgent, created_at)
             values ($1, $2, $3, $4, $5, $6, $7)
             returning id, author, side, created_at
         )
         insert into social.post_tag (post, tag, author, side, created_at)
         select made.id, t.tag, made.author, made.side, made.created_at from made, unnest($8::text[]) t (tag)",
        post.id.as_str(),
        post.author.0,
        post.side.as_str(),
        post.body,
        post.channel,
        post.urgent,
        post.created_at,
        post.tags,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Whether there was such a post for this person to delete. Its tags go with it.
pub async fn delete(conn: &mut Conn, id: &PostId, by: AccountId, staff: bool) -> Result<bool, sqlx::Error> {
    let done = sqlx::query!(
        "/* social.post.delete */
         delete from social.post where id = $1 and (author = $2 or $3)",
        id.as_str(),
        by.0,
        staff,
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Takes the key for this post, or, if another request took it, waits for that one to end: false if it committed.
/// A key past its time is free.
pub async fn take_key(
    conn: &mut Conn,
    author: AccountId,
    key: ClientKey<'_>,
    id: &PostId,
    side: Side,
    now: OffsetDateTime,
) -> Result<bool, sqlx::Error> {
    let done = sqlx::query!(
        "/* social.client_key.take */
         insert into social.client_key as held (author, key, kind, id, side, created_at)
         values ($1, $2, 'post', $3, $4, $5)
         on conflict (author, key) do update set
             kind = excluded.kind, id = excluded.id, side = excluded.side, created_at = excluded.created_at
         where held.created_at <= $6",
        author.0,
        key.as_str(),
        id.as_str(),
        side.as_str(),
        now,
        now - KEPT,
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// What was made under the key within the last 90 days.
pub async fn first_answer(
    conn: &mut Conn,
    author: AccountId,
    key: ClientKey<'_>,
    now: OffsetDateTime,
) -> Result<Option<FirstAnswer>, sqlx::Error> {
    sqlx::query_as!(
        FirstAnswer,
        r#"/* social.post.first_answer */
           select id as "id: PostId", side as "side: Side", created_at
           from social.client_key where author = $1 and key = $2 and created_at > $3"#,
        author.0,
        key.as_str(),
        now - KEPT,
    )
    .fetch_optional(conn)
    .await
}

/// Forgets at most `most` keys whose time was over by `until`. One that is just taken anew is left alone.
pub async fn purge_keys(conn: &mut Conn, until: OffsetDateTime, most: i64) -> Result<u64, sqlx::Error> {
    let done = sqlx::query!(
        "/* social.client_key.purge */
         delete from social.client_key where ctid = any(array(
             select ctid from social.client_key where created_at <= $1
             order by created_at limit $2 for update skip locked))",
        until,
        most,
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected())
}
