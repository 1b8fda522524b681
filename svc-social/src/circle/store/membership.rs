//! SQL by which single members come and go. The circle's row is locked, or is locked here.

use platform::{AccountId, Side, pg::Conn};
use time::OffsetDateTime;

use crate::circle::{
    event::{Rows, Via},
    id::CircleId,
};

/// What decides whether somebody may join.
#[derive(Debug)]
pub struct Joining {
    /// In order of joining.
    pub members: Vec<AccountId>,
    /// Circles that he belongs to.
    pub memberships: i64,
}

pub async fn joining(conn: &mut Conn, id: &CircleId, account: AccountId) -> Result<Joining, sqlx::Error> {
    sqlx::query_as!(
        Joining,
        r#"/* social.circle.joining */
           select array(select account from social.circle_member where circle = $1 order by joined_at, account)
                      as "members!: Vec<AccountId>",
                  (select count(*) from social.circle_member where account = $2) as "memberships!""#,
        id.as_str(),
        account.0,
    )
    .fetch_one(conn)
    .await
}

/// In order of joining.
pub async fn members(conn: &mut Conn, id: &CircleId) -> Result<Vec<AccountId>, sqlx::Error> {
    sqlx::query_scalar!(
        r#"/* social.circle.members */
           select account as "account: AccountId" from social.circle_member
           where circle = $1 order by joined_at, account"#,
        id.as_str(),
    )
    .fetch_all(conn)
    .await
}

/// Whoever came back by his own act is as if he had never gone.
pub async fn join(
    conn: &mut Conn,
    id: &CircleId,
    account: AccountId,
    via: &str,
    told: &Rows,
    now: OffsetDateTime,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "/* social.circle.join */
         with joined as (
             insert into social.circle_member (circle, account, via, joined_at) values ($1, $2, $3, $4)),
         back as (delete from social.circle_departure where circle = $1 and account = $2),
         told as (
             insert into social.circle_event (id, circle, kind, actor, data, created_at)
             select e.id, $1, e.kind, $2, e.data, $4
             from unnest($5::text[], $6::text[], $7::jsonb[]) e (id, kind, data))
         update social.circle set updated_at = $4 where id = $1",
        id.as_str(),
        account.0,
        via,
        now,
        &told.ids,
        &told.kinds,
        &told.data,
    )
    .execute(conn)
    .await?;
    Ok(())
}

pub async fn leave(
    conn: &mut Conn,
    id: &CircleId,
    account: AccountId,
    told: &Rows,
    now: OffsetDateTime,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "/* social.circle.leave */
         with gone as (delete from social.circle_member where circle = $1 and account = $2),
         departed as (
             insert into social.circle_departure (circle, account, how, at) values ($1, $2, 'left', $3)
             on conflict (circle, account) do update set how = excluded.how, at = excluded.at),
         told as (
             insert into social.circle_event (id, circle, kind, actor, data, created_at)
             select e.id, $1, e.kind, $2, e.data, $3
             from unnest($4::text[], $5::text[], $6::jsonb[]) e (id, kind, data))
         update social.circle set updated_at = $3 where id = $1",
        id.as_str(),
        account.0,
        now,
        &told.ids,
        &told.kinds,
        &told.data,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Locks the circles of these owners that these members belong to (owner and member in each pair), before anything else
/// that a change of what they are shown locks. A statement of its own: what comes after it sees what those did whom it
/// waited for.
pub async fn hold(conn: &mut Conn, pairs: &[(AccountId, AccountId)]) -> Result<(), sqlx::Error> {
    let (owners, members) = columns(pairs);
    sqlx::query!(
        "/* social.circle.hold */
         select c.id
         from unnest($1::bigint[], $2::bigint[]) pair (owner, member)
         join social.circle_member m on m.account = pair.member
         join social.circle c on c.id = m.circle and c.owner = pair.owner
         order by c.id for update of c",
        &owners,
        &members,
    )
    .fetch_all(conn)
    .await?;
    Ok(())
}

fn columns(pairs: &[(AccountId, AccountId)]) -> (Vec<i64>, Vec<i64>) {
    pairs.iter().map(|(owner, member)| (owner.0, member.0)).unzip()
}

/// Members who are to be taken out of circles of these owners.
pub struct TakeOut<'a> {
    /// Owner and member.
    pub pairs: &'a [(AccountId, AccountId)],
    /// Sides whose circles are left alone, as are those of the public Side; `None` = none is.
    pub kept: Option<&'a [Side]>,
    pub via: Via,
    pub now: OffsetDateTime,
    /// 8 digits of hex: ids of the events are made of it.
    pub seed: &'a str,
}

/// In one statement, however many circles there are: memberships end, departures are noted, and each circle has its
/// event, told as its owner's act. After [`hold`].
pub async fn take_out(conn: &mut Conn, out: &TakeOut<'_>) -> Result<(), sqlx::Error> {
    let (owners, members) = columns(out.pairs);
    let kept = out.kept.map(|kept| kept.iter().map(|side| side.as_str().to_owned()).collect::<Vec<_>>());
    sqlx::query!(
        "/* social.circle.take_out */
         with hit as materialized (
             select c.id, c.owner, m.account as member, greatest($4, c.updated_at + interval '1 microsecond') as at
             from unnest($1::bigint[], $2::bigint[]) pair (owner, member)
             join social.circle_member m on m.account = pair.member
             join social.circle c on c.id = m.circle and c.owner = pair.owner
             where $3::text[] is null or (c.side <> 'public' and c.side <> all ($3))
             order by c.id for update of c),
         gone as (
             delete from social.circle_member m using hit where m.circle = hit.id and m.account = hit.member
             returning m.circle, m.account as member, hit.owner, hit.at),
         departed as (
             insert into social.circle_departure (circle, account, how, at)
             select circle, member, 'removed', at from gone
             on conflict (circle, account) do update set how = excluded.how, at = excluded.at),
         changed as (update social.circle c set updated_at = gone.at from gone where c.id = gone.circle)
         insert into social.circle_event (id, circle, kind, actor, data, created_at)
         select $5 || left(md5($6 || gone.circle), 8), gone.circle, 'members_updated', gone.owner,
                jsonb_build_object('from', l.before, 'to', array_remove(l.before, gone.member), 'via', $7::text)
                || case when $3::text[] is null then '{}'
                        else jsonb_build_object('member', gone.member, 'allowed', $3::text[]) end,
                gone.at
         from gone cross join lateral (
             select array_agg(m.account order by m.joined_at, m.account) as before
             from social.circle_member m where m.circle = gone.circle) l",
        &owners,
        &members,
        kept.as_deref(),
        out.now,
        crate::circle::id::stamped("se", out.now, ""),
        out.seed,
        out.via.as_str(),
    )
    .execute(conn)
    .await?;
    Ok(())
}
