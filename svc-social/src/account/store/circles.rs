//! SQL that takes an account out of circles: his own are deleted, in those of others nothing of him is left.

use platform::{AccountId, pg::Conn};
use time::OffsetDateTime;

use crate::circle::{Via, id::stamped};

/// Circles of one transaction: each may hold 200 members and 500 events.
const CIRCLES: i64 = 10;

/// With their members, departures, events and links; posts in them stay for their authors. Answers how many went.
pub async fn own(conn: &mut Conn, account: AccountId) -> Result<u64, sqlx::Error> {
    let done = sqlx::query!(
        "/* social.account.own_circles */
         delete from social.circle where id = any(array(
             select id from social.circle where owner = $1 order by id limit $2 for update))",
        account.0,
        CIRCLES,
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected())
}

/// Locks some of the circles that he belongs to or once did. A statement of its own: what comes after it sees what
/// those did whom it waited for.
pub async fn hold(conn: &mut Conn, account: AccountId) -> Result<Vec<String>, sqlx::Error> {
    sqlx::query_scalar!(
        "/* social.account.hold_circles */
         select c.id from social.circle c
         where c.id = any(array(
             select circle from social.circle_member where account = $1
             union select circle from social.circle_departure where account = $1
             order by 1 limit $2))
         order by c.id for update",
        account.0,
        CIRCLES,
    )
    .fetch_all(conn)
    .await
}

/// His memberships end, and each circle has its event, told as its owner's act, as after a block. Whom it names in his
/// place is nobody.
pub async fn leave(
    conn: &mut Conn,
    account: AccountId,
    circles: &[String],
    now: OffsetDateTime,
    seed: &str,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "/* social.account.leave_circles */
         with gone as (
             delete from social.circle_member m using social.circle c
             where m.account = $1 and m.circle = any($2) and c.id = m.circle
             returning c.id, c.owner, greatest($3::timestamptz, c.updated_at + interval '1 microsecond') as at),
         changed as (update social.circle c set updated_at = gone.at from gone where c.id = gone.id)
         insert into social.circle_event (id, circle, kind, actor, data, created_at)
         select $4 || left(md5($5 || gone.id), 8), gone.id, 'members_updated', gone.owner,
                jsonb_build_object('from', array_replace(l.before, $1, 0::bigint), 'to', array_remove(l.before, $1),
                                   'via', $6::text),
                gone.at
         from gone cross join lateral (
             select array_agg(m.account order by m.joined_at, m.account) as before
             from social.circle_member m where m.circle = gone.id) l",
        account.0,
        circles,
        now,
        stamped("se", now, ""),
        seed,
        Via::Removed.as_str(),
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// That he ever was there is forgotten: his departures go, and in the history nobody stands where he stood.
pub async fn forget(conn: &mut Conn, account: AccountId, circles: &[String]) -> Result<(), sqlx::Error> {
    sqlx::query!(
        r#"/* social.account.forget_in_circles */
           with departed as (delete from social.circle_departure where account = $1 and circle = any($2))
           update social.circle_event e set
               actor = case when e.actor = $1 then 0 else e.actor end,
               data = case when e.kind <> 'members_updated' then e.data else
                   e.data
                   || jsonb_build_object(
                          'from', (
                              select coalesce(jsonb_agg(coalesce(nullif(n.id, to_jsonb($1::bigint)), '0'::jsonb)
                                                        order by n.place), '[]'::jsonb)
                              from jsonb_array_elements(e.data -> 'from') with ordinality n (id, place)),
                          'to', (
                              select coalesce(jsonb_agg(coalesce(nullif(n.id, to_jsonb($1::bigint)), '0'::jsonb)
                                                        order by n.place), '[]'::jsonb)
                              from jsonb_array_elements(e.data -> 'to') with ordinality n (id, place)))
                   || case when e.data -> 'member' = to_jsonb($1::bigint)
                           then '{"member": 0}'::jsonb else '{}'::jsonb end
               end
           where e.circle = any($2)
             and (e.actor = $1
                  or (e.kind = 'members_updated'
                      and (e.data -> 'from' @> to_jsonb($1::bigint) or e.data -> 'to' @> to_jsonb($1::bigint)
                           or e.data -> 'member' = to_jsonb($1::bigint))))"#,
        account.0,
        circles,
    )
    .execute(conn)
    .await?;
    Ok(())
}
