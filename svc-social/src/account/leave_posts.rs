//! The part of an account's end that is about posts: what it left on those of others counts no more, and goes; of its own
//! nothing is told any more.

use platform::{AccountId, Error, pg::Tx};

use super::{purge::refuse_unless_ending, store::engagement as store};
use crate::{Service, notice, person, tally};

/// Posts of which inbox is told at once.
const TOLD: usize = 200;

/// What goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    Numbers,
    Echoes,
    Replies,
    Likes,
    Hidden,
    Mentions,
    ReplyKeys,
    Pace,
}

/// In this order: what is deleted must not count any more.
pub const PARTS: [Part; 8] = [
    Part::Numbers,
    Part::Echoes,
    Part::Replies,
    Part::Likes,
    Part::Hidden,
    Part::Mentions,
    Part::ReplyKeys,
    Part::Pace,
];

impl Service {
    /// How many rows of this part went; none = there were none.
    pub(super) async fn leave_posts(&self, account: AccountId, part: Part) -> Result<u64, Error> {
        let mut tx = self.db().begin().await?;
        let present = person::store::share(&mut tx, &[account]).await?.pop();
        refuse_unless_ending(present.map(|person| person.state))?;
        let gone = match part {
            Part::Numbers => numbers(&mut tx, account).await?,
            Part::Echoes => store::echoes(&mut tx, account).await?,
            Part::Replies => store::replies(&mut tx, account).await?,
            Part::Likes => store::likes(&mut tx, account).await?,
            Part::Hidden => store::hidden(&mut tx, account).await?,
            Part::Mentions => store::mentions(&mut tx, account).await?,
            Part::ReplyKeys => store::reply_keys(&mut tx, account).await?,
            Part::Pace => store::pace(&mut tx, account).await?,
        };
        tx.commit().await?;
        Ok(gone)
    }
}

/// The job that counts may not have come by yet.
async fn numbers(tx: &mut Tx, account: AccountId) -> Result<u64, Error> {
    let posts = tally::correct(tx, account, "").await?;
    if posts.is_empty() {
        tally::done(tx, account).await?;
    }
    Ok(u64::try_from(posts.len()).unwrap_or(u64::MAX))
}

/// Of the posts that are deleted next nothing is told any more.
///
/// # Errors
/// The database's.
pub async fn forget_next_posts(tx: &mut Tx, account: AccountId) -> Result<(), Error> {
    for posts in store::next_posts(tx, account).await?.chunks(TOLD) {
        notice::forget(tx, posts).await?;
    }
    Ok(())
}
