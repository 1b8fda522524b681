//! SQL of likes. The post is locked for what is counted in it before any of these runs.

use platform::{AccountId, PostId, pg::Conn};
use time::OffsetDateTime;

/// What came of it.
pub struct Changed {
    /// It was not so before.
    pub changed: bool,
    /// Likes of the post after that.
    pub count: i64,
}

/// Likes, once. Of one who is gone nothing counts.
pub async fn like(
    conn: &mut Conn,
    post: &PostId,
    account: AccountId,
    counted: bool,
    now: OffsetDateTime,
) -> Result<Changed, sqlx::Error> {
    sqlx::query_as!(
        Changed,
        r#"/* social.like.insert */
           with made as (
               insert into social.post_like (post, account, counted, created_at) values ($1, $2, $3, $4)
               on conflict do nothing returning post, counted),
           more as (
               update social.post p set like_count = p.like_count + 1 from made
               where p.id = made.post and made.counted returning p.like_count)
           select exists (select from made) as "changed!",
                  coalesce((select more.like_count from more), p.like_count) as "count!"
           from social.post p where p.id = $1"#,
        post.as_str(),
        account.0,
        counted,
        now,
    )
    .fetch_one(conn)
    .await
}

/// Ends a like, if there is one.
pub async fn unlike(conn: &mut Conn, post: &PostId, account: AccountId) -> Result<Changed, sqlx::Error> {
    sqlx::query_as!(
        Changed,
        r#"/* social.like.delete */
           with ended as (
               delete from social.post_like where post = $1 and account = $2 returning post, counted),
           fewer as (
               update social.post p set like_count = p.like_count - 1 from ended
               where p.id = ended.post and ended.counted returning p.like_count)
           select exists (select from ended) as "changed!",
                  coalesce((select fewer.like_count from fewer), p.like_count) as "count!"
           from social.post p where p.id = $1"#,
        post.as_str(),
        account.0,
    )
    .fetch_one(conn)
    .await
}
