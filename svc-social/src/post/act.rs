//! Acting upon somebody's post: who replies, likes, echoes, quotes or hides sees it, and goes on seeing it until that is
//! written.

use platform::{AccountId, Error, PostId, Side, identity::Viewer, person::Person, pg::Tx};
use time::OffsetDateTime;

use super::{Reader, store};
use crate::{circle::CircleId, refused::Refused, relation};

/// A post that stays as it is until the transaction ends, its author and what lets the viewer see it with it.
#[derive(Debug)]
pub struct Held {
    pub id: PostId,
    pub author: AccountId,
    pub side: Side,
    pub circle: Option<CircleId>,
    pub body: String,
    pub echo_of: Option<PostId>,
    pub created_at: OffsetDateTime,
    /// Who acts, as his row stands.
    pub viewer: Person,
}

/// Whether an act gives something, or takes back what was given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Act {
    Give,
    Take,
}

impl Held {
    /// It says nothing of its own.
    pub fn pure_echo(&self) -> bool {
        self.echo_of.is_some() && self.body.is_empty()
    }
}

/// Waits for blocks between the viewer and the author, and those he names, that came first, keeps later ones waiting,
/// and holds the post if the viewer sees it. `author` is who wrote it by an earlier look; of an unknown post
/// [`AccountId::NOBODY`]. Four statements, five if somebody is named.
///
/// # Errors
/// 403 `account_restricted` (only of who gives), 404 `not_found`: unknown or not visible.
pub async fn hold(
    tx: &mut Tx,
    viewer: &Viewer,
    id: &PostId,
    author: AccountId,
    named: &[Person],
    act: Act,
    now: OffsetDateTime,
) -> Result<Held, Error> {
    let meeting = relation::meet_all(tx, &viewer.person, author, named).await?;
    let person = meeting.into_viewer();
    if act == Act::Give {
        person.refuse_if_restricted(viewer.reason.as_deref(), now)?;
    }
    store::fix(tx, id, person.id).await?;
    let reader = Reader::of(&person, viewer.age_confirmed, now);
    let row = store::visible(tx, id, reader).await?.ok_or(Refused::NotFound)?;
    Ok(Held {
        id: row.id,
        author: row.author,
        side: row.side,
        circle: row.circle.as_deref().and_then(CircleId::parse),
        body: row.body,
        echo_of: row.echo_of,
        created_at: row.created_at,
        viewer: person,
    })
}
