//! SQL that ends invites, and links with them where one thing ends both. Invites are locked before links, and both
//! before their circle.

use platform::{AccountId, Side, pg::Conn};
use time::OffsetDateTime;

use super::{State, Status};
use crate::circle::CircleId;

/// How an invite stands, fixed until the transaction ends.
pub async fn lock(conn: &mut Conn, id: &str) -> Result<Option<State>, sqlx::Error> {
    sqlx::query_as!(
        State,
        r#"/* social.invite.lock */
           select status as "status: Status", expired, updated_at from social.invite where id = $1 for update"#,
        id,
    )
    .fetch_optional(conn)
    .await
}

/// Of one that is locked and waits.
pub async fn end(conn: &mut Conn, id: &str, to: Status, now: OffsetDateTime) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "/* social.invite.end */
         update social.invite set status = $2, updated_at = $3 where id = $1",
        id,
        to.as_str(),
        now,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Before a circle's row is locked: nothing waits any more that leads into it, and its links lead nowhere. What was
/// made for the Side `keep` stays; `None` = nothing does, and the circle is about to be deleted with its links. Only of a
/// circle that is this owner's.
pub async fn revoke_of_circle(
    conn: &mut Conn,
    circle: &CircleId,
    owner: AccountId,
    keep: Option<Side>,
    now: OffsetDateTime,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "/* social.invite.revoke_of_circle */
         with asked as materialized (
             select id from social.invite
             where circle = $1 and inviter = $2 and status = 'pending' and side is distinct from $3
             order by id for update),
         linked as materialized (
             select token from social.invite_link
             where (select count(*) from asked) >= 0
               and circle = $1 and owner = $2 and side is distinct from $3
               and (revoked_at is null or $3 is null)
             order by token for update),
         closed as (
             update social.invite_link set revoked_at = $4, updated_at = $4
             where revoked_at is null and token in (select token from linked))
         update social.invite set status = 'revoked', updated_at = $4 where id in (select id from asked)",
        circle.as_str(),
        owner.0,
        keep.map(Side::as_str),
        now,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// As [`revoke_of_circle`], under the circle's lock: of what was made while that was waited for. An invite that somebody
/// answers at this moment is left to him, who will find the circle changed.
pub async fn revoke_late(
    conn: &mut Conn,
    circle: &CircleId,
    owner: AccountId,
    keep: Option<Side>,
    now: OffsetDateTime,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "/* social.invite.revoke_late */
         with closed as (
             update social.invite_link set revoked_at = $4, updated_at = $4
             where token = any(array(
                 select token from social.invite_link
                 where circle = $1 and owner = $2 and side is distinct from $3 and revoked_at is null
                 order by token for update skip locked)))
         update social.invite set status = 'revoked', updated_at = $4
         where id = any(array(
             select id from social.invite
             where circle = $1 and inviter = $2 and status = 'pending' and side is distinct from $3
             order by id for update skip locked))",
        circle.as_str(),
        owner.0,
        keep.map(Side::as_str),
        now,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// A block ends what waits between two people, both ways.
pub async fn revoke_between(
    conn: &mut Conn,
    a: AccountId,
    b: AccountId,
    now: OffsetDateTime,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "/* social.invite.revoke_between */
         update social.invite set status = 'revoked', updated_at = $3
         where id = any(array(
             select id from social.invite
             where status = 'pending' and ((inviter = $1 and invitee = $2) or (inviter = $2 and invitee = $1))
             order by id for update))",
        a.0,
        b.0,
        now,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Ends at most `most` invites whose time is over.
pub async fn expire(conn: &mut Conn, now: OffsetDateTime, most: i64) -> Result<u64, sqlx::Error> {
    let done = sqlx::query!(
        "/* social.invite.expire */
         update social.invite set status = 'revoked', expired = true, updated_at = expires_at
         where id = any(array(
             select id from social.invite where status = 'pending' and expires_at <= $1
             order by expires_at limit $2 for update skip locked))",
        now,
        most,
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected())
}

/// Deletes at most `most` invites that were finished before this.
pub async fn purge(conn: &mut Conn, until: OffsetDateTime, most: i64) -> Result<u64, sqlx::Error> {
    let done = sqlx::query!(
        "/* social.invite.purge */
         delete from social.invite where id = any(array(
             select id from social.invite where status <> 'pending' and updated_at < $1
             order by updated_at limit $2 for update skip locked))",
        until,
        most,
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected())
}
