//! Two people in one transaction: their pair is locked, and what decides between them is read under the lock.

use platform::{
    AccountId, Error, Role,
    identity::Viewer,
    person::Person,
    pg::{Conn, Tx, lock},
};
use proto::auth::v1::ResolveHandlesRequest;
use time::OffsetDateTime;

use super::store;
use crate::{Service, person, refused::Refused};

/// What holds between the viewer and somebody else until the transaction ends.
#[derive(Debug)]
pub struct Meeting {
    viewer: Person,
    other: Option<Person>,
    viewer_blocked_other: bool,
    other_blocked_viewer: bool,
}

/// One row that a meeting is made of.
pub struct Present {
    pub person: Person,
    pub viewer_blocked_other: bool,
    pub other_blocked_viewer: bool,
}

impl Service {
    /// The present holder of a name, from auth, before any connection is held.
    ///
    /// # Errors
    /// Auth's.
    pub(crate) async fn resolve(&self, handle: &str) -> Result<Option<Person>, Error> {
        let request = ResolveHandlesRequest { handles: vec![handle.to_owned()] };
        let answer = self.directory().resolve_handles(request).await?.into_inner();
        answer.persons.into_iter().next().map(Person::from_proto).transpose()
    }

    /// As [`Service::resolve`]; a name that nobody bears goes the same way as one that is kept from the viewer.
    ///
    /// # Errors
    /// Auth's.
    pub(crate) async fn resolve_id(&self, handle: &str) -> Result<AccountId, Error> {
        Ok(self.resolve(handle).await?.map_or(AccountId::NOBODY, |person| person.id))
    }
}

/// Waits for a block between the two that came first, and keeps a later one waiting; then reads both people and who of
/// them has blocked the other. Two statements.
///
/// # Errors
/// The database's.
pub async fn meet(tx: &mut Tx, viewer: &Person, other: Option<&Person>) -> Result<Meeting, Error> {
    let id = other.map_or(AccountId::NOBODY, |person| person.id);
    let known: Vec<Person> = [Some(viewer), other].into_iter().flatten().cloned().collect();
    meet_by(tx, viewer, id, &known).await
}

/// As [`meet`], with somebody of whom a row of this service tells, and under the locks of the pairs with everybody
/// `named`, whose rows are renewed too. A statement more if anybody is.
///
/// # Errors
/// The database's.
pub async fn meet_all(tx: &mut Tx, viewer: &Person, other: AccountId, named: &[Person]) -> Result<Meeting, Error> {
    if named.is_empty() {
        return meet_known(tx, viewer, other).await;
    }
    let others: Vec<AccountId> = named.iter().map(|person| person.id).chain([other]).collect();
    lock::pairs_shared(tx, Role::Social, viewer.id, &others).await?;
    let known: Vec<Person> = named.iter().chain([viewer]).cloned().collect();
    person::put(tx, &known).await?;
    Meeting::read(tx, viewer.id, other).await
}

/// As [`meet`], with somebody of whom a row of this service tells.
///
/// # Errors
/// The database's.
pub async fn meet_known(tx: &mut Tx, viewer: &Person, other: AccountId) -> Result<Meeting, Error> {
    meet_by(tx, viewer, other, std::slice::from_ref(viewer)).await
}

async fn meet_by(tx: &mut Tx, viewer: &Person, id: AccountId, known: &[Person]) -> Result<Meeting, Error> {
    // Renewed before the rows are shared: nobody can renew what he shares.
    person::put_under(tx, Some(lock::pair(Role::Social, viewer.id, id)), known).await?;
    Meeting::read(tx, viewer.id, id).await
}

impl Meeting {
    /// Under the pair's lock.
    async fn read(tx: &mut Conn, viewer: AccountId, id: AccountId) -> Result<Self, Error> {
        let present = store::present(tx, viewer, id).await?;
        let viewer_blocked_other = present.iter().any(|row| row.viewer_blocked_other);
        let other_blocked_viewer = present.iter().any(|row| row.other_blocked_viewer);
        let (own, others): (Vec<_>, Vec<_>) = present.into_iter().partition(|row| row.person.id == viewer);
        let own = own.into_iter().next().ok_or(Error::Internal("the viewer's row was just written"))?;
        Ok(Self {
            viewer: own.person,
            other: others.into_iter().next().map(|row| row.person),
            viewer_blocked_other,
            other_blocked_viewer,
        })
    }

    /// The viewer's own row.
    pub fn into_viewer(self) -> Person {
        self.viewer
    }

    /// He counts for nobody.
    pub const fn viewer_gone(&self) -> bool {
        self.viewer.gone()
    }

    /// The person to whom the viewer may give something, or whom he may ask for it.
    ///
    /// # Errors
    /// 403 `account_restricted`, 404 `not_found` (unknown, or gone), 403 `restricted` (the viewer blocked him, and learns
    /// nothing of a block the other way), 404 `not_found` (he blocked the viewer).
    pub fn to_give(&self, viewer: &Viewer, now: OffsetDateTime) -> Result<&Person, Error> {
        self.viewer.refuse_if_restricted(viewer.reason.as_deref(), now)?;
        let other = self.other.as_ref().filter(|other| !other.gone()).ok_or(Refused::NotFound)?;
        if self.viewer_blocked_other {
            return Err(Refused::Restricted.into());
        }
        if self.other_blocked_viewer { Err(Refused::NotFound.into()) } else { Ok(other) }
    }

    /// The person from whom the viewer takes something back. Of one who is gone he may take what he gave (`gave`), in
    /// every state of his own account.
    ///
    /// # Errors
    /// 404 `not_found`: unknown, gone with nothing to take back, or he blocked the viewer, who did not block him.
    pub fn to_take(&self, gave: bool) -> Result<&Person, Refused> {
        let kept_away = self.other_blocked_viewer && !self.viewer_blocked_other;
        let there = |other: &&Person| !kept_away && (gave || !other.gone());
        self.other.as_ref().filter(there).ok_or(Refused::NotFound)
    }
}
