//! SQL that deletes what an account has in one table, some of it at a time. Each answers how much went.

use platform::{AccountId, person::AccountState, pg::Conn};

/// Rows of one statement.
const BATCH: i64 = 1_000;
/// Rows whose other end is counted again, each from all its rows.
const COUNTED: i64 = 200;

/// Waits for everybody who holds the person's row, and answers the state that all later ones find.
pub async fn fence(conn: &mut Conn, account: AccountId) -> Result<Option<AccountState>, sqlx::Error> {
    sqlx::query_scalar!(
        r#"/* social.account.fence */
           select state as "state: AccountState" from social.person where id = $1 for update"#,
        account.0,
    )
    .fetch_optional(conn)
    .await
}

macro_rules! batch {
    ($sql:literal, $conn:expr, $account:expr) => {
        sqlx::query!($sql, $account.0, BATCH).execute($conn).await.map(|done| done.rows_affected())
    };
}

/// Both ways.
pub async fn invites(conn: &mut Conn, account: AccountId) -> Result<u64, sqlx::Error> {
    batch!(
        "/* social.account.invites */
         delete from social.invite where id = any(array(
             select i.id from social.invite i
             where i.id = any(array(
                 select id from social.invite where inviter = $1 and status = 'pending'
                 union all select id from social.invite where inviter = $1 and status <> 'pending'
                 union all select id from social.invite where invitee = $1 and status = 'pending'
                 union all select id from social.invite where invitee = $1 and status <> 'pending'
                 limit $2))
             order by i.id for update))",
        conn,
        account
    )
}

/// Before their circles are locked.
pub async fn links(conn: &mut Conn, account: AccountId) -> Result<u64, sqlx::Error> {
    batch!(
        "/* social.account.links */
         delete from social.invite_link where token = any(array(
             select l.token from social.invite_link l
             where l.circle in (select id from social.circle where owner = $1)
             order by l.token limit $2 for update))",
        conn,
        account
    )
}

/// Both ways.
pub async fn requests(conn: &mut Conn, account: AccountId) -> Result<u64, sqlx::Error> {
    batch!(
        "/* social.account.requests */
         delete from social.access_request where id = any(array(
             select id from social.access_request where owner = $1 or requester = $1 order by id limit $2 for update))",
        conn,
        account
    )
}

/// Both ways; the others, whose numbers are to be counted again.
pub async fn placements(conn: &mut Conn, account: AccountId) -> Result<Vec<AccountId>, sqlx::Error> {
    sqlx::query_scalar!(
        r#"/* social.account.placements */
           with part as materialized (
               select owner, member from social.placement where owner = $1 or member = $1
               order by owner, member limit $2 for update),
           gone as (
               delete from social.placement p using part where p.owner = part.owner and p.member = part.member
               returning p.owner, p.member)
           select distinct case when owner = $1 then member else owner end as "id!: AccountId" from gone"#,
        account.0,
        COUNTED,
    )
    .fetch_all(conn)
    .await
}

/// Both ways; the others, whose numbers are to be counted again.
pub async fn follows(conn: &mut Conn, account: AccountId) -> Result<Vec<AccountId>, sqlx::Error> {
    sqlx::query_scalar!(
        r#"/* social.account.follows */
           with part as materialized (
               select follower, target from social.follow where follower = $1 or target = $1
               order by follower, target limit $2 for update),
           gone as (
               delete from social.follow f using part where f.follower = part.follower and f.target = part.target
               returning f.follower, f.target)
           select distinct case when follower = $1 then target else follower end as "id!: AccountId" from gone"#,
        account.0,
        COUNTED,
    )
    .fetch_all(conn)
    .await
}

/// With their tags. In circles of others they count no more; the circles are locked first, in their order.
pub async fn posts(conn: &mut Conn, account: AccountId) -> Result<u64, sqlx::Error> {
    let gone = sqlx::query_scalar!(
        r#"/* social.account.posts */
           with part as materialized (
               select id, circle from social.post where author = $1 order by id limit $2),
           held as materialized (
               select c.id from social.circle c where c.id in (select circle from part)
               order by c.id for no key update),
           gone as (
               delete from social.post p using part where p.id = part.id and (select count(*) from held) >= 0
               returning p.circle, p.side, p.hidden),
           fewer as (
               select c.id, count(*) as posts from gone
               join social.circle c on c.id = gone.circle and c.side = gone.side
               where not gone.hidden group by c.id),
           counted as (
               update social.circle c set post_count = greatest(c.post_count - fewer.posts, 0) from fewer
               where c.id = fewer.id)
           select count(*) as "gone!" from gone"#,
        account.0,
        BATCH,
    )
    .fetch_one(conn)
    .await?;
    Ok(u64::try_from(gone).unwrap_or_default())
}

pub async fn keys(conn: &mut Conn, account: AccountId) -> Result<u64, sqlx::Error> {
    batch!(
        "/* social.account.keys */
         delete from social.client_key where author = $1 and key = any(array(
             select key from social.client_key where author = $1 order by key limit $2 for update))",
        conn,
        account
    )
}

/// Of each day that is kept, since the day comes first: as many as there are sorts of things to make.
pub async fn quotas(conn: &mut Conn, account: AccountId) -> Result<u64, sqlx::Error> {
    let done = sqlx::query!(
        "/* social.account.quotas */
         with recursive kept as (
             (select day from social.quota order by day limit 1)
             union all
             select (select q.day from social.quota q where q.day > kept.day order by q.day limit 1)
             from kept where kept.day is not null)
         delete from social.quota q using kept where q.day = kept.day and q.account = $1",
        account.0,
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected())
}

/// Copies, both ways. Their ids stay known, so that a late repeat does not bring them back.
pub async fn blocks(conn: &mut Conn, account: AccountId) -> Result<u64, sqlx::Error> {
    batch!(
        "/* social.account.blocks */
         delete from social.blocked where block_id = any(array(
             select block_id from social.blocked where blocker = $1 or blocked = $1
             order by block_id limit $2 for update))",
        conn,
        account
    )
}

/// Copies, both ways.
pub async fn mutes(conn: &mut Conn, account: AccountId) -> Result<u64, sqlx::Error> {
    batch!(
        "/* social.account.mutes */
         with part as materialized (
             select muter, muted from social.muted where muter = $1 or muted = $1
             order by muter, muted limit $2 for update)
         delete from social.muted m using part where m.muter = part.muter and m.muted = part.muted",
        conn,
        account
    )
}

/// What he wrote on slates, and what stands on his.
pub async fn slate(conn: &mut Conn, account: AccountId) -> Result<u64, sqlx::Error> {
    batch!(
        "/* social.account.slate */
         delete from social.slate_entry where id = any(array(
             select e.id from social.slate_entry e
             where e.writer = $1 or e.target = (select x.username from social.person x where x.id = $1)
             order by e.id limit $2 for update))",
        conn,
        account
    )
}

/// His faces and his numbers.
pub async fn faces(conn: &mut Conn, account: AccountId) -> Result<u64, sqlx::Error> {
    let gone = sqlx::query_scalar!(
        r#"/* social.account.faces */
           with faces as (delete from social.facet where person = $1 returning 1),
           counts as (delete from social.person_count where person = $1 returning 1)
           select (select count(*) from faces) + (select count(*) from counts) as "gone!""#,
        account.0,
    )
    .fetch_one(conn)
    .await?;
    Ok(u64::try_from(gone).unwrap_or_default())
}
