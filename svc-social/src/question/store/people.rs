//! SQL of questions about people. A viewer who is gone, or unknown here, is shown nothing but what is public.

use platform::{AccountId, Side, pg::Conn};

pub struct ResolvedRow {
    pub gone: bool,
    /// Either way.
    pub blocked: bool,
    /// What the owner shows the viewer.
    pub side: Option<Side>,
}

pub async fn resolve(conn: &mut Conn, owner: AccountId, viewer: AccountId) -> Result<Option<ResolvedRow>, sqlx::Error> {
    sqlx::query_as!(
        ResolvedRow,
        r#"/* social.question.resolve */
           select x.gone as "gone!",
                  (exists (select from social.blocked b where b.blocker = $2 and b.blocked = x.id)
                   or exists (select from social.blocked b where b.blocker = x.id and b.blocked = $2)) as "blocked!",
                  pl.side as "side?: Side"
           from social.person x
           left join social.placement pl on pl.owner = x.id and pl.member = $2
               and exists (select from social.person v where v.id = $2 and not v.gone)
           where x.id = $1"#,
        owner.0,
        viewer.0,
    )
    .fetch_optional(conn)
    .await
}

/// The most that is shown, between the one who asked and this account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ShownSide {
    pub account: AccountId,
    pub side: Side,
}

/// The public Side of those who show him nothing else.
pub async fn sides(conn: &mut Conn, viewer: AccountId, owners: &[i64]) -> Result<Vec<ShownSide>, sqlx::Error> {
    sqlx::query_as!(
        ShownSide,
        r#"/* social.question.sides */
           select x.id as "account: AccountId", coalesce(pl.side, 'public') as "side!: Side"
           from social.person x
           left join social.placement pl on pl.owner = x.id and pl.member = $1
               and exists (select from social.person v where v.id = $1 and not v.gone)
           where x.id = any($2) and not x.gone
             and not exists (select from social.blocked b where b.blocker = $1 and b.blocked = x.id offset 0)
             and not exists (select from social.blocked b where b.blocker = x.id and b.blocked = $1 offset 0)
           order by x.id"#,
        viewer.0,
        owners,
    )
    .fetch_all(conn)
    .await
}

/// Those whom the owner, if he is there, has placed.
pub async fn member_sides(conn: &mut Conn, owner: AccountId, members: &[i64]) -> Result<Vec<ShownSide>, sqlx::Error> {
    sqlx::query_as!(
        ShownSide,
        r#"/* social.question.member_sides */
           select pl.member as "account: AccountId", pl.side as "side: Side"
           from social.placement pl
           join social.person x on x.id = pl.member and not x.gone
           where pl.owner = $1 and pl.member = any($2)
             and exists (select from social.person o where o.id = $1 and not o.gone)
             and not exists (select from social.blocked b where b.blocker = $1 and b.blocked = x.id offset 0)
             and not exists (select from social.blocked b where b.blocker = x.id and b.blocked = $1 offset 0)
           order by pl.member"#,
        owner.0,
        members,
    )
    .fetch_all(conn)
    .await
}

pub struct CardRow {
    pub id: AccountId,
    pub username: String,
    pub full_name: String,
    /// `None` = never edited.
    pub facet_name: Option<String>,
    pub avatar_url: String,
}

pub async fn cards(conn: &mut Conn, accounts: &[i64], side: Side) -> Result<Vec<CardRow>, sqlx::Error> {
    sqlx::query_as!(
        CardRow,
        r#"/* social.question.cards */
           select x.id as "id: AccountId", x.username, x.full_name, f.display_name as "facet_name?",
                  coalesce(f.avatar_image_url, '') as "avatar_url!"
           from social.person x
           left join social.facet f on f.person = x.id and f.side = $2
           where x.id = any($1) and not x.gone order by x.id"#,
        accounts,
        side.as_str(),
    )
    .fetch_all(conn)
    .await
}

pub struct FollowRow {
    pub follows: bool,
    /// The target's.
    pub followers: i64,
    pub following: i64,
}

/// `None`: to this viewer there is no such person.
pub async fn follow_state(
    conn: &mut Conn,
    viewer: AccountId,
    target: AccountId,
) -> Result<Option<FollowRow>, sqlx::Error> {
    sqlx::query_as!(
        FollowRow,
        r#"/* social.question.follow_state */
           select exists (select from social.follow l where l.follower = $1 and l.target = x.id) as "follows!",
                  coalesce(c.followers, 0) as "followers!", coalesce(c.following, 0) as "following!"
           from social.person x
           left join social.person_count c on c.person = x.id
           where x.id = $2 and not x.gone
             and not exists (select from social.blocked b where b.blocker = $1 and b.blocked = x.id)
             and not exists (select from social.blocked b where b.blocker = x.id and b.blocked = $1)"#,
        viewer.0,
        target.0,
    )
    .fetch_optional(conn)
    .await
}
