//! Circles as their owners and members see them.

use platform::{Error, Side, identity::Viewer};

use super::{Circle, CircleId, store};
use crate::{Service, post::Reader, refused::Refused};

impl Service {
    /// The viewer's own circles and those he belongs to, of one Side or of all, newest change first. One statement.
    /// `None` = nobody is signed in.
    ///
    /// # Errors
    /// The database's.
    pub async fn circles(&self, viewer: Option<&Viewer>, side: Option<Side>) -> Result<Option<Vec<Circle>>, Error> {
        let Some(viewer) = viewer else { return Ok(None) };
        let id = viewer.person.id;
        let mut conn = self.db().conn().await?;
        let rows = store::list(&mut conn, id, Reader::new(Some(viewer), self.ambient().clock.now()), side).await?;
        Ok(Some(rows.into_iter().map(|row| row.seen_by(id)).collect()))
    }

    /// One circle. One statement, whatever the answer. `None` = nobody is signed in.
    ///
    /// # Errors
    /// 404 `not_found`: unknown, or neither his own nor one he belongs to; one answer.
    pub async fn circle(&self, viewer: Option<&Viewer>, id: &str) -> Result<Option<Circle>, Error> {
        let Some(viewer) = viewer else { return Ok(None) };
        let id = CircleId::parse(id).ok_or(Refused::NotFound)?;
        let mut conn = self.db().conn().await?;
        let row =
            store::one(&mut conn, viewer.person.id, Reader::new(Some(viewer), self.ambient().clock.now()), &id).await?;
        Ok(Some(row.ok_or(Refused::NotFound)?.seen_by(viewer.person.id)))
    }
}
