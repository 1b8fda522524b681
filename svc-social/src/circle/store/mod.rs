//! SQL of circles.

mod events;
mod membership;
mod seen;
mod standing;
mod write;
mod writer;

use platform::{AccountId, Side, pg::Conn};
use time::OffsetDateTime;

pub use self::{
    events::{EventRow, People, events, people, readable, trim},
    membership::{TakeOut, hold, join, joining, leave, members, take_out},
    seen::{SeenRow, by_ids, list, one},
    standing::{Standing, standing},
    write::{Edit, First, Insert, KIND, OWN, create, delete, edit, first_answers},
    writer::{Writer, writer},
};
use super::id::{CircleId, Color};

/// A circle as it is stored.
#[derive(Clone, Debug)]
pub struct CircleRow {
    pub id: CircleId,
    pub owner: AccountId,
    pub side: Side,
    pub label: String,
    pub color: Color,
    pub post_count: i64,
    pub created_at: OffsetDateTime,
    pub updated_at: OffsetDateTime,
}

/// The circle, changed by nobody else until the transaction ends: whoever changes its members holds this.
pub async fn lock(conn: &mut Conn, id: &CircleId) -> Result<Option<CircleRow>, sqlx::Error> {
    sqlx::query_as!(
        CircleRow,
        r#"/* social.circle.lock */
           select id as "id: CircleId", owner as "owner: AccountId", side as "side: Side", label,
                  color as "color: Color", post_count, created_at, updated_at
           from social.circle where id = $1 for update"#,
        id.as_str(),
    )
    .fetch_optional(conn)
    .await
}

/// As [`lock`], if it is this account's own; of another's not even the row is waited for.
pub async fn lock_own(conn: &mut Conn, id: &CircleId, owner: AccountId) -> Result<Option<CircleRow>, sqlx::Error> {
    sqlx::query_as!(
        CircleRow,
        r#"/* social.circle.lock_own */
           select id as "id: CircleId", owner as "owner: AccountId", side as "side: Side", label,
                  color as "color: Color", post_count, created_at, updated_at
           from social.circle where id = $1 and owner = $2 for update"#,
        id.as_str(),
        owner.0,
    )
    .fetch_optional(conn)
    .await
}

/// As [`lock`], if this account owns it or belongs to it, and its owner is not gone.
pub async fn lock_of_member(
    conn: &mut Conn,
    id: &CircleId,
    account: AccountId,
) -> Result<Option<CircleRow>, sqlx::Error> {
    sqlx::query_as!(
        CircleRow,
        r#"/* social.circle.lock_of_member */
           select c.id as "id: CircleId", c.owner as "owner: AccountId", c.side as "side: Side", c.label,
                  c.color as "color: Color", c.post_count, c.created_at, c.updated_at
           from social.circle c
           where c.id = $1
             and (c.owner = $2
                  or (exists (select from social.circle_member m where m.circle = c.id and m.account = $2)
                      and exists (select from social.person o where o.id = c.owner and not o.gone)))
           for update"#,
        id.as_str(),
        account.0,
    )
    .fetch_optional(conn)
    .await
}
