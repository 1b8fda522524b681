//! What an edit of a circle comes to, worked out before anything is written.

use std::collections::HashSet;

use platform::{AccountId, Side};

use super::{
    CircleRow, Color, MEMBERS,
    event::{Change, Via},
    named::Sorted,
    store::Standing,
};
use crate::refused::Refused;

/// What the circle shall be; `None` = as it is.
#[derive(Debug, Default)]
pub struct Wish {
    pub label: Option<String>,
    pub side: Option<Side>,
    pub color: Option<Color>,
}

/// Who shall go.
#[derive(Debug)]
pub enum Going {
    /// These.
    These(HashSet<AccountId>),
    /// Everybody who is not named, but for those whom the owner cannot see.
    Others,
}

/// A change that keeps every rule.
#[derive(Debug)]
pub struct Plan {
    pub row: CircleRow,
    pub added: Vec<AccountId>,
    pub removed: Vec<AccountId>,
    /// In order of joining, afterwards.
    pub members: Vec<AccountId>,
    /// Empty if nothing changes.
    pub changes: Vec<Change>,
}

impl Plan {
    /// In another Side only those stay whom the owner shows enough of himself for it; the public Side keeps everybody.
    ///
    /// # Errors
    /// 400 `too_many_members`.
    pub fn of(
        was: &CircleRow,
        wish: Wish,
        going: &Going,
        sorted: &Sorted,
        standing: &Standing,
    ) -> Result<Self, Refused> {
        let mut row = was.clone();
        row.label = wish.label.unwrap_or(row.label);
        row.side = wish.side.unwrap_or(row.side);
        row.color = wish.color.unwrap_or(row.color);
        let moved = row.side != was.side;

        let before: Vec<AccountId> = standing.people.iter().filter(|p| p.member).map(|p| p.id).collect();
        let (mut added, mut removed, mut uncovered) = (sorted.members.clone(), Vec::new(), false);
        for person in standing.people.iter().filter(|person| person.member) {
            let goes = match going {
                Going::These(these) => these.contains(&person.id),
                Going::Others => !sorted.named.contains(&person.id) && !person.gone,
            };
            let out = moved && row.side != Side::Public && !person.covered(row.side);
            uncovered |= out && !goes;
            if goes || out {
                removed.push(person.id);
            }
        }
        if let Going::These(these) = going {
            added.retain(|id| !these.contains(id));
        }
        let stay = before.iter().copied().filter(|id| !removed.contains(id));
        let members: Vec<AccountId> = stay.chain(added.iter().copied()).collect();
        if members.len() > MEMBERS {
            return Err(Refused::TooManyMembers { max: MEMBERS });
        }
        // A block is told in the same word, so that it is not told by it.
        let taken = (!removed.is_empty() && added.is_empty()).then_some(Via::Removed);
        let via = if uncovered { Some(Via::SideMove) } else { taken };
        let changes = changes(was, &row, &before, &members, via);
        Ok(Self { row, added, removed, members, changes })
    }
}

fn changes(
    was: &CircleRow,
    row: &CircleRow,
    before: &[AccountId],
    members: &[AccountId],
    via: Option<Via>,
) -> Vec<Change> {
    let mut changes = Vec::new();
    if row.label != was.label {
        changes.push(Change::Renamed { from: was.label.clone(), to: row.label.clone() });
    }
    if members != before {
        changes.push(Change::members(before, members, via));
    }
    if row.side != was.side {
        let (from, to) = (was.side.as_str().to_owned(), row.side.as_str().to_owned());
        changes.push(Change::MovedSide { from, to });
    }
    if row.color != was.color {
        let (from, to) = (was.color.as_str().to_owned(), row.color.as_str().to_owned());
        changes.push(Change::Recolored { from, to });
    }
    changes
}
