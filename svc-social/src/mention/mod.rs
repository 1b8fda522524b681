//! People named in a text: who they are, who may be named where, and who is told of it.

mod store;
mod text;

use platform::{AccountId, Error, Side, person::Person, pg::Conn};

use self::store::Named;
pub use self::text::names;
use crate::{Service, circle::CircleId, person::Reference, refused};

/// Names in a text in their order, and the persons behind them.
#[derive(Clone, Debug, Default)]
pub struct Mentions {
    /// In lower case.
    names: Vec<String>,
    persons: Vec<Person>,
}

/// Who reads the text besides its writer.
#[derive(Clone, Copy, Debug)]
pub struct Audience<'a> {
    /// Of the post whose audience it is.
    pub author: AccountId,
    pub side: Side,
    pub circle: Option<&'a CircleId>,
}

impl Service {
    /// Names in a text, resolved by auth in one call before any connection is held; none = no call.
    ///
    /// # Errors
    /// Auth out of reach.
    pub(crate) async fn mentions(&self, text: &str) -> Result<Mentions, Error> {
        self.mentions_of(names(text)).await
    }

    /// As [`Service::mentions`], of some names of a text.
    ///
    /// # Errors
    /// Auth out of reach.
    pub(crate) async fn mentions_of(&self, names: Vec<String>) -> Result<Mentions, Error> {
        if names.is_empty() {
            return Ok(Mentions::default());
        }
        let references: Vec<Reference> = names.iter().cloned().map(Reference::Name).collect();
        let persons = self.persons_named(&references).await?;
        Ok(Mentions { names, persons })
    }
}

impl Mentions {
    /// Whoever is behind the names; of those that nobody bears there is nobody.
    pub fn persons(&self) -> &[Person] {
        &self.persons
    }

    /// Nobody is named, not even under a name that nobody bears.
    pub fn is_empty(&self) -> bool {
        self.names.is_empty()
    }

    fn person(&self, name: &str) -> Option<AccountId> {
        self.persons.iter().find(|person| person.username.to_lowercase() == name).map(|person| person.id)
    }
}

impl Audience<'_> {
    /// Everybody reads it, so everybody may be named.
    const fn open(&self) -> bool {
        matches!(self.side, Side::Public) && self.circle.is_none()
    }
}

/// Under the pair locks with all who are named, and after their rows were renewed: who of them is mentioned, without the
/// writer. One statement, and none if nobody is named.
///
/// A text that not everybody reads may name its readers only: the post's author, and whom he shows the Side, or who
/// belongs to the circle. Whether a name is unknown or outside makes no difference. A member of the circle whom a block
/// keeps apart from the writer or the author may be named and is told nothing, so that nobody learns of the block.
///
/// # Errors
/// 400 `mention_forbidden` with `handles`: all that may not be named.
pub async fn allowed(
    tx: &mut Conn,
    writer: AccountId,
    audience: &Audience<'_>,
    mentions: &Mentions,
) -> Result<Vec<AccountId>, Error> {
    if mentions.is_empty() {
        return Ok(Vec::new());
    }
    let ids: Vec<i64> = mentions.persons.iter().map(|person| person.id.0).collect();
    let named = store::named(tx, &ids, writer, audience).await?;
    if !audience.open() {
        let outside = outside(mentions, &named);
        if !outside.is_empty() {
            return Err(refused::mention_forbidden(outside).into());
        }
    }
    let told = named.into_iter().filter(|row| row.within && row.reads && row.id != writer);
    Ok(told.map(|row| row.id).collect())
}

/// Names that are not of the audience, in their order, as clients write them.
fn outside(mentions: &Mentions, named: &[Named]) -> Vec<String> {
    let within = |name: &str| {
        let id = mentions.person(name);
        id.is_some_and(|id| named.iter().any(|row| row.id == id && row.within))
    };
    mentions.names.iter().filter(|name| !within(name)).map(|name| format!("@{name}")).collect()
}
