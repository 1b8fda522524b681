//! Deleting a post for good, with what says nothing without it.

use platform::{Error, PostId, identity::Viewer};

use super::store;
use crate::{
    Service,
    notice::{self, Event},
    person,
    refused::Refused,
};

impl Service {
    /// Deletes a post, its tags, replies and likes, and pure echoes of it; quotes stay, and show that it is gone. What
    /// it echoed is echoed once less. Nobody is told of any of them any more; its client key stays. Open to its author in
    /// every state of account, and to staff. Five statements, six if it echoed another.
    ///
    /// # Errors
    /// 404 `not_found` for an unknown post and for everybody else.
    pub async fn delete_post(&self, viewer: &Viewer, id: &str) -> Result<(), Error> {
        let id = PostId::parse(id).ok_or(Refused::NotFound)?;
        let now = self.ambient().clock.now();
        let mut tx = self.db().begin().await?;
        person::put(&mut tx, std::slice::from_ref(&viewer.person)).await?;
        let persons = person::store::share(&mut tx, &[viewer.person.id]).await?;
        let staff = persons.iter().any(|person| person.staff && person.may_write(now));
        let doomed = store::doom(&mut tx, &id, viewer.person.id, staff).await?.ok_or(Refused::NotFound)?;
        self.ambient().pauses.point("social.delete.doomed").await;
        let mut gone = store::delete(&mut tx, &id).await?;
        gone.push(id);
        notice::forget(&mut tx, &gone).await?;
        if let Some((original, author)) = doomed.echo_of.zip(doomed.original_author) {
            notice::tell(&mut tx, &original, doomed.author, &[(Event::Echo, vec![author])]).await?;
        }
        Ok(tx.commit().await?)
    }
}
