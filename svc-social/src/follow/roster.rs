//! Rosters: who follows a person, and whom he follows, unless he keeps that to himself.

use platform::{AccountId, Error, cursor::Place, identity::Viewer, ids};
use time::{OffsetDateTime, macros::datetime};

use super::store::{self, RosterRow, Stretch};
use crate::{Service, facet::display_name, refused::Refused};
use platform::Side;

/// People a page holds at most.
const PAGE: u32 = 80;
/// Later than every follow.
const END_OF_TIME: OffsetDateTime = datetime!(9999-12-31 0:00 UTC);

/// Which page of whose roster.
#[derive(Clone, Copy, Debug)]
pub struct RosterRequest<'a> {
    /// As in the path.
    pub username: &'a str,
    /// 1..80.
    pub limit: u32,
    /// "" = first page, and so is what does not open.
    pub cursor: &'a str,
}

/// One page; it is full unless it is the last.
#[derive(Debug, Default)]
pub struct Roster {
    /// The person keeps his lists to himself: nobody is named.
    pub hidden: bool,
    pub entries: Vec<RosterEntry>,
    /// `None` = the last page.
    pub next_cursor: Option<String>,
    /// Those whom a block keeps out of the page count, so that a block cannot be told from the number.
    pub total: i64,
}

/// A person with his public face.
#[derive(Debug)]
pub struct RosterEntry {
    pub id: AccountId,
    pub username: String,
    pub display_name: String,
    /// "" = none.
    pub avatar_url: String,
}

#[derive(Clone, Copy)]
enum End {
    Followers,
    Following,
}

impl Service {
    /// Who follows somebody, newest first.
    ///
    /// # Errors
    /// 404 `not_found`: unknown, gone, blocked either way.
    pub async fn public_followers(&self, viewer: Option<&Viewer>, request: RosterRequest<'_>) -> Result<Roster, Error> {
        self.roster(viewer, request, End::Followers).await
    }

    /// Whom somebody follows, newest first.
    ///
    /// # Errors
    /// 404 `not_found`: unknown, gone, blocked either way.
    pub async fn public_following(&self, viewer: Option<&Viewer>, request: RosterRequest<'_>) -> Result<Roster, Error> {
        self.roster(viewer, request, End::Following).await
    }

    async fn roster(&self, viewer: Option<&Viewer>, request: RosterRequest<'_>, end: End) -> Result<Roster, Error> {
        let target = self.resolve_id(&ids::handle(request.username)).await?;
        let viewer = viewer.map(|viewer| viewer.person.id);
        let list = format!("{}/{}/{}", end.as_str(), viewer.map(|id| id.to_string()).unwrap_or_default(), target);
        let start = Place { at: END_OF_TIME, id: String::new() };
        let from = self.cursors().open(&list, request.cursor).unwrap_or(start);
        let limit = request.limit.clamp(1, PAGE);

        let mut conn = self.db().conn().await?;
        let head = store::roster_head(&mut conn, target, viewer).await?.ok_or(Refused::NotFound)?;
        let total = end.of(&head);
        if head.hidden {
            return Ok(Roster { hidden: true, total, ..Roster::default() });
        }
        let stretch = Stretch { of: target, viewer, from: &from, rows: i64::from(limit) + 1 };
        let mut rows = match end {
            End::Followers => store::followers(&mut conn, &stretch).await?,
            End::Following => store::following(&mut conn, &stretch).await?,
        };
        drop(conn);
        let more = rows.len() > limit as usize;
        rows.truncate(limit as usize);
        let last = rows.last().filter(|_| more).map(|row| Place { at: row.created_at, id: row.id.0.to_string() });
        Ok(Roster {
            hidden: false,
            next_cursor: last.map(|place| self.cursors().seal(&list, &place)),
            entries: rows.into_iter().map(RosterEntry::from).collect(),
            total,
        })
    }
}

impl End {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Followers => "public-followers",
            Self::Following => "public-following",
        }
    }

    const fn of(self, head: &store::RosterHead) -> i64 {
        match self {
            Self::Followers => head.followers,
            Self::Following => head.following,
        }
    }
}

impl From<RosterRow> for RosterEntry {
    fn from(row: RosterRow) -> Self {
        Self {
            id: row.id,
            display_name: display_name(row.facet_name.as_deref(), Side::Public, &row.full_name, &row.username),
            username: row.username,
            avatar_url: row.avatar_url,
        }
    }
}
