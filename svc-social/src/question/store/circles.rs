//! SQL of questions about circles: as everywhere, owner and members see one, and members not while its owner is gone.

use platform::{AccountId, Side, pg::Conn};

use crate::circle::CircleId;

/// A circle to somebody who sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CircleRef {
    pub id: String,
    pub owner: AccountId,
    pub side: Side,
    pub label: String,
}

/// The circles `c` for which `$filter` holds, newest change first, as `$1` sees them: nobody does who is gone or
/// unknown here.
macro_rules! refs {
    ($name:literal, $filter:literal, $($argument:expr),+ $(,)?) => {
        sqlx::query_as!(
            CircleRef,
            $name
                + r#" with mine as materialized (
                          select c.id from social.circle c where c.owner = $1
                          union all
                          select m.circle from social.circle_member m
                          join social.circle c on c.id = m.circle
                          join social.person o on o.id = c.owner and not o.gone
                          where m.account = $1)
                      select c.id, c.owner as "owner: AccountId", c.side as "side: Side", c.label
                      from mine join social.circle c on c.id = mine.id
                      where exists (select from social.person v where v.id = $1 and not v.gone) and "#
                + $filter
                + " order by c.updated_at desc, c.id desc",
            $($argument),+
        )
    };
}

pub async fn seen(conn: &mut Conn, viewer: AccountId, ids: &[String]) -> Result<Vec<CircleRef>, sqlx::Error> {
    refs!("/* social.question.seen_circles */", "c.id = any($2)", viewer.0, ids).fetch_all(conn).await
}

pub async fn mine(conn: &mut Conn, viewer: AccountId, side: Option<Side>) -> Result<Vec<CircleRef>, sqlx::Error> {
    refs!("/* social.question.my_circles */", "($2::text is null or c.side = $2)", viewer.0, side.map(Side::as_str))
        .fetch_all(conn)
        .await
}

/// The owner first, then in order of joining; without those who are gone.
pub async fn audience(conn: &mut Conn, circle: &CircleId) -> Result<Vec<AccountId>, sqlx::Error> {
    sqlx::query_scalar!(
        r#"/* social.question.audience */
           select x.id as "id: AccountId"
           from social.circle c
           join social.person o on o.id = c.owner and not o.gone
           cross join lateral (
               select c.owner as account, null::timestamptz as joined_at
               union all select m.account, m.joined_at from social.circle_member m where m.circle = c.id) l
           join social.person x on x.id = l.account and not x.gone
           where c.id = $1 order by l.joined_at nulls first, x.id"#,
        circle.as_str(),
    )
    .fetch_all(conn)
    .await
}

pub async fn members_of(
    conn: &mut Conn,
    viewer: AccountId,
    accounts: &[i64],
    circle: &CircleId,
) -> Result<Vec<AccountId>, sqlx::Error> {
    sqlx::query_scalar!(
        r#"/* social.question.members_of */
           with c as materialized (
               select c.id, c.owner from social.circle c
               join social.person o on o.id = c.owner and not o.gone
               join social.person v on v.id = $1 and not v.gone
               where c.id = $3
                 and (c.owner = $1
                      or exists (select from social.circle_member m where m.circle = c.id and m.account = $1)))
           select x.id as "id: AccountId"
           from c join social.person x on x.id = any($2) and not x.gone
           where (x.id = c.owner
                  or exists (select from social.circle_member m where m.circle = c.id and m.account = x.id offset 0))
             and not exists (select from social.blocked b where b.blocker = $1 and b.blocked = x.id offset 0)
             and not exists (select from social.blocked b where b.blocker = x.id and b.blocked = $1 offset 0)
           order by x.id"#,
        viewer.0,
        accounts,
        circle.as_str(),
    )
    .fetch_all(conn)
    .await
}

/// As on a profile.
pub async fn shared_labels(conn: &mut Conn, owner: AccountId, target: AccountId) -> Result<Vec<String>, sqlx::Error> {
    sqlx::query_scalar!(
        "/* social.question.shared_labels */
         select o.label
         from social.person x
         join social.circle_member m on m.account = x.id
         join social.circle o on o.id = m.circle and o.owner = $1
         where x.id = $2 and not x.gone
           and exists (select from social.person me where me.id = $1 and not me.gone)
           and not exists (select from social.blocked b where b.blocker = $1 and b.blocked = x.id offset 0)
           and not exists (select from social.blocked b where b.blocker = x.id and b.blocked = $1 offset 0)
         group by o.label order by max(o.updated_at) desc, o.label limit 6",
        owner.0,
        target.0,
    )
    .fetch_all(conn)
    .await
}
