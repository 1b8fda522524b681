//! What people are told of posts: that somebody liked, answered or echoed one of theirs, or named them. What is told is
//! kept by inbox, and brought in line by jobs, which read what is so when they run.

mod forget;
mod store;
mod tell;

use platform::{AccountId, Error, PostId, Role, jobs, pg::Conn};
use serde::{Deserialize, Serialize};

pub use self::{forget::Forget, tell::Tell};

/// Posts of which one job tells.
const BATCH: usize = 200;

/// What somebody did to a post that another may hear of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Event {
    Like,
    Reply,
    /// Of the post that is echoed or quoted.
    Echo,
    /// In the post, or in a reply to it.
    Mention,
}

impl Event {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Like => "like",
            Self::Reply => "reply",
            Self::Echo => "echo",
            Self::Mention => "mention",
        }
    }
}

/// One job in the caller's transaction that brings inbox in line with what `actor` did to `post`, towards each receiver.
/// The actor himself is left out; nothing is added if nobody remains. Harmless twice, late and out of order.
///
/// # Errors
/// The database's.
pub async fn tell(
    tx: &mut Conn,
    post: &PostId,
    actor: AccountId,
    told: &[(Event, Vec<AccountId>)],
) -> Result<(), Error> {
    let job = Tell::of(post, actor, told);
    if job.is_empty() { Ok(()) } else { jobs::add(tx, Role::Social, &job).await }
}

/// A job for each 200 of these posts, which are gone: nothing is told of them any more.
///
/// # Errors
/// The database's.
pub async fn forget(tx: &mut Conn, posts: &[PostId]) -> Result<(), Error> {
    for posts in posts.chunks(BATCH) {
        jobs::add(tx, Role::Social, &Forget::of(posts)).await?;
    }
    Ok(())
}
