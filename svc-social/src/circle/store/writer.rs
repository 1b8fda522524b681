//! SQL that lets somebody write a post into a circle.

use platform::{
    AccountId, Side,
    person::{AccountState, Person},
    pg::Conn,
};
use time::OffsetDateTime;

use crate::circle::id::CircleId;

/// An author, and the Side of the circle that he writes in.
#[derive(Debug)]
pub struct Writer {
    pub person: Person,
    /// `None` = he writes in no circle.
    pub circle: Option<Side>,
}

struct Row {
    side: Side,
    id: AccountId,
    username: String,
    full_name: String,
    state: AccountState,
    until: Option<OffsetDateTime>,
    staff: bool,
    email_verified: bool,
    created_at: OffsetDateTime,
    version: i64,
}

/// Fixes circle, membership, owner and author until the transaction ends; `None` if he may not write there. The circle
/// is locked for what will be counted in it: two authors who both held it shared could never count.
pub async fn writer(conn: &mut Conn, id: &CircleId, author: AccountId) -> Result<Option<Writer>, sqlx::Error> {
    let row = sqlx::query_as!(
        Row,
        r#"/* social.circle.writer */
           with held as materialized (
               select id, owner, side from social.circle where id = $1 for no key update),
           member as materialized (
               select m.account from social.circle_member m
               where m.circle = (select held.id from held) and m.account = $2 for share),
           owner as materialized (
               select o.gone from social.person o where o.id = (select held.owner from held) for share)
           select held.side as "side!: Side", x.id as "id: AccountId", x.username, x.full_name,
                  x.state as "state: AccountState", x.until, x.staff, x.email_verified, x.created_at, x.version
           from held join social.person x on x.id = $2
           where held.owner = $2
              or (exists (select from member) and exists (select from owner where not owner.gone))
           for share of x"#,
        id.as_str(),
        author.0,
    )
    .fetch_optional(conn)
    .await?;
    Ok(row.map(|row| Writer {
        circle: Some(row.side),
        person: Person {
            id: row.id,
            username: row.username,
            full_name: row.full_name,
            state: row.state,
            until: row.until,
            staff: row.staff,
            email_verified: row.email_verified,
            created_at: row.created_at,
            version: row.version,
        },
    }))
}
