//! SQL of follows and of the numbers kept with them. Rows of numbers are locked last, in the order of people.

use platform::{AccountId, cursor::Place, pg::Conn};
use time::OffsetDateTime;

use super::FollowCounts;

/// What an unfollow did.
pub struct Ended {
    /// There was a follow.
    pub row: bool,
    pub counts: FollowCounts,
}

/// Follows, once; answers the target's numbers.
pub async fn follow(
    conn: &mut Conn,
    follower: AccountId,
    target: AccountId,
    now: OffsetDateTime,
) -> Result<FollowCounts, sqlx::Error> {
    let counts = sqlx::query_as!(
        FollowCounts,
        r#"/* social.follow.insert */
           with made as (
               insert into social.follow (follower, target, created_at) values ($1, $2, $3)
               on conflict do nothing returning 1),
           counted as (
               insert into social.person_count as held (person, followers, following)
               select n.person, n.followers, n.following
               from (values ($1::bigint, 0, 1), ($2::bigint, 1, 0)) n (person, followers, following)
               where exists (select from made) order by n.person
               on conflict (person) do update set
                   followers = held.followers + excluded.followers, following = held.following + excluded.following
               returning person, followers, following)
           select coalesce(n.followers, c.followers, 0) as "followers!", coalesce(n.following, c.following, 0) as "following!"
           from (select) one
           left join counted n on n.person = $2
           left join social.person_count c on c.person = $2"#,
        follower.0,
        target.0,
        now,
    )
    .fetch_one(conn)
    .await?;
    Ok(counts)
}

/// Ends a follow, if there is one; answers the target's numbers. A target who is `gone` no longer counts for the
/// follower.
pub async fn unfollow(
    conn: &mut Conn,
    follower: AccountId,
    target: AccountId,
    gone: bool,
) -> Result<Ended, sqlx::Error> {
    let row = sqlx::query!(
        r#"/* social.follow.delete */
           with ended as (delete from social.follow where follower = $1 and target = $2 returning 1),
           counted as (
               insert into social.person_count as held (person, followers, following)
               select n.person, n.followers, n.following
               from (values ($1::bigint, 0, case when $3::boolean then 0 else -1 end), ($2::bigint, case when exists (select from social.person x where x.id = $1 and x.gone) then 0
                                               else -1 end, 0))
                    n (person, followers, following)
               where exists (select from ended) order by n.person
               on conflict (person) do update set
                   followers = held.followers + excluded.followers, following = held.following + excluded.following
               returning person, followers, following)
           select exists (select from ended) as "row!",
                  coalesce(n.followers, c.followers, 0) as "followers!", coalesce(n.following, c.following, 0) as "following!"
           from (select) one
           left join counted n on n.person = $2
           left join social.person_count c on c.person = $2"#,
        follower.0,
        target.0,
        gone,
    )
    .fetch_one(conn)
    .await?;
    let counts = FollowCounts { followers: row.followers, following: row.following };
    Ok(Ended { row: row.row, counts })
}

/// What a roster begins with: whose it is, whether the viewer may see it, and its numbers.
pub struct RosterHead {
    pub hidden: bool,
    pub followers: i64,
    pub following: i64,
}

/// `None`: to this viewer there is no such person.
pub async fn roster_head(
    conn: &mut Conn,
    target: AccountId,
    viewer: Option<AccountId>,
) -> Result<Option<RosterHead>, sqlx::Error> {
    sqlx::query_as!(
        RosterHead,
        r#"/* social.follow.roster_head */
           select (x.id is distinct from $2 and coalesce(f.public_rosters_hidden, false)) as "hidden!",
                  coalesce(c.followers, 0) as "followers!", coalesce(c.following, 0) as "following!"
           from social.person x
           left join social.facet f on f.person = x.id and f.side = 'public'
           left join social.person_count c on c.person = x.id
           where x.id = $1 and not x.gone
             and not exists (select from social.blocked b where b.blocker = $2 and b.blocked = x.id)
             and not exists (select from social.blocked b where b.blocker = x.id and b.blocked = $2)"#,
        target.0,
        viewer.map(|id| id.0),
    )
    .fetch_optional(conn)
    .await
}

/// One person of a roster, and when the follow was made.
pub struct RosterRow {
    pub id: AccountId,
    pub username: String,
    pub full_name: String,
    pub facet_name: Option<String>,
    pub avatar_url: String,
    pub created_at: OffsetDateTime,
}

/// Which stretch of a roster: of whom, for whom, from where, how many rows.
pub struct Stretch<'a> {
    pub of: AccountId,
    pub viewer: Option<AccountId>,
    pub from: &'a Place,
    pub rows: i64,
}

impl Stretch<'_> {
    /// The id in a place is the other person's.
    fn place_id(&self) -> i64 {
        self.from.id.parse().unwrap_or(i64::MAX)
    }
}

/// Who follows a person, newest first, without those who are gone or cut off from the viewer by a block. Whether the
/// viewer may read it at all is decided in this very statement once more: the head was read before.
pub async fn followers(conn: &mut Conn, stretch: &Stretch<'_>) -> Result<Vec<RosterRow>, sqlx::Error> {
    sqlx::query_as!(
        RosterRow,
        r#"/* social.follow.followers */
           select x.id as "id: AccountId", x.username, x.full_name, f.display_name as "facet_name?",
                  coalesce(f.avatar_image_url, '') as "avatar_url!", l.created_at
           from social.follow l
           join social.person x on x.id = l.follower and not x.gone
           left join social.facet f on f.person = x.id and f.side = 'public'
           where l.target = $1 and exists (
                   select from social.person t
                   left join social.facet r on r.person = t.id and r.side = 'public'
                   where t.id = $1 and not t.gone and (t.id = $2 or not coalesce(r.public_rosters_hidden, false))
                     and not exists (select from social.blocked b where b.blocker = $2 and b.blocked = t.id)
                     and not exists (select from social.blocked b where b.blocker = t.id and b.blocked = $2))
             and (l.created_at, l.follower) < ($3, $4)
             and not exists (select from social.blocked b where b.blocker = $2 and b.blocked = l.follower offset 0)
             and not exists (select from social.blocked b where b.blocker = l.follower and b.blocked = $2 offset 0)
           order by l.created_at desc, l.follower desc limit $5"#,
        stretch.of.0,
        stretch.viewer.map(|id| id.0),
        stretch.from.at,
        stretch.place_id(),
        stretch.rows,
    )
    .fetch_all(conn)
    .await
}

/// As [`followers`], seen from the other end.
pub async fn following(conn: &mut Conn, stretch: &Stretch<'_>) -> Result<Vec<RosterRow>, sqlx::Error> {
    sqlx::query_as!(
        RosterRow,
        r#"/* social.follow.following */
           select x.id as "id: AccountId", x.username, x.full_name, f.display_name as "facet_name?",
                  coalesce(f.avatar_image_url, '') as "avatar_url!", l.created_at
           from social.follow l
           join social.person x on x.id = l.target and not x.gone
           left join social.facet f on f.person = x.id and f.side = 'public'
           where l.follower = $1 and exists (
                   select from social.person t
                   left join social.facet r on r.person = t.id and r.side = 'public'
                   where t.id = $1 and not t.gone and (t.id = $2 or not coalesce(r.public_rosters_hidden, false))
                     and not exists (select from social.blocked b where b.blocker = $2 and b.blocked = t.id)
                     and not exists (select from social.blocked b where b.blocker = t.id and b.blocked = $2))
             and (l.created_at, l.target) < ($3, $4)
             and not exists (select from social.blocked b where b.blocker = $2 and b.blocked = l.target offset 0)
             and not exists (select from social.blocked b where b.blocker = l.target and b.blocked = $2 offset 0)
           order by l.created_at desc, l.target desc limit $5"#,
        stretch.of.0,
        stretch.viewer.map(|id| id.0),
        stretch.from.at,
        stretch.place_id(),
        stretch.rows,
    )
    .fetch_all(conn)
    .await
}

/// The next people, by id, whose numbers depend on whether this one is there: whom he follows, who follows him, whom he
/// shows a Side.
pub async fn joined(
    conn: &mut Conn,
    person: AccountId,
    after: AccountId,
    most: i64,
) -> Result<Vec<AccountId>, sqlx::Error> {
    sqlx::query_scalar!(
        r#"/* social.follow.joined */
           select o.id as "id!: AccountId" from (
               select target as id from social.follow where follower = $1
               union select follower from social.follow where target = $1
               union select member from social.placement where owner = $1) o
           where o.id > $2 order by o.id limit $3"#,
        person.0,
        after.0,
        most,
    )
    .fetch_all(conn)
    .await
}

/// Keeps the numbers of these people from changing until the transaction ends.
pub async fn lock_counts(conn: &mut Conn, people: &[AccountId]) -> Result<(), sqlx::Error> {
    let people: Vec<i64> = people.iter().map(|id| id.0).collect();
    // The update changes nothing; it locks in order, rows that it makes included.
    sqlx::query!(
        "/* social.follow.lock_counts */
         insert into social.person_count as held (person)
         select n.person from unnest($1::bigint[]) n (person) order by n.person
         on conflict (person) do update set person = held.person",
        &people,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Counts again from the rows. A statement after the lock, so that it sees what the others committed before.
pub async fn recount(conn: &mut Conn, people: &[AccountId]) -> Result<(), sqlx::Error> {
    let people: Vec<i64> = people.iter().map(|id| id.0).collect();
    sqlx::query!(
        "/* social.follow.recount */
         update social.person_count c set
             followers = (select count(*) from social.follow l join social.person x on x.id = l.follower and not x.gone
                          where l.target = c.person),
             following = (select count(*) from social.follow l join social.person x on x.id = l.target and not x.gone
                          where l.follower = c.person),
             siders = (select count(*) from social.placement l join social.person x on x.id = l.owner and not x.gone
                       where l.member = c.person)
         where c.person = any($1)",
        &people,
    )
    .execute(conn)
    .await?;
    Ok(())
}
