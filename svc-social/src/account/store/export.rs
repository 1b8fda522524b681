//! SQL that reads what is an account's own, each section in the order of its keys. Of others only who is there for him.

use platform::{AccountId, Side, pg::Conn};
use time::OffsetDateTime;

use crate::invite::{Invite, Status};

/// Where a page begins.
#[derive(Clone, Copy, Debug)]
pub struct Start<'a> {
    pub account: AccountId,
    /// Key of the last row of the page before; "" = first page.
    pub after: &'a str,
    pub rows: i64,
}

impl Start<'_> {
    /// Where keys are numbers.
    pub fn number(&self) -> i64 {
        self.after.parse().unwrap_or_default()
    }
}

/// Whom he shows a Side.
#[derive(Debug)]
pub struct Placement {
    pub member: AccountId,
    pub username: String,
    pub side: Side,
    pub created_at: OffsetDateTime,
    pub updated_at: OffsetDateTime,
}

/// Placements between him, in one column, and those who are there for him, in the other.
macro_rules! placed {
    ($name:literal, $his:literal, $theirs:literal, $from:expr) => {
        sqlx::query_as!(
            Placement,
            $name
                + " select pl."
                + $theirs
                + r#" as "member: AccountId", x.username, pl.side as "side: Side",
                  pl.created_at, pl.updated_at
               from social.placement pl join social.person x on x.id = pl."#
                + $theirs
                + " and not x.gone
               where pl."
                + $his
                + " = $1 and pl."
                + $theirs
                + " > $2
                 and not exists (select from social.blocked b where b.blocker = $1 and b.blocked = x.id offset 0)
                 and not exists (select from social.blocked b where b.blocker = x.id and b.blocked = $1 offset 0)
               order by pl."
                + $theirs
                + " limit $3",
            $from.account.0,
            $from.number(),
            $from.rows,
        )
    };
}

pub async fn placements(conn: &mut Conn, from: &Start<'_>) -> Result<Vec<Placement>, sqlx::Error> {
    placed!("/* social.export.placements */", "owner", "member", from).fetch_all(conn).await
}

/// Who shows him which Side: as the list of those people tells him.
pub async fn placed_by(conn: &mut Conn, from: &Start<'_>) -> Result<Vec<Placement>, sqlx::Error> {
    placed!("/* social.export.placed_by */", "member", "owner", from).fetch_all(conn).await
}

/// Whom he follows.
#[derive(Debug)]
pub struct Follow {
    pub target: AccountId,
    pub username: String,
    pub created_at: OffsetDateTime,
}

pub async fn follows(conn: &mut Conn, from: &Start<'_>) -> Result<Vec<Follow>, sqlx::Error> {
    sqlx::query_as!(
        Follow,
        r#"/* social.export.follows */
           select l.target as "target: AccountId", x.username, l.created_at
           from social.follow l join social.person x on x.id = l.target and not x.gone
           where l.follower = $1 and l.target > $2
             and not exists (select from social.blocked b where b.blocker = $1 and b.blocked = x.id offset 0)
             and not exists (select from social.blocked b where b.blocker = x.id and b.blocked = $1 offset 0)
           order by l.target limit $3"#,
        from.account.0,
        from.number(),
        from.rows,
    )
    .fetch_all(conn)
    .await
}

/// A request that he made, without its answer.
#[derive(Debug)]
pub struct Request {
    pub id: i64,
    pub owner: String,
    pub side: Side,
    pub message: String,
    pub asked_at: OffsetDateTime,
}

pub async fn requests(conn: &mut Conn, from: &Start<'_>) -> Result<Vec<Request>, sqlx::Error> {
    sqlx::query_as!(
        Request,
        r#"/* social.export.requests */
           select r.id, x.username as owner, r.side as "side: Side", r.message, r.asked_at
           from social.access_request r join social.person x on x.id = r.owner and not x.gone
           where r.requester = $1 and r.id > $2
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

/// A circle of his own.
#[derive(Debug)]
pub struct Circle {
    pub id: String,
    pub side: Side,
    pub label: String,
    pub color: String,
    /// Usernames, in order of joining.
    pub members: Vec<String>,
    pub created_at: OffsetDateTime,
}

pub async fn circles(conn: &mut Conn, from: &Start<'_>) -> Result<Vec<Circle>, sqlx::Error> {
    sqlx::query_as!(
        Circle,
        r#"/* social.export.circles */
           select c.id, c.side as "side: Side", c.label, c.color,
                  array(select x.username from social.circle_member m
                        join social.person x on x.id = m.account and not x.gone
                        where m.circle = c.id order by m.joined_at, m.account) as "members!",
                  c.created_at
           from social.circle c where c.owner = $1 and c.id > $2 order by c.id limit $3"#,
        from.account.0,
        from.after,
        from.rows,
    )
    .fetch_all(conn)
    .await
}

/// A circle that he belongs to.
#[derive(Debug)]
pub struct Membership {
    pub circle: String,
    pub side: Side,
    pub label: String,
    pub owner: String,
    pub joined_at: OffsetDateTime,
}

/// None while he is banned.
pub async fn memberships(conn: &mut Conn, from: &Start<'_>) -> Result<Vec<Membership>, sqlx::Error> {
    sqlx::query_as!(
        Membership,
        r#"/* social.export.memberships */
           select c.id as circle, c.side as "side: Side", c.label, o.username as owner, m.joined_at
           from social.circle_member m
           join social.circle c on c.id = m.circle
           join social.person o on o.id = c.owner and not o.gone
           where m.account = $1 and m.circle > $2
             and exists (select from social.person me where me.id = $1 and not me.gone)
           order by m.circle limit $3"#,
        from.account.0,
        from.after,
        from.rows,
    )
    .fetch_all(conn)
    .await
}

/// Both ways; as everybody is told of them, one whose time is over is revoked. What muted people sent is in no list.
pub async fn invites(conn: &mut Conn, from: &Start<'_>, now: OffsetDateTime) -> Result<Vec<Invite>, sqlx::Error> {
    sqlx::query_as!(
        Invite,
        r#"/* social.export.invites */
           with own as materialized (
               select id from social.invite where inviter = $1 and status = 'pending' and id > $2
               union all select id from social.invite where inviter = $1 and status <> 'pending' and id > $2
               union all select id from social.invite where invitee = $1 and status = 'pending' and id > $2
               union all select id from social.invite where invitee = $1 and status <> 'pending' and id > $2)
           select i.id, i.circle, i.label, i.side as "side: Side", f.username as inviter, t.username as invitee,
                  case when late.late then 'revoked' else i.status end as "status!: Status",
                  (i.expired or late.late) as "expired!", i.message, i.created_at,
                  case when late.late then i.expires_at else i.updated_at end as "updated_at!"
           from own
           join social.invite i on i.id = own.id
           join social.person f on f.id = i.inviter
           join social.person t on t.id = i.invitee
           join social.person o on o.id = case when i.inviter = $1 then i.invitee else i.inviter end and not o.gone
           cross join lateral (
               select i.status = 'pending' and coalesce(i.expires_at <= $4, false) as late) late
           where not exists (select from social.blocked b where b.blocker = $1 and b.blocked = o.id offset 0)
             and not exists (select from social.blocked b where b.blocker = o.id and b.blocked = $1 offset 0)
             and (i.inviter = $1
                  or not exists (select from social.muted m
                                 where m.muter = $1 and m.muted = i.inviter and m.active offset 0))
           order by i.id limit $3"#,
        from.account.0,
        from.after,
        from.rows,
        now,
    )
    .fetch_all(conn)
    .await
}

#[derive(Debug)]
pub struct Post {
    pub id: String,
    pub side: Side,
    pub text: String,
    pub created_at: OffsetDateTime,
}

/// All that have words, also in circles, and those that moderation hid. Ids rise with time: newest first.
pub async fn posts(conn: &mut Conn, from: &Start<'_>) -> Result<Vec<Post>, sqlx::Error> {
    sqlx::query_as!(
        Post,
        r#"/* social.export.posts */
           select id, side as "side: Side", body as text, created_at
           from social.post where author = $1 and ($2 = '' or id < $2) and not (echo_of is not null and body = '')
           order by id desc limit $3"#,
        from.account.0,
        from.after,
        from.rows,
    )
    .fetch_all(conn)
    .await
}
