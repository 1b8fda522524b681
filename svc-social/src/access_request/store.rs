//! SQL of access requests.

use platform::{AccountId, Side, cursor::Place, pg::Conn};
use time::OffsetDateTime;

use super::Asked;

/// What became of a request. Cancelled = a block or a deletion ended it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, sqlx::Type)]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub enum Status {
    Pending,
    Accepted,
    Rejected,
    Cancelled,
}

/// Where things stand between a requester and an owner.
pub struct Stands {
    pub status: Option<Status>,
    pub rejected_at: Option<OffsetDateTime>,
    /// What the owner shows the requester.
    pub shown: Option<Side>,
    /// Other requests of this requester within the cap's period, and the oldest of them.
    pub others_asked: i64,
    pub oldest: Option<OffsetDateTime>,
}

/// Reads where things stand; the request, if there is one, is fixed until the transaction ends.
pub async fn stands(
    conn: &mut Conn,
    owner: AccountId,
    requester: AccountId,
    side: Side,
    since: OffsetDateTime,
) -> Result<Stands, sqlx::Error> {
    sqlx::query_as!(
        Stands,
        r#"/* social.access_request.stands */
           with held as (
               select id, status, rejected_at from social.access_request
               where owner = $1 and requester = $2 and side = $3 for update)
           select (select status from held) as "status: Status", (select rejected_at from held) as "rejected_at",
                  (select side from social.placement where owner = $1 and member = $2) as "shown: Side",
                  count(*) as "others_asked!", min(r.asked_at) as "oldest"
           from social.access_request r
           where r.requester = $2 and r.asked_at > $4 and r.id not in (select id from held)"#,
        owner.0,
        requester.0,
        side.as_str(),
        since,
    )
    .fetch_one(conn)
    .await
}

/// A request as it is to be.
pub struct Request<'a> {
    pub owner: AccountId,
    pub requester: AccountId,
    pub side: Side,
    pub message: &'a str,
    pub now: OffsetDateTime,
}

/// Asks, for the first time or anew: it is the newest of the owner's list. Of two at once the second changes the words.
pub async fn ask(conn: &mut Conn, request: &Request<'_>) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar!(
        "/* social.access_request.ask */
         insert into social.access_request as held
             (owner, requester, side, status, message, asked_at, created_at, updated_at)
         values ($1, $2, $3, 'pending', $4, $5, $5, $5)
         on conflict (owner, requester, side) do update set
             status = 'pending', message = excluded.message, asked_at = excluded.asked_at, rejected_at = null,
             updated_at = case when held.status = 'pending' then held.updated_at else excluded.updated_at end
         returning id",
        request.owner.0,
        request.requester.0,
        request.side.as_str(),
        request.message,
        request.now,
    )
    .fetch_one(conn)
    .await
}

/// Changes the words of a pending request, and nothing of its place in the owner's list.
pub async fn reword(conn: &mut Conn, request: &Request<'_>) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar!(
        "/* social.access_request.reword */
         update social.access_request set message = $4, asked_at = $5
         where owner = $1 and requester = $2 and side = $3 returning id",
        request.owner.0,
        request.requester.0,
        request.side.as_str(),
        request.message,
        request.now,
    )
    .fetch_one(conn)
    .await
}

/// Asks somebody who has rejected it lately: counted as asked, and that is all.
pub async fn ask_in_vain(conn: &mut Conn, request: &Request<'_>) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar!(
        "/* social.access_request.ask_in_vain */
         update social.access_request set asked_at = $4
         where owner = $1 and requester = $2 and side = $3 returning id",
        request.owner.0,
        request.requester.0,
        request.side.as_str(),
        request.now,
    )
    .fetch_one(conn)
    .await
}

/// Pending requests to an owner, newest first.
pub async fn pending(conn: &mut Conn, owner: AccountId, from: &Place, rows: i64) -> Result<Vec<Asked>, sqlx::Error> {
    sqlx::query_as!(
        Asked,
        r#"/* social.access_request.pending */
           select r.id, r.requester as "requester: AccountId", x.username, r.side as "side: Side", r.message,
                  r.created_at, r.updated_at
           from social.access_request r
           join social.person x on x.id = r.requester and not x.gone
           where r.owner = $1 and r.status = 'pending' and (r.updated_at, r.id) < ($2, $3)
             and not exists (select from social.blocked b where b.blocker = $1 and b.blocked = r.requester offset 0)
             and not exists (select from social.blocked b where b.blocker = r.requester and b.blocked = $1 offset 0)
           order by r.updated_at desc, r.id desc limit $4"#,
        owner.0,
        from.at,
        from.id.parse().unwrap_or(i64::MAX),
        rows,
    )
    .fetch_all(conn)
    .await
}

/// Whose request it is, read before any lock.
pub struct Row {
    pub id: i64,
    pub owner: AccountId,
    pub requester: AccountId,
    pub side: Side,
}

pub async fn find(conn: &mut Conn, id: i64) -> Result<Option<Row>, sqlx::Error> {
    sqlx::query_as!(
        Row,
        r#"/* social.access_request.find */
           select id, owner as "owner: AccountId", requester as "requester: AccountId", side as "side: Side"
           from social.access_request where id = $1"#,
        id,
    )
    .fetch_optional(conn)
    .await
}

/// Where a request stands, fixed until the transaction ends.
pub async fn lock(conn: &mut Conn, id: i64) -> Result<Option<Status>, sqlx::Error> {
    sqlx::query_scalar!(
        r#"/* social.access_request.lock */
           select status as "status: Status" from social.access_request where id = $1 for update"#,
        id,
    )
    .fetch_optional(conn)
    .await
}

/// Accepts a request, and with it every other pending one that what is shown now satisfies.
pub async fn accept(conn: &mut Conn, request: &Row, open: &[Side], now: OffsetDateTime) -> Result<(), sqlx::Error> {
    let open: Vec<String> = open.iter().map(|side| side.as_str().to_owned()).collect();
    sqlx::query!(
        "/* social.access_request.accept */
         update social.access_request set status = 'accepted', updated_at = $5
         where owner = $1 and requester = $2 and status = 'pending' and (id = $3 or side = any($4))",
        request.owner.0,
        request.requester.0,
        request.id,
        &open,
        now,
    )
    .execute(conn)
    .await?;
    Ok(())
}

pub async fn reject(conn: &mut Conn, id: i64, now: OffsetDateTime) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "/* social.access_request.reject */
         update social.access_request set status = 'rejected', rejected_at = $2, updated_at = $2 where id = $1",
        id,
        now,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// A block ends what waits between two people, both ways.
pub async fn cancel(conn: &mut Conn, a: AccountId, b: AccountId) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "/* social.access_request.cancel */
         update social.access_request set status = 'cancelled'
         where status = 'pending' and ((owner = $1 and requester = $2) or (owner = $2 and requester = $1))",
        a.0,
        b.0,
    )
    .execute(conn)
    .await?;
    Ok(())
}
