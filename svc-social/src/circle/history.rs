//! The history of a circle as one reader may know it: since he joined, and with the names that he sees.

use platform::{Error, Side, cursor::Place, identity::Viewer};
use time::{OffsetDateTime, macros::datetime};

use super::{
    CircleId,
    event::{Change, Members},
    store::{self, EventRow, People},
};
use crate::{Service, post::Reader, refused::Refused};

/// Events a page holds at most.
const PAGE: u32 = 200;
/// Later than every event.
const END_OF_TIME: OffsetDateTime = datetime!(9999-12-31 0:00 UTC);

/// One change, told to one reader.
#[derive(Debug)]
pub struct Event {
    pub id: String,
    pub at: OffsetDateTime,
    /// A username; `None` = somebody whom the reader does not see.
    pub actor: Option<String>,
    pub what: Happened,
}

#[derive(Debug)]
pub enum Happened {
    /// Label, then the others: from and to.
    Created {
        label: String,
        side: String,
    },
    Renamed {
        from: String,
        to: String,
    },
    Recolored {
        from: String,
        to: String,
    },
    MovedSide {
        from: String,
        to: String,
    },
    /// As many as there were, whomever of them the reader sees.
    Members {
        from: Vec<Option<String>>,
        to: Vec<Option<String>>,
        via: Option<String>,
        /// Whom pruning took out, and what he is still shown: for the owner only.
        pruned: Option<(Option<String>, Vec<Side>)>,
    },
}

/// A page, newest first.
#[derive(Debug, Default)]
pub struct EventPage {
    pub events: Vec<Event>,
    /// `None` = the last page.
    pub next_cursor: Option<String>,
}

impl Service {
    /// What happened to a circle; its members hear of what came after them. Three statements. `None` = nobody is signed
    /// in.
    ///
    /// # Errors
    /// 404 `not_found`: unknown, or neither his own nor one he belongs to.
    pub async fn circle_events(
        &self,
        viewer: Option<&Viewer>,
        id: &str,
        limit: u32,
        cursor: &str,
    ) -> Result<Option<EventPage>, Error> {
        let Some(viewer) = viewer else { return Ok(None) };
        let id = CircleId::parse(id).ok_or(Refused::NotFound)?;
        let account = viewer.person.id;
        let list = format!("circle-events/{account}/{id}");
        let start = Place { at: END_OF_TIME, id: String::new() };
        let place = self.cursors().open(&list, cursor).unwrap_or(start);
        let limit = limit.clamp(1, PAGE) as usize;

        let mut conn = self.db().conn().await?;
        let reader = Reader::new(Some(viewer), self.ambient().clock.now());
        let readable = store::readable(&mut conn, account, reader, &id).await?;
        let readable = readable.ok_or(Refused::NotFound)?;
        let rows = i64::try_from(limit + 1).unwrap_or(i64::MAX);
        let mut rows = store::events(&mut conn, account, reader, &id, readable.since, &place, rows).await?;
        let more = rows.len() > limit;
        rows.truncate(limit);
        let end = rows.last().filter(|_| more).map(|row| Place { at: row.created_at, id: row.id.clone() });
        let changes: Vec<(EventRow, Change)> =
            rows.into_iter().filter_map(|row| Change::read(&row.kind, &row.data).map(|change| (row, change))).collect();
        let people = store::people(&mut conn, account, &named(&changes)).await?;
        drop(conn);
        let told = |(row, change)| tell(row, change, &people, readable.owner == account);
        Ok(Some(EventPage {
            events: changes.into_iter().map(told).collect(),
            next_cursor: end.map(|place| self.cursors().seal(&list, &place)),
        }))
    }
}

/// Everybody who is named in them, each once.
fn named(changes: &[(EventRow, Change)]) -> Vec<i64> {
    let mut ids: Vec<i64> = Vec::new();
    for (row, change) in changes {
        ids.push(row.actor.0);
        if let Change::MembersUpdated(Members { from, to, member, .. }) = change {
            ids.extend(from.iter().chain(to).chain(member));
        }
    }
    ids.sort_unstable();
    ids.dedup();
    ids
}

fn tell(row: EventRow, change: Change, people: &People, to_owner: bool) -> Event {
    let name = |id: &i64| people.get(id).cloned();
    let names = |ids: Vec<i64>| ids.iter().map(name).collect();
    let what = match change {
        Change::Created { label, side } => Happened::Created { label, side },
        Change::Renamed { from, to } => Happened::Renamed { from, to },
        Change::Recolored { from, to } => Happened::Recolored { from, to },
        Change::MovedSide { from, to } => Happened::MovedSide { from, to },
        Change::MembersUpdated(Members { from, to, via, member, allowed }) => {
            let sides = || allowed.iter().filter_map(|side| Side::parse(side)).collect();
            let pruned = member.filter(|_| to_owner).map(|member| (name(&member), sides()));
            Happened::Members { from: names(from), to: names(to), via, pruned }
        }
    };
    Event { id: row.id, at: row.created_at, actor: name(&row.actor.0), what }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use platform::AccountId;

    use super::*;

    fn pruning() -> (EventRow, Change) {
        let change = Change::MembersUpdated(Members {
            from: vec![2, 3, 4],
            to: vec![2, 4],
            via: Some("side_prune".to_owned()),
            member: Some(3),
            allowed: vec!["work".to_owned()],
        });
        let created_at = OffsetDateTime::UNIX_EPOCH;
        (
            EventRow { id: "se_1".to_owned(), kind: String::new(), actor: AccountId(1), data: json!({}), created_at },
            change,
        )
    }

    #[test]
    fn whom_the_reader_does_not_see_still_counts_and_pruning_is_told_to_the_owner_only() {
        let people = People::from([(1, "ann".to_owned()), (3, "cara".to_owned()), (4, "dan".to_owned())]);
        assert_eq!(named(&[pruning()]), [1, 2, 3, 4]);
        let (row, change) = pruning();
        let Happened::Members { from, to, pruned, .. } = tell(row, change, &people, false).what else {
            panic!("members")
        };
        assert_eq!(from, [None, Some("cara".to_owned()), Some("dan".to_owned())]);
        assert_eq!((to.len(), pruned), (2, None));
        let (row, change) = pruning();
        let Happened::Members { pruned, .. } = tell(row, change, &people, true).what else { panic!("members") };
        assert_eq!(pruned, Some((Some("cara".to_owned()), vec![Side::Work])));
    }
}
