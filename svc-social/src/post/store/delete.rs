//! SQL that deletes posts.

use platform::{AccountId, PostId, pg::Conn};

/// A post that is about to go.
#[derive(Debug)]
pub struct Doomed {
    pub author: AccountId,
    pub echo_of: Option<PostId>,
    /// Of what it echoes, if that is there.
    pub original_author: Option<AccountId>,
}

/// Holds the post for its end, if this person may delete it: after its circle and what it echoes, in the order in which
/// everybody locks. Whoever wants to act upon it waits, and then finds nothing.
pub async fn doom(conn: &mut Conn, id: &PostId, by: AccountId, staff: bool) -> Result<Option<Doomed>, sqlx::Error> {
    sqlx::query_as!(
        Doomed,
        r#"/* social.post.doom */
           with target as materialized (
               select p.id, p.circle, p.echo_of from social.post p where p.id = $1 and (p.author = $2 or $3)),
           circle as materialized (
               select c.id from social.circle c where c.id = (select target.circle from target) for no key update),
           original as materialized (
               select o.author from social.post o
               where o.id = (select target.echo_of from target) and (select count(*) from circle) >= 0
               for no key update),
           doomed as materialized (
               select p.author, p.echo_of from social.post p
               where p.id = (select target.id from target)
                 and (select count(*) from circle) + (select count(*) from original) >= 0
               for update)
           select doomed.author as "author!: AccountId", doomed.echo_of as "echo_of?: PostId",
                  (select original.author from original) as "original_author?: AccountId"
           from doomed"#,
        id.as_str(),
        by.0,
        staff,
    )
    .fetch_optional(conn)
    .await
}

/// Deletes the post that [`doom`] holds, and its pure echoes, whose ids it answers: a statement after it, so that none is
/// missed that somebody made meanwhile. None of them counts any more.
pub async fn delete(conn: &mut Conn, id: &PostId) -> Result<Vec<PostId>, sqlx::Error> {
    sqlx::query_scalar!(
        r#"/* social.post.delete */
           with gone as (
               delete from social.post where id = $1 returning circle, side, hidden, echo_of, echo_counted),
           counted as (
               update social.circle c set post_count = greatest(c.post_count - 1, 0) from gone
               where c.id = gone.circle and c.side = gone.side and not gone.hidden),
           fewer as (
               update social.post p set echo_count = greatest(p.echo_count - 1, 0) from gone
               where p.id = gone.echo_of and gone.side = 'public' and gone.echo_counted),
           echoes as (
               delete from social.post e where e.echo_of = $1 and e.body = '' returning e.id)
           select id as "id!: PostId" from echoes"#,
        id.as_str(),
    )
    .fetch_all(conn)
    .await
}
