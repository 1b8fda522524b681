//! What somebody reports, as another service asks about it.

mod store;

use platform::{AccountId, Error, PostId, ReplyId, Side};

pub use self::store::Described;
use crate::Service;

/// What can be reported here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TargetKind {
    Post,
    Reply,
    User,
}

impl Service {
    /// What it is, and whether the reporter may see it at this moment, as far as no block, no mute and no hiding matters:
    /// people report after they blocked. `None`: there is no such thing. One statement.
    ///
    /// # Errors
    /// The database's.
    pub async fn describe_target(
        &self,
        reporter: AccountId,
        kind: TargetKind,
        id: &str,
    ) -> Result<Option<Described>, Error> {
        let id = id.trim();
        Ok(match kind {
            TargetKind::Post => match PostId::parse(id) {
                Some(id) => store::post(&mut self.db().conn().await?, reporter, &id).await?,
                None => None,
            },
            TargetKind::Reply => match ReplyId::parse(id) {
                Some(id) => store::reply(&mut self.db().conn().await?, reporter, &id).await?,
                None => None,
            },
            TargetKind::User => match AccountId::parse_token(id) {
                Some(id) => store::user(&mut self.db().conn().await?, id, Side::Public).await?,
                None => None,
            },
        })
    }
}
