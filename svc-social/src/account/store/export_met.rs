//! SQL that reads what others did towards an account, as far as it is told of it anywhere, and what it passed on.

use platform::{AccountId, Side, pg::Conn};
use time::OffsetDateTime;

use super::export::{Request, Start};

/// Requests that wait for his answer; `owner` is who made them.
pub async fn asked(conn: &mut Conn, from: &Start<'_>) -> Result<Vec<Request>, sqlx::Error> {
    sqlx::query_as!(
        Request,
        r#"/* social.export.asked */
           select r.id, x.username as owner, r.side as "side: Side", r.message, r.asked_at
           from social.access_request r join social.person x on x.id = r.requester and not x.gone
           where r.owner = $1 and r.status = 'pending' and r.id > $2
             and not exists (select from social.blocked b where b.blocker = $1 and b.blocked = x.id offset 0)
             and not exists (select from social.blocked b where b.blocker = x.id and b.blocked = $1 offset 0)
           order by r.id limit $3"#,
        from.account.0,
        from.number(),
        from.rows,
    )
    .fetch_all(conn)
    .await
}

/// Another's post that he passed on without a word.
#[derive(Debug)]
pub struct Echo {
    pub id: String,
    pub of: String,
    pub side: Side,
    pub created_at: OffsetDateTime,
}

/// Newest first.
pub async fn echoes(conn: &mut Conn, from: &Start<'_>) -> Result<Vec<Echo>, sqlx::Error> {
    sqlx::query_as!(
        Echo,
        r#"/* social.export.echoes */
           select id, echo_of as "of!", side as "side: Side", created_at from social.post
           where author = $1 and echo_of is not null and body = '' and ($2 = '' or id < $2)
           order by id desc limit $3"#,
        from.account.0,
        from.after,
        from.rows,
    )
    .fetch_all(conn)
    .await
}

/// How many follow him.
pub async fn followers(conn: &mut Conn, account: AccountId) -> Result<i64, sqlx::Error> {
    let count = sqlx::query_scalar!(
        "/* social.export.followers */ select followers from social.person_count where person = $1",
        account.0,
    );
    Ok(count.fetch_optional(conn).await?.unwrap_or_default())
}
