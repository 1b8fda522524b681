//! Notifications: what one person is told of what another did about one post. Kept as social tells it; shown as
//! far as it may be when it is read.

mod apply;
mod list;
mod mark;
mod purge;
pub mod store;

use platform::{AccountId, Side};
use time::OffsetDateTime;

pub use self::purge::Purge;

/// Of one call.
const BATCH: usize = 200;

/// What somebody did.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, sqlx::Type)]
#[sqlx(type_name = "text", rename_all = "lowercase")]
pub enum Kind {
    Reply,
    Like,
    Mention,
    Echo,
}

impl Kind {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Reply => "reply",
            Self::Like => "like",
            Self::Mention => "mention",
            Self::Echo => "echo",
        }
    }
}

/// There is one notification of each.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Key {
    pub receiver: AccountId,
    /// The post's.
    pub side: Side,
    pub kind: Kind,
    pub actor: AccountId,
    pub post: String,
}

/// What there is to tell.
#[derive(Clone, Debug)]
pub struct Told {
    /// Of the newest event.
    pub at: OffsetDateTime,
    pub glimpse: String,
    /// "" = none.
    pub post_title: String,
}

/// What is so now of one notification.
#[derive(Clone, Debug)]
pub struct Entry {
    pub key: Key,
    /// A higher one replaces a lower one.
    pub version: i64,
    /// `None`: nothing, or nothing any more.
    pub told: Option<Told>,
}

/// A notification as its receiver reads it.
#[derive(Clone, Debug)]
pub struct Notification {
    pub id: String,
    pub side: Side,
    pub kind: Kind,
    /// Username, as it is now.
    pub actor: String,
    pub post: String,
    pub at: OffsetDateTime,
    pub glimpse: String,
    pub post_title: String,
    pub read: bool,
}
