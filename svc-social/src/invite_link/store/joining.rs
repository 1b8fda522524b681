//! SQL by which somebody joins by a link.

use platform::{AccountId, Side, pg::Conn};
use time::OffsetDateTime;

use crate::{
    circle::{CircleId, CircleRow, Color},
    invite_link::{State, Token},
};

/// Where a link leads, read before any lock.
#[derive(Debug)]
pub struct Lead {
    pub owner: AccountId,
    pub circle: CircleId,
    /// As it is now.
    pub label: String,
    pub side: Side,
}

/// If its circle is where it was, and this account was not removed from it.
pub async fn find(conn: &mut Conn, token: &Token, account: AccountId) -> Result<Option<Lead>, sqlx::Error> {
    sqlx::query_as!(
        Lead,
        r#"/* social.invite_link.find */
           select c.owner as "owner: AccountId", c.id as "circle: CircleId", c.label, c.side as "side: Side"
           from social.invite_link l
           join social.circle c on c.id = l.circle and c.owner = l.owner and c.side = l.side
           where l.token = $1
             and not exists (select from social.circle_departure d
                             where d.circle = l.circle and d.account = $2 and d.how = 'removed')"#,
        token.as_str(),
        account.0,
    )
    .fetch_optional(conn)
    .await
}

/// A link and its circle, fixed until the transaction ends.
#[derive(Debug)]
pub struct Held {
    pub circle: CircleRow,
    /// The invite into the same circle that waits for the joiner.
    pub invite: Option<String>,
    made_by: AccountId,
    made_for: Side,
    state: State,
}

impl Held {
    /// Whether the circle is where it was when the link was made.
    pub fn leads(&self) -> bool {
        self.circle.owner == self.made_by && self.circle.side == self.made_for
    }

    pub const fn state(&self) -> State {
        self.state
    }
}

struct HeldRow {
    id: CircleId,
    owner: AccountId,
    side: Side,
    label: String,
    color: Color,
    post_count: i64,
    created_at: OffsetDateTime,
    updated_at: OffsetDateTime,
    invite: Option<String>,
    made_by: AccountId,
    made_for: Side,
    uses: i32,
    max_uses: i32,
    expires_at: Option<OffsetDateTime>,
    revoked_at: Option<OffsetDateTime>,
}

impl From<HeldRow> for Held {
    fn from(row: HeldRow) -> Self {
        Self {
            circle: CircleRow {
                id: row.id,
                owner: row.owner,
                side: row.side,
                label: row.label,
                color: row.color,
                post_count: row.post_count,
                created_at: row.created_at,
                updated_at: row.updated_at,
            },
            invite: row.invite,
            made_by: row.made_by,
            made_for: row.made_for,
            state: State {
                uses: row.uses,
                max_uses: row.max_uses,
                expires_at: row.expires_at,
                revoked_at: row.revoked_at,
            },
        }
    }
}

/// Locks, in this order, the invite that waits for the joiner, the link, and the circle.
pub async fn hold(
    conn: &mut Conn,
    token: &Token,
    circle: &CircleId,
    joiner: AccountId,
    now: OffsetDateTime,
) -> Result<Option<Held>, sqlx::Error> {
    let row = sqlx::query_as!(
        HeldRow,
        r#"/* social.invite_link.hold */
           with asked as materialized (
               select id from social.invite
               where circle = $2 and invitee = $3 and status = 'pending' and (expires_at is null or expires_at > $4)
               for update),
           link as materialized (
               select circle, owner, side, uses, max_uses, expires_at, revoked_at from social.invite_link
               where (select count(*) from asked) >= 0 and token = $1 and circle = $2
               for update)
           select c.id as "id: CircleId", c.owner as "owner: AccountId", c.side as "side: Side", c.label,
                  c.color as "color: Color", c.post_count, c.created_at, c.updated_at,
                  (select id from asked) as "invite?", link.owner as "made_by!: AccountId",
                  link.side as "made_for!: Side", link.uses as "uses!", link.max_uses as "max_uses!",
                  link.expires_at, link.revoked_at
           from link join social.circle c on c.id = link.circle
           for update of c"#,
        token.as_str(),
        circle.as_str(),
        joiner.0,
        now,
    )
    .fetch_optional(conn)
    .await?;
    Ok(row.map(Held::from))
}

/// Who wants to join, read under the circle's lock.
#[derive(Debug)]
pub struct Joiner {
    pub member: bool,
    /// The owner took him out, and has not asked him back.
    pub removed: bool,
    /// What the owner shows him; fixed until the transaction ends.
    pub shown: Option<Side>,
}

pub async fn joiner(
    conn: &mut Conn,
    circle: &CircleId,
    owner: AccountId,
    account: AccountId,
) -> Result<Joiner, sqlx::Error> {
    sqlx::query_as!(
        Joiner,
        r#"/* social.invite_link.joiner */
           with shown as materialized (
               select side from social.placement where owner = $2 and member = $3 for share)
           select exists (select from social.circle_member where circle = $1 and account = $3) as "member!",
                  exists (select from social.circle_departure
                          where circle = $1 and account = $3 and how = 'removed') as "removed!",
                  (select side from shown) as "shown?: Side""#,
        circle.as_str(),
        owner.0,
        account.0,
    )
    .fetch_one(conn)
    .await
}

/// One use, by a new member; the invite that waited for him is answered by it.
pub async fn spend(
    conn: &mut Conn,
    token: &Token,
    invite: Option<&str>,
    now: OffsetDateTime,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "/* social.invite_link.spend */
         with asked as (update social.invite set status = 'accepted', updated_at = $3 where id = $2)
         update social.invite_link set uses = uses + 1, updated_at = $3 where token = $1",
        token.as_str(),
        invite,
        now,
    )
    .execute(conn)
    .await?;
    Ok(())
}
