//! Posts out of one viewer's sight, by his own wish: for him they are not there, for nobody else is anything different.

mod store;

use platform::{
    AccountId, Error, Role,
    identity::Viewer,
    pg::{Tx, lock},
};

use self::store::Outcome;
use crate::{Service, person, post::Reader, refused::Refused};

/// Posts that one viewer may have hidden.
const MOST: i64 = 50_000;
/// Posts in a list.
const LISTED: i64 = 5_000;
/// Characters of an id.
const ID: usize = 64;

impl Service {
    /// Hides a post from the viewer, or shows it again, in every state of account; of two at once the one that came last
    /// counts. A post that he may not see is answered as one that is not there: nothing is kept, and nothing is said.
    /// `hidden`: `None` = neither yes nor no. Two statements; four when the viewer was never met here.
    ///
    /// # Errors
    /// 400 `invalid_post_id`, `invalid_hidden`, `cannot_hide_own`, 409 `limit_reached` with `max`.
    pub async fn set_hidden_post(&self, viewer: &Viewer, id: &str, hidden: Option<bool>) -> Result<(), Error> {
        if !is_id(id) {
            return Err(Refused::InvalidPostId.into());
        }
        let hidden = hidden.ok_or(Refused::InvalidHidden)?;
        let account = viewer.person.id;
        let mut tx = self.db().begin().await?;
        // One after the other, so that they are counted, and undone in the order in which they came.
        lock::own_and_pairs(&mut tx, Role::Social, account, &[]).await?;
        self.ambient().pauses.point("social.hidden_post.locked").await;
        if hidden {
            let mut outcome = self.hide(&mut tx, viewer, id).await?;
            if !outcome.known {
                person::put(&mut tx, std::slice::from_ref(&viewer.person)).await?;
                outcome = self.hide(&mut tx, viewer, id).await?;
            }
            refuse(&outcome)?;
        } else {
            store::show(&mut tx, account, id).await?;
        }
        Ok(tx.commit().await?)
    }

    async fn hide(&self, tx: &mut Tx, viewer: &Viewer, id: &str) -> Result<Outcome, Error> {
        let now = self.ambient().clock.now();
        Ok(store::hide(tx, Reader::new(Some(viewer), now), id, now, MOST).await?)
    }

    /// What the viewer has hidden, newest first; at most 5,000. One statement.
    ///
    /// # Errors
    /// The database's.
    pub async fn hidden_posts(&self, viewer: AccountId) -> Result<Vec<String>, Error> {
        let mut conn = self.db().conn().await?;
        Ok(store::list(&mut conn, viewer, LISTED).await?)
    }
}

/// Whether it may be the id of a post, of whichever time.
fn is_id(text: &str) -> bool {
    (1..=ID).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'-'))
}

fn refuse(outcome: &Outcome) -> Result<(), Refused> {
    if outcome.own {
        Err(Refused::CannotHideOwn)
    } else if outcome.full {
        Err(Refused::LimitReached { max: MOST })
    } else {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_a_plain_word() {
        for id in ["p_1795544675943_29228f24", "a.b-c_D9", &"x".repeat(64)] {
            assert!(is_id(id), "{id}");
        }
        for id in ["", " p_1", "p/1", "p_1\0", "pé", "\u{fffd}", &"x".repeat(65)] {
            assert!(!is_id(id), "{id:?}");
        }
    }
}
