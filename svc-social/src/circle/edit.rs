//! An owner changes his circle: what it is called, where it lives, who belongs to it.

use std::collections::HashSet;

use platform::{
    AccountId, Error, Role, Side,
    identity::Viewer,
    person::Person,
    pg::{Tx, lock},
};
use time::OffsetDateTime;

use super::{
    Changed, Circle, CircleId, CircleRow, Color, MEMBERS,
    event::Rows,
    id,
    named::{Found, Sorted},
    plan::{Going, Plan, Wish},
    store::{self, Edit},
};
use crate::{
    Service, invite,
    person::{self, Reference, refuse_growth},
    refused::Refused,
};

/// What the owner wants, as sent; `None` and blank = as it is.
#[derive(Clone, Copy, Debug, Default)]
pub struct EditCircle<'a> {
    pub label: Option<&'a str>,
    pub side: Option<&'a str>,
    pub color: Option<&'a str>,
    /// Alone it is the whole list; beside others it only adds, since somebody may have joined since it was read.
    pub members: Option<&'a [String]>,
}

/// Whom an edit names, and what it is besides.
struct Names {
    add: Vec<Reference>,
    remove: Vec<Reference>,
    /// `add` is the whole list.
    whole: bool,
    /// It does more than change members.
    more: bool,
}

impl Service {
    /// Changes what is given. Only real changes are written, each with its event. A restricted owner may only remove.
    ///
    /// # Errors
    /// 403 `account_restricted`, `age_gate_required` where it does more than remove; 404 `not_found` (unknown, or not the
    /// viewer's), 400 `invalid_side`, `invalid_color`, `too_many_members`.
    pub async fn edit_circle(&self, viewer: &Viewer, id: &str, edit: EditCircle<'_>) -> Result<Changed<Circle>, Error> {
        let more = edit.label.is_some() || edit.side.is_some() || edit.color.is_some();
        if more {
            refuse_growth(viewer, self.ambient().clock.now())?;
        }
        let add = edit.members.map(Reference::read).unwrap_or_default();
        let names = Names { add, remove: Vec::new(), whole: edit.members.is_some() && !more, more };
        self.change_circle(viewer, id, edit, names).await
    }

    /// Adds some and removes others, whatever the list is by now; who is named twice goes.
    ///
    /// # Errors
    /// As [`Service::edit_circle`].
    pub async fn change_members(
        &self,
        viewer: &Viewer,
        id: &str,
        add: &[String],
        remove: &[String],
    ) -> Result<Changed<Circle>, Error> {
        let names = Names { add: Reference::read(add), remove: Reference::read(remove), whole: false, more: false };
        self.change_circle(viewer, id, EditCircle::default(), names).await
    }

    async fn change_circle(
        &self,
        viewer: &Viewer,
        id: &str,
        edit: EditCircle<'_>,
        names: Names,
    ) -> Result<Changed<Circle>, Error> {
        let id = CircleId::parse(id).ok_or(Refused::NotFound)?;
        let now = self.ambient().clock.now();
        // Who is not the owner hears of nothing else.
        let checked = checked(&edit, &names);
        let persons = match &checked {
            Ok(_) => self.persons_named(names.add.iter().chain(&names.remove)).await?,
            Err(_) => Vec::new(),
        };
        let mut tx = self.db().begin().await?;
        if !names.add.is_empty() {
            // Also for names that nobody has: what a request costs does not tell who exists.
            let others: Vec<AccountId> = persons.iter().map(|person| person.id).collect();
            lock::pairs_shared(&mut tx, Role::Social, viewer.person.id, &others).await?;
        }
        let was = self.hold_circle(&mut tx, viewer, &id, &persons, &checked, now).await?;
        let wish = checked?;
        let named: Vec<AccountId> = persons.iter().map(|person| person.id).collect();
        let standing = store::standing(&mut tx, viewer.person.id, &named, id.as_str()).await?;
        let standing = standing.ok_or(Error::Internal("the viewer's row was just written"))?;

        let found = Found::of(&persons);
        let mut sorted = Sorted::of(&names.add, &found, &standing, wish.side.unwrap_or(was.side));
        let going = if names.whole { Going::Others } else { Going::These(accounts(&names.remove, &found)) };
        if let Going::These(these) = &going {
            sorted.invitees.retain(|id| !these.contains(id));
        }
        let plan = Plan::of(&was, wish, &going, &sorted, &standing)?;
        if names.more || !plan.added.is_empty() || !sorted.invitees.is_empty() {
            refuse_growth(viewer, now)?;
            standing.owner.refuse_if_restricted(viewer.reason.as_deref(), now)?;
        }
        let row = self.write_plan(&mut tx, &plan, &was, now).await?;
        let asked = match sorted.invitees.as_slice() {
            [] => Vec::new(),
            invitees => invite::ask(&mut tx, self, &row, row.owner, invitees, now).await?,
        };
        self.ambient().pauses.point("social.circle.edit.before_commit").await;
        tx.commit().await?;
        let told = sorted.told(&asked, &names.add, &found, &standing);
        let circle = row.seen_by_owner(&plan.members, &standing);
        Ok(Changed { now: circle, invited: told.invited, skipped: told.skipped })
    }

    /// Locks in the order that all keep: after the pairs the ways into the circle, then the circle.
    async fn hold_circle(
        &self,
        tx: &mut Tx,
        viewer: &Viewer,
        id: &CircleId,
        persons: &[Person],
        checked: &Result<Wish, Refused>,
        now: OffsetDateTime,
    ) -> Result<CircleRow, Error> {
        let owner = viewer.person.id;
        let known: Vec<Person> = persons.iter().cloned().chain([viewer.person.clone()]).collect();
        person::put(tx, &known).await?;
        if let Ok(Wish { side: Some(side), .. }) = checked {
            invite::revoke_of_circle(tx, id, owner, Some(*side), now).await?;
        }
        let row = store::lock_own(tx, id, owner).await?.ok_or(Refused::NotFound)?;
        if let Ok(Wish { side: Some(side), .. }) = checked {
            invite::revoke_late(tx, id, owner, Some(*side), now).await?;
        }
        self.ambient().pauses.point("social.circle.edit.locked").await;
        Ok(row)
    }

    /// The circle as it is afterwards.
    async fn write_plan(
        &self,
        tx: &mut Tx,
        plan: &Plan,
        was: &CircleRow,
        now: OffsetDateTime,
    ) -> Result<CircleRow, Error> {
        if plan.changes.is_empty() {
            return Ok(was.clone());
        }
        let now = was.next_moment(now);
        let told = Rows::of(&plan.changes, now, &self.ambient().random);
        let ids = |accounts: &[AccountId]| accounts.iter().map(|account| account.0).collect::<Vec<_>>();
        let edit = Edit {
            id: &plan.row.id,
            side: plan.row.side,
            label: &plan.row.label,
            color: plan.row.color,
            added: &ids(&plan.added),
            removed: &ids(&plan.removed),
            told: &told,
        };
        let post_count = store::edit(tx, plan.row.owner, &edit, now).await?;
        Ok(CircleRow { post_count, updated_at: now, ..plan.row.clone() })
    }
}

/// What is wanted, if it may be wanted.
fn checked<'a>(edit: &EditCircle<'a>, names: &Names) -> Result<Wish, Refused> {
    let given = |text: Option<&'a str>| text.filter(|text| !text.trim().is_empty());
    let side = given(edit.side).map(|side| Side::parse(side).ok_or(Refused::InvalidSide)).transpose()?;
    let color = given(edit.color).map(|color| Color::parse(color).ok_or(Refused::InvalidColor)).transpose()?;
    if names.add.len() > MEMBERS || names.remove.len() > MEMBERS {
        return Err(Refused::TooManyMembers { max: MEMBERS });
    }
    Ok(Wish { label: edit.label.and_then(id::label), side, color })
}

fn accounts(names: &[Reference], found: &Found) -> HashSet<AccountId> {
    names.iter().filter_map(|name| found.account(name)).collect()
}
