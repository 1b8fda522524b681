//! Making circles, one or several at once, each once for its client key.

use std::collections::HashMap;

use platform::{
    AccountId, Error, Refusal, Role, Side,
    identity::Viewer,
    person::Person,
    pg::{Tx, lock},
    random::Random,
};
use time::OffsetDateTime;

use super::{
    Changed, Circle, CircleId, CircleRow, Color, MEMBERS,
    event::{Change, Rows},
    id,
    named::{Found, Sorted, Told},
    store::{self, First, Insert, OWN},
};
use crate::{
    Service, invite,
    person::{self, Reference, refuse_growth},
    post::ClientKey,
    refused::Refused,
};

/// Circles of one request.
const AT_ONCE: usize = 20;
/// How often a request may find that another one was faster with one of its keys.
const TRIES: usize = 3;

/// A circle as asked for.
#[derive(Clone, Copy, Debug)]
pub struct NewCircle<'a> {
    pub label: &'a str,
    /// As sent; blank = friends.
    pub side: &'a str,
    /// As sent; what is no color is the Side's own.
    pub color: &'a str,
    /// As sent.
    pub members: &'a [String],
    /// "" = none.
    pub client_key: &'a str,
}

/// A circle that may be stored.
struct Draft<'a> {
    row: CircleRow,
    names: Vec<Reference>,
    key: Option<ClientKey<'a>>,
}

impl<'a> Draft<'a> {
    fn of(
        owner: AccountId,
        new: &NewCircle<'a>,
        key: Option<ClientKey<'a>>,
        now: OffsetDateTime,
        random: &Random,
    ) -> Result<Self, Refused> {
        let side = if new.side.trim().is_empty() { Some(Side::Friends) } else { Side::parse(new.side) };
        let side = side.ok_or(Refused::InvalidSide)?;
        let row = CircleRow {
            id: CircleId::new(now, random),
            owner,
            side,
            label: id::label(new.label).unwrap_or_else(|| "Untitled".to_owned()),
            color: Color::parse(new.color).unwrap_or(Color::of(side)),
            post_count: 0,
            created_at: now,
            updated_at: now,
        };
        Ok(Self { row, names: Reference::read(new.members), key })
    }
}

impl Service {
    /// Makes all of these circles or none. One whose key is known is the circle that was made first; people who may not
    /// be members are asked, or skipped without a reason.
    ///
    /// # Errors
    /// 403 `account_restricted`, `age_gate_required`, 400 `too_many_inputs`, `invalid_client_key`; then, unless the keys
    /// are known: 400 `invalid_side`, `too_many_members`, 409 `circle_limit`.
    pub async fn create_circles(&self, viewer: &Viewer, new: &[NewCircle<'_>]) -> Result<Changed<Vec<Circle>>, Error> {
        let now = self.ambient().clock.now();
        refuse_growth(viewer, now)?;
        if new.is_empty() || new.len() > AT_ONCE {
            return Err(Refused::TooManyInputs { max: AT_ONCE }.into());
        }
        let keys = new.iter().map(|new| ClientKey::parse(new.client_key)).collect::<Result<Vec<_>, _>>()?;
        for _ in 0..TRIES {
            let known = self.first_circles(viewer.person.id, &keys, now).await?;
            let (ids, drafts) = self.drafts(viewer.person.id, new, &keys, &known, now)?;
            let Some((mut circles, told)) = self.insert_circles(viewer, &drafts, now).await? else { continue };
            circles.extend(self.as_they_are(viewer, known).await?);
            let now = ids.iter().filter_map(|id| circles.get(id).cloned()).collect();
            return Ok(Changed { now, invited: told.invited, skipped: told.skipped });
        }
        Err(Refusal::unavailable().into())
    }

    /// Which circle answers each input, and those that are to be made. Two inputs under one key are one circle.
    fn drafts<'a>(
        &self,
        owner: AccountId,
        new: &[NewCircle<'a>],
        keys: &[Option<ClientKey<'a>>],
        known: &HashMap<String, First>,
        now: OffsetDateTime,
    ) -> Result<(Vec<String>, Vec<Draft<'a>>), Refused> {
        let (mut ids, mut drafts) = (Vec::new(), Vec::<Draft<'a>>::new());
        for (new, key) in new.iter().zip(keys) {
            let first = key.and_then(|key| known.get(key.as_str())).map(|first| first.id.clone());
            let same = || drafts.iter().find(|draft| key.is_some() && draft.key == *key);
            if let Some(id) = first.or_else(|| same().map(|draft| draft.row.id.to_string())) {
                ids.push(id);
                continue;
            }
            let draft = Draft::of(owner, new, *key, now, &self.ambient().random)?;
            ids.push(draft.row.id.to_string());
            drafts.push(draft);
        }
        if drafts.iter().any(|draft| draft.names.len() > MEMBERS) {
            return Err(Refused::TooManyMembers { max: MEMBERS });
        }
        Ok((ids, drafts))
    }

    /// By id. `None` if another request with one of the keys was first.
    async fn insert_circles(
        &self,
        viewer: &Viewer,
        drafts: &[Draft<'_>],
        now: OffsetDateTime,
    ) -> Result<Option<(HashMap<String, Circle>, Told)>, Error> {
        if drafts.is_empty() {
            return Ok(Some((HashMap::new(), Told::default())));
        }
        let owner = viewer.person.id;
        let named: Vec<&Reference> = drafts.iter().flat_map(|draft| &draft.names).collect();
        let persons = self.persons_named(named).await?;
        let mut tx = self.db().begin().await?;
        let others: Vec<AccountId> = persons.iter().map(|person| person.id).filter(|id| *id != owner).collect();
        lock::own_and_pairs(&mut tx, Role::Social, owner, &others).await?;
        self.ambient().pauses.point("social.circle.create.locked").await;
        let known: Vec<Person> = persons.iter().cloned().chain([viewer.person.clone()]).collect();
        person::put(&mut tx, &known).await?;
        let standing = store::standing(&mut tx, owner, &others, "").await?;
        let standing = standing.ok_or(Error::Internal("the viewer's row was just written"))?;
        standing.owner.refuse_if_restricted(viewer.reason.as_deref(), now)?;

        let found = Found::of(&persons);
        let sort = |draft: &Draft<'_>| Sorted::of(&draft.names, &found, &standing, draft.row.side);
        let sorted: Vec<Sorted> = drafts.iter().map(sort).collect();
        if !self.insert_all(&mut tx, owner, drafts, &sorted, now).await? {
            tx.rollback().await?;
            return Ok(None);
        }
        let (mut circles, mut told) = (HashMap::new(), Told::default());
        for (draft, sorted) in drafts.iter().zip(sorted) {
            let asked = match sorted.invitees.as_slice() {
                [] => Vec::new(),
                invitees => invite::ask(&mut tx, self, &draft.row, owner, invitees, now).await?,
            };
            let circle = draft.row.clone().seen_by_owner(&sorted.members, &standing);
            circles.insert(circle.id.clone(), circle);
            told.add(sorted.told(&asked, &draft.names, &found, &standing));
        }
        self.ambient().pauses.point("social.circle.create.before_commit").await;
        tx.commit().await?;
        Ok(Some((circles, told)))
    }

    /// False if another request with one of the keys was first.
    async fn insert_all(
        &self,
        tx: &mut Tx,
        owner: AccountId,
        drafts: &[Draft<'_>],
        sorted: &[Sorted],
        now: OffsetDateTime,
    ) -> Result<bool, Error> {
        let mut insert = Insert::default();
        let mut created = Vec::new();
        for (Draft { row, key, .. }, sorted) in drafts.iter().zip(sorted) {
            insert.ids.push(row.id.to_string());
            insert.sides.push(row.side.as_str().to_owned());
            insert.labels.push(row.label.clone());
            insert.colors.push(row.color.as_str().to_owned());
            insert.member_of.extend(sorted.members.iter().map(|_| row.id.to_string()));
            insert.members.extend(sorted.members.iter().map(|member| member.0));
            created.push(Change::created(&row.label, row.side));
            if let Some(key) = key {
                insert.keys.push(key.as_str().to_owned());
                insert.key_ids.push(row.id.to_string());
                insert.key_sides.push(row.side.as_str().to_owned());
            }
        }
        insert.told = Rows::of(&created, now, &self.ambient().random);
        let inserted = store::create(tx, owner, &insert, now).await?;
        if usize::try_from(inserted.keyed) != Ok(insert.keys.len()) {
            return Ok(false);
        }
        if inserted.made == 0 { Err(Refused::CircleLimit { max: OWN }.into()) } else { Ok(true) }
    }
}
