//! A person's faces, one in each Side. A face that was never edited is computed and not stored.

mod edit;
mod link;
mod name;
pub mod store;

use platform::{Error, Side, person::Person};
use time::OffsetDateTime;

pub use self::{edit::FacetEdit, name::display_name};
use crate::Service;

/// One face. Texts are "" where there is nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Facet {
    pub side: Side,
    pub display_name: String,
    pub headline: String,
    pub bio: String,
    pub location: String,
    pub website: String,
    pub cover_url: String,
    pub avatar_url: String,
    /// Of the public face: the two rosters name nobody to others.
    pub rosters_hidden: bool,
    /// Title and artist.
    pub anthem: (String, String),
    /// Label and text.
    pub pulse: (String, String),
    /// `None` = never edited.
    pub updated_at: Option<OffsetDateTime>,
}

/// The order in which all four are told.
const ORDER: [Side; 4] = [Side::Close, Side::Friends, Side::Public, Side::Work];

impl Facet {
    /// A face as it is until its first edit.
    pub fn never_edited(side: Side, username: &str) -> Self {
        Self {
            side,
            display_name: name::default_name(side, username),
            headline: String::new(),
            bio: String::new(),
            location: String::new(),
            website: String::new(),
            cover_url: String::new(),
            avatar_url: String::new(),
            rosters_hidden: false,
            anthem: (String::new(), String::new()),
            pulse: (default_pulse(side).to_owned(), String::new()),
            updated_at: None,
        }
    }
}

/// The label of a pulse that was never edited.
const fn default_pulse(side: Side) -> &'static str {
    match side {
        Side::Public => "Town Hall",
        Side::Friends | Side::Close | Side::Work => "Pulse",
    }
}

impl From<store::FacetRow> for Facet {
    fn from(row: store::FacetRow) -> Self {
        Self {
            side: row.side,
            display_name: row.display_name,
            headline: row.headline,
            bio: row.bio,
            location: row.location,
            website: row.website,
            cover_url: row.cover_url,
            avatar_url: row.avatar_url,
            rosters_hidden: row.rosters_hidden,
            anthem: (row.anthem_title, row.anthem_artist),
            pulse: (row.pulse_label, row.pulse_text),
            updated_at: Some(row.updated_at),
        }
    }
}

impl Service {
    /// The four faces of a person, for himself. One statement, and nothing is written.
    ///
    /// # Errors
    /// The database's.
    pub async fn prism(&self, person: &Person) -> Result<Vec<Facet>, Error> {
        let mut conn = self.db().conn().await?;
        let mut rows = store::facets(&mut conn, person.id).await?;
        drop(conn);
        let face = |side: Side| {
            let edited = rows.iter().position(|row| row.side == side);
            edited.map_or_else(|| Facet::never_edited(side, &person.username), |at| rows.swap_remove(at).into())
        };
        Ok(ORDER.into_iter().map(face).collect())
    }
}
