//! The invites between the viewer and others, and one of them.

use platform::{AccountId, Error, cursor::Place, identity::Viewer};
use time::{OffsetDateTime, macros::datetime};

use super::{
    Invite, rule,
    store::{self, Page},
};
use crate::Service;

/// Invites a page holds at most.
const PAGE: u32 = 200;
/// Later than every invite.
const END_OF_TIME: OffsetDateTime = datetime!(9999-12-31 0:00 UTC);

/// Which invites are asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Directions {
    /// To the viewer.
    pub incoming: bool,
    /// From him.
    pub outgoing: bool,
}

/// One page: pending ones before the rest, each newest first.
#[derive(Debug, Default)]
pub struct InvitePage {
    pub invites: Vec<Invite>,
    /// `None` = the last page.
    pub next_cursor: Option<String>,
}

impl Service {
    /// Invites to the viewer and from him. Nobody is told of people who are gone, or cut off from him by a block; whom
    /// he has muted is left out of what comes in. At most two statements. `None` = nobody is signed in.
    ///
    /// # Errors
    /// The database's.
    pub async fn invites(
        &self,
        viewer: Option<&Viewer>,
        directions: Directions,
        limit: u32,
        cursor: &str,
    ) -> Result<Option<InvitePage>, Error> {
        let Some(viewer) = viewer else { return Ok(None) };
        let (account, now) = (reader(viewer), self.ambient().clock.now());
        let Directions { incoming, outgoing } = directions;
        let [pending, finished] =
            ["pending", "finished"].map(|which| format!("invites/{account}/{incoming}/{outgoing}/{which}"));
        let limit = limit.clamp(1, PAGE) as usize;
        let start = || Place { at: END_OF_TIME, id: String::new() };
        // A page that was begun among the finished ones goes on there.
        let deep = self.cursors().open(&finished, cursor);
        let from = self.cursors().open(&pending, cursor).unwrap_or_else(start);

        let mut conn = self.db().conn().await?;
        let page = Page { viewer: account, directions, from: &from, rows: rows(limit + 1) };
        let mut invites = if deep.is_none() { store::pending(&mut conn, &page).await? } else { Vec::new() };
        let waiting = invites.len();
        if waiting <= limit {
            let from = deep.unwrap_or_else(start);
            let page = Page { from: &from, rows: rows(limit + 1 - waiting), ..page };
            invites.extend(store::finished(&mut conn, &page).await?);
        }
        drop(conn);
        let more = invites.len() > limit;
        invites.truncate(limit);
        let list = if invites.len() <= waiting { &pending } else { &finished };
        let end = invites.last().filter(|_| more).map(|row| Place { at: row.updated_at, id: row.id.clone() });
        Ok(Some(InvitePage {
            next_cursor: end.map(|place| self.cursors().seal(list, &place)),
            invites: invites.into_iter().map(|row| row.told(now)).collect(),
        }))
    }

    /// One invite, if the viewer is a party of it and the other is there for him. One statement.
    ///
    /// # Errors
    /// The database's.
    pub async fn invite(&self, viewer: &Viewer, id: &str) -> Result<Option<Invite>, Error> {
        if !rule::is_id(id) {
            return Ok(None);
        }
        let now = self.ambient().clock.now();
        let mut conn = self.db().conn().await?;
        let row = store::seen(&mut conn, reader(viewer), id).await?;
        Ok(row.map(|row| row.told(now)))
    }
}

/// The banned still read, and are nobody to others.
fn reader(viewer: &Viewer) -> AccountId {
    if viewer.person.gone() { AccountId::NOBODY } else { viewer.person.id }
}

fn rows(many: usize) -> i64 {
    i64::try_from(many).unwrap_or(i64::MAX)
}
