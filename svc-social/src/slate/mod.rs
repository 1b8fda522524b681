//! The slate of somebody's public profile: vouches and questions, the same for everybody. Read only.

mod store;

use platform::{Error, ids};

pub use self::store::{Entry, Kind};
use crate::{Service, refused::Refused};

/// Entries of an answer.
const MOST: i64 = 50;

/// What is on a slate.
#[derive(Debug)]
pub struct Slate {
    /// The name, without "@".
    pub target: String,
    /// Most trusted first, then newest.
    pub entries: Vec<Entry>,
}

impl Service {
    /// Somebody's slate, without what people wrote who are gone. Nobody's, and that of who is gone, is empty. One statement.
    ///
    /// # Errors
    /// 400 `missing_target`.
    pub async fn slate(&self, target: &str) -> Result<Slate, Error> {
        let target = ids::handle(target);
        if target.is_empty() {
            return Err(Refused::MissingTarget.into());
        }
        let mut conn = self.db().conn().await?;
        let entries = store::list(&mut conn, &target, MOST).await?;
        Ok(Slate { target, entries })
    }
}
