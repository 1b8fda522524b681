//! Likes: whoever sees a post may like it, once, his own too.

mod store;

use platform::{AccountId, Error, PostId, identity::Viewer};

use crate::{
    Service,
    notice::{self, Event},
    person::refuse_growth,
    post::{self, Act},
    refused::Refused,
};

impl Service {
    /// Likes a post, or no more; answers how many like it. Repeating it changes nothing and tells nobody. Taking a like
    /// back is open to every state of account. Seven statements.
    ///
    /// # Errors
    /// 403 `account_restricted`, `age_gate_required` (to like), 404 `not_found`: unknown or not visible.
    pub async fn set_like(&self, viewer: &Viewer, id: &str, like: bool) -> Result<i64, Error> {
        let now = self.ambient().clock.now();
        if like {
            refuse_growth(viewer, now)?;
        }
        let id = PostId::parse(id).ok_or(Refused::NotFound)?;
        let act = if like { Act::Give } else { Act::Take };
        let mut tx = self.db().begin().await?;
        let author = post::store::author_of(&mut tx, &id).await?.unwrap_or(AccountId::NOBODY);
        let held = post::hold(&mut tx, viewer, &id, author, &[], act, now).await?;
        self.ambient().pauses.point("social.like.held").await;
        let account = viewer.person.id;
        let changed = if like {
            store::like(&mut tx, &id, account, !held.viewer.gone(), now).await?
        } else {
            store::unlike(&mut tx, &id, account).await?
        };
        if changed.changed {
            notice::tell(&mut tx, &id, account, &[(Event::Like, vec![held.author])]).await?;
        }
        self.ambient().pauses.point("social.like.before_commit").await;
        tx.commit().await?;
        Ok(changed.count)
    }
}
