//! People whose names begin with a text, or hold it.

use platform::{Error, identity::Viewer};

use super::{
    holding, sought,
    store::{self, NamedRow},
    too_short,
};
use crate::Service;

/// People an answer holds at most.
const MOST: u32 = 30;
/// Of names that begin so there are enough, when there are so many.
const ENOUGH: i64 = 8;
/// No name is longer.
const LONGEST: usize = 150;

/// Who was found.
#[derive(Debug, Default)]
pub struct FoundPeople {
    /// Nobody in particular asked.
    pub restricted: bool,
    /// What was looked for.
    pub text: String,
    pub people: Vec<FoundPerson>,
}

/// Somebody by name.
#[derive(Debug)]
pub struct FoundPerson {
    pub id: i64,
    pub username: String,
    /// Told to staff alone.
    pub staff: bool,
}

impl Service {
    /// People whose names begin with the text, in the order of names; then, if these are few, those whose names hold
    /// it. Nobody who is gone or blocked either way. One statement.
    ///
    /// # Errors
    /// The database's.
    pub async fn search_people(&self, viewer: Option<&Viewer>, text: &str, limit: u32) -> Result<FoundPeople, Error> {
        let text = sought(text).to_owned();
        let Some(viewer) = viewer else { return Ok(FoundPeople { restricted: true, ..FoundPeople::default() }) };
        let name = text.to_lowercase();
        if too_short(&name) || name.chars().nth(LONGEST).is_some() {
            return Ok(FoundPeople { text, ..FoundPeople::default() });
        }
        let rows = i64::from(limit.clamp(1, MOST));
        let mut conn = self.db().conn().await?;
        let found = store::people(&mut conn, viewer.person.id, &name, &holding(&name), rows, rows.min(ENOUGH)).await?;
        drop(conn);
        let told = |row: NamedRow| FoundPerson {
            id: row.id.0,
            username: row.username,
            staff: row.staff && viewer.person.staff,
        };
        Ok(FoundPeople { restricted: false, text, people: found.into_iter().map(told).collect() })
    }
}
