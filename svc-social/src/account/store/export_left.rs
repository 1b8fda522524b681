//! SQL that reads what an account has left on posts: replies, likes, and what it put out of its own sight.

use platform::pg::Conn;
use time::OffsetDateTime;

use super::export::Start;

#[derive(Debug)]
pub struct Reply {
    pub id: String,
    pub post: String,
    pub text: String,
    pub created_at: OffsetDateTime,
}

impl Reply {
    /// Where the page after it begins.
    pub fn key(&self) -> String {
        format!("{} {}", self.post, self.id)
    }
}

/// All that he wrote, whatever became of his sight of the posts.
pub async fn replies(conn: &mut Conn, from: &Start<'_>) -> Result<Vec<Reply>, sqlx::Error> {
    let (post, id) = from.after.split_once(' ').unwrap_or_default();
    sqlx::query_as!(
        Reply,
        "/* social.export.replies */
         select id, post, body as text, created_at from social.reply
         where author = $1 and (post, id) > ($2, $3) order by post, id limit $4",
        from.account.0,
        post,
        id,
        from.rows,
    )
    .fetch_all(conn)
    .await
}

/// A post that he likes, or has hidden from himself.
#[derive(Debug)]
pub struct Marked {
    pub post: String,
    pub created_at: OffsetDateTime,
}

/// Of posts whose authors are there for him.
pub async fn likes(conn: &mut Conn, from: &Start<'_>) -> Result<Vec<Marked>, sqlx::Error> {
    sqlx::query_as!(
        Marked,
        "/* social.export.likes */
         select l.post, l.created_at
         from social.post_like l
         join social.post p on p.id = l.post
         join social.person x on x.id = p.author and (x.id = $1 or not x.gone)
         where l.account = $1 and l.post > $2
           and not exists (select from social.blocked b where b.blocker = $1 and b.blocked = x.id offset 0)
           and not exists (select from social.blocked b where b.blocker = x.id and b.blocked = $1 offset 0)
         order by l.post limit $3",
        from.account.0,
        from.after,
        from.rows,
    )
    .fetch_all(conn)
    .await
}

pub async fn hidden_posts(conn: &mut Conn, from: &Start<'_>) -> Result<Vec<Marked>, sqlx::Error> {
    sqlx::query_as!(
        Marked,
        "/* social.export.hidden_posts */
         select post, created_at from social.hidden_post where viewer = $1 and post > $2 order by post limit $3",
        from.account.0,
        from.after,
        from.rows,
    )
    .fetch_all(conn)
    .await
}
