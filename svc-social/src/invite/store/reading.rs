//! SQL that reads invites.

use platform::{AccountId, Side, cursor::Place, pg::Conn};

use super::{Row, Status};
use crate::invite::Directions;

/// One page of somebody's invites.
#[derive(Clone, Copy, Debug)]
pub struct Page<'a> {
    pub viewer: AccountId,
    pub directions: Directions,
    pub from: &'a Place,
    pub rows: i64,
}

/// Invites `i` for which `$group` holds, newest first. `$1` viewer, `$2` whether those to him, `$3` whether those from
/// him, `$4` and `$5` where the page begins, `$6` rows.
macro_rules! invites {
    ($name:literal, $group:literal, $page:expr) => {
        sqlx::query_as!(
            Row,
            $name
                + " with own as (
                        (select i.id from social.invite i
                         where $2 and i.invitee = $1 and "
                + $group
                + "        and (i.updated_at, i.id) < ($4, $5)
                           and exists (select from social.person x where x.id = i.inviter and not x.gone)
                           and not exists (select from social.blocked b
                                           where b.blocker = $1 and b.blocked = i.inviter offset 0)
                           and not exists (select from social.blocked b
                                           where b.blocker = i.inviter and b.blocked = $1 offset 0)
                           and not exists (select from social.muted m
                                           where m.muter = $1 and m.muted = i.inviter and m.active offset 0)
                         order by i.updated_at desc, i.id desc limit $6)
                        union all
                        (select i.id from social.invite i
                         where $3 and i.inviter = $1 and "
                + $group
                + r#"      and (i.updated_at, i.id) < ($4, $5)
                           and exists (select from social.person x where x.id = i.invitee and not x.gone)
                           and not exists (select from social.blocked b
                                           where b.blocker = $1 and b.blocked = i.invitee offset 0)
                           and not exists (select from social.blocked b
                                           where b.blocker = i.invitee and b.blocked = $1 offset 0)
                         order by i.updated_at desc, i.id desc limit $6))
                    select i.id, i.circle, i.inviter as "inviter: AccountId", i.invitee as "invitee: AccountId",
                           i.label, i.side as "side: Side", i.status as "status: Status", i.message, i.expires_at,
                           i.expired, i.created_at, i.updated_at, f.username as inviter_name,
                           t.username as invitee_name
                    from own
                    join social.invite i on i.id = own.id
                    join social.person f on f.id = i.inviter
                    join social.person t on t.id = i.invitee
                    order by i.updated_at desc, i.id desc limit $6"#,
            $page.viewer.0,
            $page.directions.incoming,
            $page.directions.outgoing,
            $page.from.at,
            $page.from.id.as_str(),
            $page.rows,
        )
    };
}

/// Those that wait for an answer.
pub async fn pending(conn: &mut Conn, page: &Page<'_>) -> Result<Vec<Row>, sqlx::Error> {
    invites!("/* social.invite.pending */", "i.status = 'pending'", page).fetch_all(conn).await
}

/// The others.
pub async fn finished(conn: &mut Conn, page: &Page<'_>) -> Result<Vec<Row>, sqlx::Error> {
    invites!("/* social.invite.finished */", "i.status <> 'pending'", page).fetch_all(conn).await
}

/// An invite, whoever asks: the caller checks whose it is. Somebody who is gone, or between whom and the viewer a block
/// stands, is not named.
pub async fn find(conn: &mut Conn, viewer: AccountId, id: &str) -> Result<Option<Row>, sqlx::Error> {
    sqlx::query_as!(
        Row,
        r#"/* social.invite.find */
           select i.id, i.circle, i.inviter as "inviter: AccountId", i.invitee as "invitee: AccountId", i.label,
                  i.side as "side: Side", i.status as "status: Status", i.message, i.expires_at, i.expired,
                  i.created_at, i.updated_at,
                  case when h.hidden and i.inviter <> $2 then 'unknown' else f.username end as "inviter_name!",
                  case when h.hidden and i.invitee <> $2 then 'unknown' else t.username end as "invitee_name!"
           from social.invite i
           join social.person f on f.id = i.inviter
           join social.person t on t.id = i.invitee
           join social.person o on o.id = case when i.inviter = $2 then i.invitee else i.inviter end
           cross join lateral (
               select o.gone
                   or exists (select from social.blocked b where b.blocker = $2 and b.blocked = o.id)
                   or exists (select from social.blocked b where b.blocker = o.id and b.blocked = $2) as hidden) h
           where i.id = $1"#,
        id,
        viewer.0,
    )
    .fetch_optional(conn)
    .await
}

/// An invite between the viewer and somebody who is there for him.
pub async fn seen(conn: &mut Conn, viewer: AccountId, id: &str) -> Result<Option<Row>, sqlx::Error> {
    sqlx::query_as!(
        Row,
        r#"/* social.invite.seen */
           select i.id, i.circle, i.inviter as "inviter: AccountId", i.invitee as "invitee: AccountId", i.label,
                  i.side as "side: Side", i.status as "status: Status", i.message, i.expires_at, i.expired,
                  i.created_at, i.updated_at, f.username as inviter_name, t.username as invitee_name
           from social.invite i
           join social.person f on f.id = i.inviter
           join social.person t on t.id = i.invitee
           join social.person o on o.id = case when i.inviter = $2 then i.invitee else i.inviter end and not o.gone
           where i.id = $1 and (i.inviter = $2 or i.invitee = $2)
             and not exists (select from social.blocked b where b.blocker = $2 and b.blocked = o.id offset 0)
             and not exists (select from social.blocked b where b.blocker = o.id and b.blocked = $2 offset 0)"#,
        id,
        viewer.0,
    )
    .fetch_optional(conn)
    .await
}
