//! The least that is told of a person.

use platform::{AccountId, Error, identity::Viewer, ids};

use super::store;
use crate::{Service, post::Reader, refused::Refused};

/// A person by name.
#[derive(Debug)]
pub struct Card {
    pub id: AccountId,
    pub username: String,
    /// Told to staff alone.
    pub staff: bool,
}

impl Service {
    /// Somebody by his name; nobody in particular is told nothing, whoever it is.
    ///
    /// # Errors
    /// 404 `not_found`: unknown, gone, blocked either way.
    pub async fn card(&self, viewer: Option<&Viewer>, username: &str) -> Result<Option<Card>, Error> {
        let Some(viewer) = viewer else { return Ok(None) };
        let person = self.resolve(&ids::handle(username)).await?;
        let id = person.as_ref().map_or(AccountId::NOBODY, |person| person.id);
        let mut conn = self.db().conn().await?;
        let head = store::head(&mut conn, id, Reader::new(Some(viewer), self.ambient().clock.now()), None)
            .await?
            .ok_or(Refused::NotFound)?;
        let staff = viewer.person.staff && person.is_some_and(|person| person.staff);
        Ok(Some(Card { id, username: head.username, staff }))
    }
}
