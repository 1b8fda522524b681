//! Circles: named groups inside one Side of their owner, and who belongs to them. To everybody who is neither owner nor
//! member a circle does not exist.

mod create;
mod edit;
mod end;
pub mod event;
mod history;
pub mod id;
mod join;
mod named;
mod plan;
mod read;
mod replay;
mod rule;
pub mod store;
mod trim;

use platform::{AccountId, Side};
use time::{Duration, OffsetDateTime};

use self::store::{SeenRow, Standing};
pub use self::{
    create::NewCircle,
    edit::EditCircle,
    event::Via,
    history::{Event, Happened},
    id::{CircleId, Color},
    join::join,
    store::CircleRow,
    trim::Trim,
};
use crate::facet::display_name;

/// Members of a circle besides its owner, at most; also names in one request.
pub const MEMBERS: usize = 200;

/// A circle as one viewer sees it.
#[derive(Clone, Debug)]
pub struct Circle {
    pub id: String,
    pub side: Side,
    pub label: String,
    pub color: Color,
    /// Usernames, in order of joining.
    pub members: Vec<String>,
    pub post_count: i64,
    pub is_owner: bool,
    pub owner_username: String,
    /// What he is called in the circle's Side.
    pub owner_name: String,
    pub created_at: OffsetDateTime,
    pub updated_at: OffsetDateTime,
}

/// What a change came to.
#[derive(Debug)]
pub struct Changed<T> {
    pub now: T,
    /// Usernames of those who are asked to join.
    pub invited: Vec<String>,
    /// As they were named: neither members nor asked, without a reason.
    pub skipped: Vec<String>,
}

impl SeenRow {
    fn seen_by(self, viewer: AccountId) -> Circle {
        Circle {
            owner_name: display_name(self.facet_name.as_deref(), self.side, &self.full_name, &self.username),
            is_owner: self.owner == viewer,
            id: self.id.into(),
            side: self.side,
            label: self.label,
            color: self.color,
            members: self.members,
            post_count: self.post_count,
            owner_username: self.username,
            created_at: self.created_at,
            updated_at: self.updated_at,
        }
    }
}

impl CircleRow {
    /// When a change happens that is made under the circle's lock: after every one before it, whatever the clocks say.
    fn next_moment(&self, now: OffsetDateTime) -> OffsetDateTime {
        now.max(self.updated_at + Duration::MICROSECOND)
    }

    /// As its owner sees it. `members`: in order of joining; those who are gone are not shown.
    fn seen_by_owner(self, members: &[AccountId], standing: &Standing) -> Circle {
        let shown = members.iter().filter_map(|id| standing.person(*id)).filter(|person| !person.gone);
        Circle {
            members: shown.map(|person| person.username.clone()).collect(),
            owner_name: standing.owner_name(self.side),
            owner_username: standing.owner.username.clone(),
            is_owner: true,
            id: self.id.into(),
            side: self.side,
            label: self.label,
            color: self.color,
            post_count: self.post_count,
            created_at: self.created_at,
            updated_at: self.updated_at,
        }
    }
}
