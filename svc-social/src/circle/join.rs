//! Joining by one's own act: an invite or a link is the way, this is the door.

use platform::{
    AccountId, Ambient, Error, Role,
    pg::{Conn, lock},
};
use time::OffsetDateTime;

use super::{
    CircleRow, MEMBERS,
    event::{Change, Rows, Via},
    store,
};
use crate::refused::Refused;

/// Circles that one account belongs to at most.
const MEMBERSHIPS: i64 = 500;

/// Makes somebody a member who wants to be one, and forgets that he ever went; false if he is one already. The caller
/// holds the lock of his and the owner's pair, and [`store::lock`]; it waits for nothing afterwards. Three statements.
///
/// # Errors
/// 409 `circle_full`, `membership_limit`.
pub async fn join(
    conn: &mut Conn,
    ambient: &Ambient,
    circle: &CircleRow,
    account: AccountId,
    via: Via,
    now: OffsetDateTime,
) -> Result<bool, Error> {
    // His circles are not locked together: who joins several at once is counted in one after the other.
    lock::counted(conn, Role::Social, account, "joining").await?;
    let joining = store::joining(conn, &circle.id, account).await?;
    let before = joining.members;
    if before.contains(&account) {
        return Ok(false);
    }
    if before.len() >= MEMBERS {
        return Err(Refused::CircleFull.into());
    }
    if joining.memberships >= MEMBERSHIPS {
        return Err(Refused::MembershipLimit.into());
    }
    let now = circle.next_moment(now);
    let after: Vec<AccountId> = before.iter().copied().chain([account]).collect();
    let told = Rows::of(&[Change::members(&before, &after, Some(via))], now, &ambient.random);
    let way = if via == Via::Link { "link" } else { "invite" };
    store::join(conn, &circle.id, account, way, &told, now).await?;
    Ok(true)
}
