//! Pure echoes: posts without words of their own, one of each post a person and Side.

use platform::{Error, PostId, Side, identity::Viewer, pg::Tx};
use time::OffsetDateTime;

use super::{into_side, refuse_unless_open, store, target};
use crate::{
    Service,
    notice::{self, Event},
    person::refuse_growth,
    post::{self, Act, Held},
};

/// How a post is echoed in one Side, as far as the viewer may see.
#[derive(Clone, Debug)]
pub struct Echoing {
    /// What is counted.
    pub post: PostId,
    pub side: Side,
    /// By him, with or without words.
    pub echoed: bool,
    pub count: i64,
}

impl Service {
    /// Echoes a post into a Side. Repeating it changes nothing and tells nobody. Nine statements with the session's; one
    /// more if the post is itself a pure echo.
    ///
    /// # Errors
    /// 403 `account_restricted`, `age_gate_required`, 400 `invalid_side`, 404 `not_found`,
    /// 403 `echo_forbidden_private`.
    pub async fn echo(&self, viewer: &Viewer, id: &str, side: Option<&str>) -> Result<Echoing, Error> {
        let now = self.ambient().clock.now();
        refuse_growth(viewer, now)?;
        let side = into_side(side)?;
        let (mut tx, held) = self.hold_target(viewer, id, Act::Give, now).await?;
        let made = PostId::new(now, &self.ambient().random);
        let echo = store::Echo { id: &made, original: &held.id, by: &held.viewer, side, now };
        if store::insert(&mut tx, &echo).await? {
            notice::tell(&mut tx, &held.id, viewer.person.id, &[(Event::Echo, vec![held.author])]).await?;
        }
        self.commit_told(tx, held, side).await
    }

    /// Ends the viewer's pure echo in a Side, if there is one; a quote of his stays, and then it is still echoed. Open
    /// in every state of account.
    ///
    /// # Errors
    /// 400 `invalid_side`, 404 `not_found`, 403 `echo_forbidden_private`.
    pub async fn unecho(&self, viewer: &Viewer, id: &str, side: Option<&str>) -> Result<Echoing, Error> {
        let now = self.ambient().clock.now();
        let side = into_side(side)?;
        let (mut tx, held) = self.hold_target(viewer, id, Act::Take, now).await?;
        if let Some(ended) = store::delete(&mut tx, &held.id, viewer.person.id, side).await? {
            notice::forget(&mut tx, &[ended]).await?;
            notice::tell(&mut tx, &held.id, viewer.person.id, &[(Event::Echo, vec![held.author])]).await?;
        }
        self.commit_told(tx, held, side).await
    }

    /// Finds what is meant, then holds it: who acts upon it at once waits.
    async fn hold_target(&self, viewer: &Viewer, id: &str, act: Act, now: OffsetDateTime) -> Result<(Tx, Held), Error> {
        let mut tx = self.db().begin().await?;
        let target = target(&mut tx, viewer, id, now).await?;
        self.ambient().pauses.point("social.echo.begun").await;
        let held = post::hold(&mut tx, viewer, &target.id, target.author, &[], act, now).await?;
        refuse_unless_open(&held)?;
        self.ambient().pauses.point("social.echo.held").await;
        Ok((tx, held))
    }

    /// How it is echoed now, which is then so.
    async fn commit_told(&self, mut tx: Tx, held: Held, side: Side) -> Result<Echoing, Error> {
        let standing = store::standing(&mut tx, &held.id, &held.viewer, side).await?;
        self.ambient().pauses.point("social.echo.before_commit").await;
        tx.commit().await?;
        Ok(Echoing { post: held.id, side, echoed: standing.echoed, count: standing.count })
    }
}
