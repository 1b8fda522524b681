//! Editing a face: only what is given changes, in one statement.

use platform::{Error, Side, identity::Viewer};

use super::{
    Facet,
    link::{self, Link},
    name::default_name,
    store,
};
use crate::{
    Service,
    person::{self, refuse_growth},
    refused::Refused,
};

/// What to change; `None` stays. Texts that are too long are cut, links that are not good are refused.
#[derive(Clone, Debug, Default)]
pub struct FacetEdit {
    pub display_name: Option<String>,
    pub headline: Option<String>,
    pub bio: Option<String>,
    pub location: Option<String>,
    pub website: Option<String>,
    pub cover_url: Option<String>,
    pub avatar_url: Option<String>,
    /// "" = remove.
    pub avatar_media_key: Option<String>,
    /// Of the public face only.
    pub rosters_hidden: Option<bool>,
    pub anthem: Option<(String, String)>,
    pub pulse: Option<(String, String)>,
}

impl FacetEdit {
    /// Cut to what a face holds, in code points. What is typed of a biography stays, blanks included.
    fn cut(self, side: Side) -> Self {
        let pair = |pair: Option<(String, String)>, [first, second]: [usize; 2]| {
            pair.map(|(one, other)| (trimmed(&one, first), trimmed(&other, second)))
        };
        Self {
            display_name: self.display_name.map(|text| trimmed(&text, 64)),
            headline: self.headline.map(|text| trimmed(&text, 96)),
            bio: self.bio.map(|text| text.chars().take(800).collect()),
            location: self.location.map(|text| trimmed(&text, 64)),
            website: self.website.map(|text| trimmed(&text, 160)),
            cover_url: self.cover_url.map(|text| text.trim().to_owned()),
            // The web client's editor posts back the address that we serve: it is no picture of somewhere else.
            avatar_url: self.avatar_url.map(|text| text.trim().to_owned()).filter(|url| !link::is_ours(url)),
            avatar_media_key: self.avatar_media_key.map(|text| text.trim().to_owned()),
            rosters_hidden: self.rosters_hidden.filter(|_| side == Side::Public),
            anthem: pair(self.anthem, [96, 96]),
            pulse: pair(self.pulse, [48, 280]),
        }
    }

    fn links(&self) -> [(Link, Option<&str>); 3] {
        [
            (Link::Website, self.website.as_deref()),
            (Link::Cover, self.cover_url.as_deref()),
            (Link::Avatar, self.avatar_url.as_deref()),
        ]
    }

    fn is_nothing(&self) -> bool {
        let texts = [&self.display_name, &self.headline, &self.bio, &self.location, &self.avatar_media_key];
        texts.iter().all(|text| text.is_none())
            && self.links().iter().all(|(_, url)| url.is_none())
            && self.rosters_hidden.is_none()
            && self.anthem.is_none()
            && self.pulse.is_none()
    }
}

impl Service {
    /// Changes the viewer's face in one Side; answers it as it is then. Three statements, and one more where a link
    /// has to be compared with the stored one.
    ///
    /// # Errors
    /// 403 `account_restricted`, `age_gate_required`, 400 `invalid_side`, `invalid_url` with `field`, `invalid_media`.
    pub async fn edit_facet(&self, viewer: &Viewer, side: &str, edit: FacetEdit) -> Result<Facet, Error> {
        let now = self.ambient().clock.now();
        refuse_growth(viewer, now)?;
        let side = Side::parse(side).ok_or(Refused::InvalidSide)?;
        let edit = edit.cut(side);
        let owner = viewer.person.id;
        let bad = edit.links().into_iter().find(|(link, url)| url.is_some_and(|url| !link.accepts(url)));
        if bad.is_some() {
            self.refuse_bad_links(viewer, side, &edit).await?;
        }
        // No upload can be owned yet; taking one away is no error.
        if edit.avatar_media_key.as_deref().is_some_and(|key| !key.is_empty()) {
            return Err(Refused::InvalidMedia.into());
        }
        let mut tx = self.db().begin().await?;
        person::put(&mut tx, std::slice::from_ref(&viewer.person)).await?;
        let persons = person::store::share(&mut tx, &[owner]).await?;
        let person = persons.first().ok_or(Error::Internal("the viewer's row was just written"))?;
        person.refuse_if_restricted(viewer.reason.as_deref(), now)?;
        let row = if edit.is_nothing() {
            store::facet(&mut tx, owner, side).await?
        } else {
            let name = default_name(side, &person.username);
            Some(store::edit(&mut tx, &store::Edit { owner, side, given: &edit, name: &name, now }).await?)
        };
        tx.commit().await?;
        Ok(row.map_or_else(|| Facet::never_edited(side, &person.username), Facet::from))
    }

    /// A link that is stored already is always accepted.
    async fn refuse_bad_links(&self, viewer: &Viewer, side: Side, edit: &FacetEdit) -> Result<(), Error> {
        let mut conn = self.db().conn().await?;
        let stored = store::facet(&mut conn, viewer.person.id, side).await?;
        for (link, url) in edit.links() {
            let Some(url) = url else { continue };
            let held = stored.as_ref().map_or("", |row| match link {
                Link::Website => &row.website,
                Link::Cover => &row.cover_url,
                Link::Avatar => &row.avatar_url,
            });
            if !link.accepts(url) && url != held {
                return Err(Refused::InvalidUrl { field: link.field() }.into());
            }
        }
        Ok(())
    }
}

fn trimmed(text: &str, most: usize) -> String {
    text.trim().chars().take(most).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_too_long_is_cut_by_code_points() {
        let edit = FacetEdit {
            display_name: Some(format!(" {} ", "ä".repeat(70))),
            bio: Some(format!(" {}", "x".repeat(900))),
            pulse: Some(("l".repeat(50), "t".repeat(300))),
            ..FacetEdit::default()
        };
        let cut = edit.cut(Side::Friends);
        assert_eq!(cut.display_name.map(|text| text.chars().count()), Some(64));
        assert!(cut.bio.is_some_and(|bio| bio.starts_with(' ') && bio.len() == 800));
        assert_eq!(cut.pulse.map(|(label, text)| (label.len(), text.len())), Some((48, 280)));
    }

    #[test]
    fn rosters_are_hidden_on_the_public_face_alone_and_our_own_pictures_are_no_links() {
        let edit = FacetEdit {
            rosters_hidden: Some(true),
            avatar_url: Some(" /m/u/7/x.jpg?t=abc ".to_owned()),
            ..FacetEdit::default()
        };
        assert_eq!(edit.clone().cut(Side::Public).rosters_hidden, Some(true));
        assert!(edit.cut(Side::Work).is_nothing());
    }
}
