//! What a person is shown: all filters first, then the newest.

use std::collections::HashSet;

use platform::{AccountId, Error, Side, timestamp};
use proto::social::v1::VisibleRequest;
use time::OffsetDateTime;

use super::{Notification, store};
use crate::Service;

/// At most so many are listed.
const SHOWN: usize = 50;
/// Rows of one reading: no more posts than social takes at once.
const ROWS: usize = 100;
/// Readings for one list. Only where so many of the newest are of posts that are out of sight is more than one needed.
const READINGS: usize = 5;

/// Where a reading went to: the next one begins below it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    pub at: OffsetDateTime,
    pub id: String,
}

/// A page of everything that a person is told, Side by Side.
#[derive(Debug, Default)]
pub struct Page {
    pub notifications: Vec<Notification>,
    /// `None` = this was the last.
    pub next: Option<String>,
}

/// What one reading found.
struct Reading {
    seen: Vec<Notification>,
    /// Posts among those read that are out of his sight.
    unseen: Vec<String>,
    /// There may be more below.
    rest: Option<Place>,
}

impl Service {
    /// The newest 50 of one Side, of those that he may be shown now: by nobody who is gone, muted by him or blocked
    /// either way, of no post that he does not see. One statement, and two of social if there is anything.
    ///
    /// # Errors
    /// The database's, or social out of reach: then nothing is told, rather than too much.
    pub(crate) async fn notifications(&self, viewer: AccountId, side: Side) -> Result<Vec<Notification>, Error> {
        let mut shown = Vec::new();
        let (mut unseen, mut from) = (Vec::new(), None);
        for _ in 0..READINGS {
            let reading = self.read(viewer, side, from.as_ref(), &unseen).await?;
            shown.extend(reading.seen);
            unseen.extend(reading.unseen);
            from = reading.rest;
            if shown.len() >= SHOWN || from.is_none() {
                break;
            }
        }
        shown.truncate(SHOWN);
        Ok(shown)
    }

    /// A page for the person to take along; what is no place is the last page, and empty.
    ///
    /// # Errors
    /// As [`Service::notifications`].
    pub(crate) async fn export(&self, account: AccountId, after: &str) -> Result<Page, Error> {
        let Some((side, from)) = parse(after) else { return Ok(Page::default()) };
        let reading = self.read(account, side, from.as_ref(), &[]).await?;
        let next = match reading.rest {
            Some(place) => Some(format!("{side}/{}/{}", timestamp::micros(place.at), place.id)),
            None => following(side).map(|side| side.to_string()),
        };
        Ok(Page { notifications: reading.seen, next })
    }

    async fn read(
        &self,
        viewer: AccountId,
        side: Side,
        from: Option<&Place>,
        unseen: &[String],
    ) -> Result<Reading, Error> {
        let most = i64::try_from(ROWS).unwrap_or(i64::MAX);
        let mut conn = self.db().conn().await?;
        let rows = store::list(&mut conn, viewer, side, from, unseen, most).await?;
        drop(conn);
        let full = rows.len() >= ROWS;
        let rest = rows.last().filter(|_| full).map(|row| Place { at: row.at, id: row.id.clone() });
        let visible = self.visible(viewer, &rows).await?;
        let (seen, hidden): (Vec<_>, Vec<_>) = rows.into_iter().partition(|row| visible.contains(&row.post));
        let unseen: HashSet<String> = hidden.into_iter().map(|row| row.post).collect();
        Ok(Reading { seen, unseen: unseen.into_iter().collect(), rest })
    }

    /// Which of their posts he sees at this moment, as social says; of no rows nobody is asked.
    async fn visible(&self, viewer: AccountId, rows: &[Notification]) -> Result<HashSet<String>, Error> {
        let posts: HashSet<&String> = rows.iter().map(|row| &row.post).collect();
        if posts.is_empty() {
            return Ok(HashSet::new());
        }
        let request = VisibleRequest { viewer: viewer.0, posts: posts.into_iter().cloned().collect() };
        Ok(self.posts().visible(request).await?.into_inner().posts.into_iter().collect())
    }
}

/// `<side>` is its first page, `<side>/<microseconds>/<id>` one below that.
fn parse(after: &str) -> Option<(Side, Option<Place>)> {
    if after.is_empty() {
        return Side::ALL.first().map(|side| (*side, None));
    }
    let mut parts = after.splitn(3, '/');
    let side = Side::parse(parts.next()?)?;
    let Some(micros) = parts.next() else { return Some((side, None)) };
    let at = timestamp::from_micros(micros.parse().ok()?)?;
    let id = parts.next().filter(|id| !id.contains('\0'))?.to_owned();
    Some((side, Some(Place { at, id })))
}

fn following(side: Side) -> Option<Side> {
    Side::ALL.into_iter().skip_while(|own| *own != side).nth(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_go_through_all_sides_and_what_is_no_place_is_none() {
        assert_eq!(parse(""), Some((Side::Public, None)));
        assert_eq!(parse("work"), Some((Side::Work, None)));
        let at = timestamp::from_micros(1_795_544_675_943_001).expect("a time");
        let place = Place { at, id: "n_1".to_owned() };
        assert_eq!(parse("close/1795544675943001/n_1"), Some((Side::Close, Some(place))));
        for text in ["nowhere", "close/", "close/x/n_1", "close/1", "close/1/n\0", "/"] {
            assert_eq!(parse(text), None, "{text:?}");
        }
        let sides: Vec<Side> = std::iter::successors(Some(Side::Public), |side| following(*side)).collect();
        assert_eq!(sides, Side::ALL);
    }
}
