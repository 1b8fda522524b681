//! SQL that makes invites. The circle's row is locked, so that the bounds of a circle are exact; those of a sender are
//! not, where he works in two circles at once.

use platform::{AccountId, pg::Conn, quota::day};
use time::OffsetDateTime;

use crate::{
    circle::{CircleId, CircleRow},
    invite::rule::Stand,
    quota::Action,
};

/// Whom somebody would ask into a circle.
#[derive(Clone, Copy, Debug)]
pub struct To<'a> {
    pub circle: &'a CircleId,
    pub inviter: AccountId,
    pub invitees: &'a [AccountId],
    /// He writes them something: what allows that stays so until the transaction ends.
    pub words: bool,
    pub now: OffsetDateTime,
}

/// How each of them stands to it, in their order; whether they know the inviter only if he has words for them. What is
/// overdue is ended on the way, unless somebody answers it at this moment: whoever holds an invite may wait for the
/// circle, and is not waited for.
pub async fn stands(
    conn: &mut Conn,
    to: &To<'_>,
    rejected_since: OffsetDateTime,
    counted: bool,
) -> Result<Vec<Stand>, sqlx::Error> {
    let invitees: Vec<i64> = to.invitees.iter().map(|id| id.0).collect();
    sqlx::query_as!(
        Stand,
        r#"/* social.invite.stands */
           with overdue as (
               update social.invite set status = 'revoked', expired = true, updated_at = expires_at
               where id = any(array(
                   select id from social.invite
                   where circle = $1 and invitee = any($3) and status = 'pending' and expires_at <= $4
                   order by id for update skip locked))),
           shown as materialized (
               select pl.owner from social.placement pl
               where $9 and pl.owner = any($3) and pl.member = $2 order by pl.owner for share),
           following as materialized (
               select fo.follower from social.follow fo
               where $9 and fo.follower = any($3) and fo.target = $2 order by fo.follower for share),
           waiting as materialized (
               select id, invitee from social.invite
               where circle = $1 and status = 'pending' and (expires_at is null or expires_at > $4)),
           bounds as materialized (
               select (select count(*) from social.circle_member where circle = $1)
                          + (select count(*) from waiting) as places,
                      (select count(*) from social.invite
                       where inviter = $2 and status = 'pending' and (expires_at is null or expires_at > $4)) as sent,
                      coalesce((select sum(used) from social.quota
                                where $6 and account = $2 and action = $7 and subject = '' and day = $8), 0)::bigint
                          as used)
           select n.id as "invitee!: AccountId", waiting.id as "pending?",
                  exists (select from social.circle_member m where m.circle = $1 and m.account = n.id) as "member!",
                  exists (select from social.invite i
                          where i.circle = $1 and i.invitee = n.id and i.status = 'rejected'
                            and i.updated_at > $5) as "rejected!",
                  (exists (select from shown where shown.owner = n.id)
                   or exists (select from following where following.follower = n.id)) as "knows!",
                  bounds.places as "places!", bounds.sent as "sent!", bounds.used as "used!"
           from unnest($3::bigint[]) with ordinality n (id, place)
           cross join bounds
           left join waiting on waiting.invitee = n.id
           order by n.place"#,
        to.circle.as_str(),
        to.inviter.0,
        &invitees,
        to.now,
        rejected_since,
        counted,
        Action::InvitesCreate.as_str(),
        day(to.now),
        to.words,
    )
    .fetch_all(conn)
    .await
}

/// Invites that may be made.
#[derive(Clone, Copy, Debug)]
pub struct New<'a> {
    pub circle: &'a CircleRow,
    pub inviter: AccountId,
    /// One for each invitee.
    pub ids: &'a [String],
    pub invitees: &'a [AccountId],
    pub message: &'a str,
    /// `None` = never.
    pub expires_at: Option<OffsetDateTime>,
    /// The day's limit, where they are counted on the way: all of them, or nobody is asked.
    pub quota: Option<i32>,
    pub now: OffsetDateTime,
}

/// Answers who is asked now. Whoever has one waiting from another request is left out.
pub async fn make(conn: &mut Conn, new: &New<'_>) -> Result<Vec<AccountId>, sqlx::Error> {
    let invitees: Vec<i64> = new.invitees.iter().map(|id| id.0).collect();
    sqlx::query_scalar!(
        r#"/* social.invite.make */
           with counted as (
               insert into social.quota as held (account, action, subject, day, used)
               select $3, $10, '', $11, cardinality($1::text[]) where cardinality($1::text[]) <= $12::integer
               on conflict (day, account, action, subject) do update set used = held.used + excluded.used
               where held.used + excluded.used <= $12
               returning used)
           insert into social.invite
               (id, circle, inviter, invitee, label, side, status, message, expires_at, created_at, updated_at)
           select n.id, $4, $3, n.invitee, $5, $6, 'pending', $7, $8, $9, $9
           from unnest($1::text[], $2::bigint[]) n (id, invitee)
           where $12::integer is null or exists (select from counted)
           on conflict (circle, invitee) where status = 'pending' do nothing
           returning invitee as "invitee: AccountId""#,
        new.ids,
        &invitees,
        new.inviter.0,
        new.circle.id.as_str(),
        new.circle.label.as_str(),
        new.circle.side.as_str(),
        new.message,
        new.expires_at,
        new.now,
        Action::InvitesCreate.as_str(),
        day(new.now),
        new.quota,
    )
    .fetch_all(conn)
    .await
}
