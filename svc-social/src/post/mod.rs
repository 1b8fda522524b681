//! Posts: made, read and deleted; what of one a viewer may see.

mod client_key;
mod create;
mod draft;
mod purge;
pub mod store;
pub mod text;
mod view;

use platform::{AccountId, Error, PostId, identity::Viewer};

pub use self::{
    client_key::{ClientKey, KEPT},
    draft::NewPost,
    purge::PurgeKeys,
    view::{Post, PostRow},
};
use crate::{Service, person, refused::Refused};

/// For whom posts are read.
#[derive(Clone, Copy, Debug, Default)]
pub struct Reader {
    /// `None` = signed out.
    pub id: Option<AccountId>,
    /// Sees posts hidden by moderation and is not stopped by blocks; no private Side opens to him for it.
    pub staff: bool,
    /// Gone himself (only the banned still read): no placement counts for him, he reads as a stranger.
    pub stranger: bool,
}

impl Reader {
    pub fn new(viewer: Option<&Viewer>) -> Self {
        viewer.map_or(Self::default(), |viewer| Self {
            id: Some(viewer.person.id),
            staff: viewer.person.staff,
            stranger: viewer.person.gone(),
        })
    }
}

impl Service {
    /// One post, if this reader may see it. One statement, whatever the answer; a mute does not matter here.
    ///
    /// # Errors
    /// 404 `not_found`: unknown or not visible, one answer.
    pub async fn post(&self, viewer: Option<&Viewer>, id: &str) -> Result<Post, Error> {
        let id = PostId::parse(id).ok_or(Refused::NotFound)?;
        let reader = Reader::new(viewer);
        let now = self.ambient().clock.now();
        let mut conn = self.db().conn().await?;
        let row = store::visible(&mut conn, &id, reader).await?.ok_or(Refused::NotFound)?;
        Ok(row.seen_by(reader, now))
    }

    /// Deletes a post for good, with its tags; its client key stays. Open to its author in every state of account,
    /// and to staff.
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
        if !store::delete(&mut tx, &id, viewer.person.id, staff).await? {
            return Err(Refused::NotFound.into());
        }
        Ok(tx.commit().await?)
    }
}
