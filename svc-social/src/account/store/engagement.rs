//! SQL that deletes what an account has left on posts, some of it at a time, after none of it counts any more. Each
//! answers how much went.

use platform::{AccountId, PostId, pg::Conn};

/// Rows of one statement.
const BATCH: i64 = 1_000;

macro_rules! batch {
    ($sql:literal, $conn:expr, $account:expr) => {
        sqlx::query!($sql, $account.0, BATCH).execute($conn).await.map(|done| done.rows_affected())
    };
}

/// Echoes of others that say nothing but what his posts said, and would say nothing without them.
pub async fn echoes(conn: &mut Conn, account: AccountId) -> Result<u64, sqlx::Error> {
    batch!(
        "/* social.account.echoes */
         delete from social.post where id = any(array(
             select e.id from social.post p join social.post e on e.echo_of = p.id and e.body = ''
             where p.author = $1 and e.author <> $1 order by e.id limit $2))",
        conn,
        account
    )
}

/// Replies to his own move up to what they answered through his. Locks the posts first, as whoever replies does.
pub async fn replies(conn: &mut Conn, account: AccountId) -> Result<u64, sqlx::Error> {
    let ids = sqlx::query_scalar!(
        "/* social.account.own_replies */ select id from social.reply where author = $1 order by post, id limit $2",
        account.0,
        BATCH,
    )
    .fetch_all(&mut *conn)
    .await?;
    if ids.is_empty() {
        return Ok(0);
    }
    sqlx::query!(
        "/* social.account.lock_replied */
         select p.id from social.post p where p.id in (select r.post from social.reply r where r.id = any($1))
         order by p.id for no key update",
        &ids,
    )
    .fetch_all(&mut *conn)
    .await?;
    // A statement before the deletion, which would take along whatever still hangs below.
    sqlx::query!(
        "/* social.account.lift_replies */
         with recursive up (id, ancestor) as (
             select c.id, r.parent from social.reply r join social.reply c on c.parent = r.id
             where r.id = any($1) and c.id <> all($1)
             union all
             select up.id, r.parent from up join social.reply r on r.id = up.ancestor where r.id = any($1))
         update social.reply c set parent = up.ancestor from up
         where c.id = up.id and (up.ancestor is null or up.ancestor <> all($1))",
        &ids,
    )
    .execute(&mut *conn)
    .await?;
    let done = sqlx::query!(
        "/* social.account.replies */
         with gone as (delete from social.reply where id = any($1) returning id, post),
         named as (delete from social.mention m using gone where m.post = gone.post and m.reply = gone.id)
         select id from gone",
        &ids,
    )
    .fetch_all(conn)
    .await?;
    Ok(u64::try_from(done.len()).unwrap_or(u64::MAX))
}

pub async fn likes(conn: &mut Conn, account: AccountId) -> Result<u64, sqlx::Error> {
    batch!(
        "/* social.account.likes */
         delete from social.post_like where account = $1 and post = any(array(
             select post from social.post_like where account = $1 order by post limit $2 for update))",
        conn,
        account
    )
}

pub async fn hidden(conn: &mut Conn, account: AccountId) -> Result<u64, sqlx::Error> {
    batch!(
        "/* social.account.hidden_posts */
         delete from social.hidden_post where viewer = $1 and post = any(array(
             select post from social.hidden_post where viewer = $1 order by post limit $2 for update))",
        conn,
        account
    )
}

/// Where others named him.
pub async fn mentions(conn: &mut Conn, account: AccountId) -> Result<u64, sqlx::Error> {
    batch!(
        "/* social.account.mentions */
         delete from social.mention where ctid = any(array(
             select ctid from social.mention where account = $1 order by post, reply limit $2 for update))",
        conn,
        account
    )
}

pub async fn reply_keys(conn: &mut Conn, account: AccountId) -> Result<u64, sqlx::Error> {
    batch!(
        "/* social.account.reply_keys */
         delete from social.reply_key where ctid = any(array(
             select ctid from social.reply_key where author = $1 order by post, key limit $2 for update))",
        conn,
        account
    )
}

/// When he last wrote.
pub async fn pace(conn: &mut Conn, account: AccountId) -> Result<u64, sqlx::Error> {
    let done = sqlx::query!("/* social.account.pace */ delete from social.pace where account = $1", account.0)
        .execute(conn)
        .await?;
    Ok(done.rows_affected())
}

/// The posts that go next: the same that the deletion takes.
pub async fn next_posts(conn: &mut Conn, account: AccountId) -> Result<Vec<PostId>, sqlx::Error> {
    sqlx::query_scalar!(
        r#"/* social.account.next_posts */
           select id as "id: PostId" from social.post where author = $1 order by id limit $2"#,
        account.0,
        BATCH,
    )
    .fetch_all(conn)
    .await
}
