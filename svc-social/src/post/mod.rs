//! Posts: made, read and deleted; what of one a viewer may see.

mod act;
mod client_key;
mod create;
mod delete;
mod draft;
mod edit;
mod purge;
mod replay;
pub mod store;
pub mod text;
mod view;
mod window;
mod write;

use platform::{AccountId, Error, PostId, identity::Viewer, person::Person};
use time::OffsetDateTime;

pub use self::{
    act::{Act, Held, hold},
    client_key::{ClientKey, KEPT},
    draft::{Draft, NewPost},
    purge::PurgeKeys,
    view::{Echoed, Post, PostRow},
    window::EditWindows,
    write::Writing,
};
use crate::{Service, person, refused::Refused};

/// Posts that are asked about at once.
const BATCH: usize = 200;

/// For whom posts are read.
#[derive(Clone, Copy, Debug, Default)]
pub struct Reader {
    /// `None` = signed out.
    pub id: Option<AccountId>,
    /// Sees posts hidden by moderation and is not stopped by blocks; no private Side opens to him for it.
    pub staff: bool,
    /// Gone himself (only the banned still read): no placement counts for him, he reads as a stranger.
    pub stranger: bool,
    /// May write at this moment.
    pub writes: bool,
}

impl Reader {
    pub fn new(viewer: Option<&Viewer>, now: OffsetDateTime) -> Self {
        viewer.map_or(Self::default(), |viewer| Self::of(&viewer.person, viewer.age_confirmed, now))
    }

    pub fn of(person: &Person, age_confirmed: bool, now: OffsetDateTime) -> Self {
        Self {
            id: Some(person.id),
            staff: person.staff,
            stranger: person.gone(),
            writes: age_confirmed && person.may_write(now),
        }
    }
}

impl Service {
    /// One post, if this reader may see it. One statement, whatever the answer; a mute does not matter here.
    ///
    /// # Errors
    /// 404 `not_found`: unknown or not visible, one answer.
    pub async fn post(&self, viewer: Option<&Viewer>, id: &str) -> Result<Post, Error> {
        let id = PostId::parse(id).ok_or(Refused::NotFound)?;
        let reader = Reader::new(viewer, self.ambient().clock.now());
        let mut conn = self.db().conn().await?;
        let row = store::visible(&mut conn, &id, reader).await?.ok_or(Refused::NotFound)?;
        drop(conn);
        Ok(self.tell(reader, row))
    }

    /// What this reader is told of posts that were read for him.
    pub(crate) fn show(&self, reader: Reader, rows: Vec<PostRow>) -> Vec<Post> {
        let now = self.ambient().clock.now();
        rows.into_iter().map(|row| row.seen_by(reader, now, self.settings().edit_windows)).collect()
    }

    pub(crate) fn tell(&self, reader: Reader, row: PostRow) -> Post {
        row.seen_by(reader, self.ambient().clock.now(), self.settings().edit_windows)
    }

    /// Which of these posts an account may see now, as of the row that this service has of it; of an unknown one none. Two
    /// statements.
    ///
    /// # Errors
    /// 400 `bad_request`: more than 200 posts.
    pub async fn visible_posts(&self, viewer: AccountId, ids: &[String]) -> Result<Vec<String>, Error> {
        if ids.len() > BATCH {
            return Err(Refused::BadRequest.into());
        }
        let mut conn = self.db().conn().await?;
        let Some(person) = person::store::find(&mut conn, viewer).await? else { return Ok(Vec::new()) };
        let reader = Reader::of(&person, false, self.ambient().clock.now());
        Ok(store::visible_ids(&mut conn, ids, reader).await?)
    }
}
