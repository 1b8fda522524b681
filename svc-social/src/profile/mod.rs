//! A person as somebody else sees him: the face of one Side, and what he posted there.

mod by_person;
mod card;
mod page;
mod store;
mod tagged;

use platform::{AccountId, Error, Side, identity::Viewer, ids};

pub use self::page::ProfilePosts;
use crate::{Service, facet::Facet, follow::FollowCounts, post::Reader, refused::Refused};

/// Whose profile, which Side of it, and which page of posts.
#[derive(Clone, Copy, Debug)]
pub struct ProfileRequest<'a> {
    /// As in the path.
    pub username: &'a str,
    /// As typed; "" = what the person shows the viewer.
    pub side: &'a str,
    /// Posts of a page, 1..80.
    pub limit: u32,
    /// "" = first page, and so is what does not open.
    pub cursor: &'a str,
}

/// What anybody who may know of the person is told.
#[derive(Debug)]
pub struct Profile {
    pub id: AccountId,
    pub username: String,
    /// The most that the person shows the viewer; public for himself.
    pub view_side: Side,
    pub requested: Side,
    pub owner: bool,
    /// What the viewer shows the person.
    pub placed_as: Option<Side>,
    pub follows: bool,
    pub counts: FollowCounts,
    /// `None`: the requested Side is not shown to this viewer.
    pub open: Option<Open>,
}

/// What only those are told to whom the Side is shown.
#[derive(Debug)]
pub struct Open {
    pub facet: Facet,
    /// How many show this person a Side: to himself, and in Friends and Work. A number to all would tell when
    /// somebody is placed.
    pub siders: Option<i64>,
    /// Labels of the viewer's own circles that the person belongs to, newest change first.
    pub shared_sets: Vec<String>,
    pub posts: ProfilePosts,
}

impl Service {
    /// Somebody's face in one Side, with a page of his posts there, as this viewer may see them. Two statements in
    /// this service, whatever the page.
    ///
    /// # Errors
    /// 404 `not_found` (unknown, gone, blocked either way), 400 `invalid_side`.
    pub async fn profile(&self, viewer: Option<&Viewer>, request: ProfileRequest<'_>) -> Result<Profile, Error> {
        let target = self.resolve_id(&ids::handle(request.username)).await?;
        let reader = Reader::new(viewer, self.ambient().clock.now());
        let asked = Some(request.side).filter(|side| !side.trim().is_empty());
        let mut conn = self.db().conn().await?;
        let head = store::head(&mut conn, target, reader, asked.and_then(Side::parse)).await?;
        let head = head.ok_or(Refused::NotFound)?;
        if asked.is_some_and(|side| Side::parse(side).is_none()) {
            return Err(Refused::InvalidSide.into());
        }
        let owner = reader.id == Some(target);
        let view_side = head.shown.filter(|_| !owner).unwrap_or(Side::Public);
        let requested = head.side;
        let mut profile = Profile {
            id: target,
            username: head.username.clone(),
            view_side,
            requested,
            owner,
            placed_as: head.placed_as.filter(|_| !owner),
            follows: head.follows,
            counts: FollowCounts { followers: head.followers, following: head.following },
            open: None,
        };
        if owner || allowed(view_side).contains(&requested) {
            let posts = self.profile_posts(&mut conn, reader, target, requested, request).await?;
            drop(conn);
            profile.open = Some(Open {
                siders: (owner || matches!(requested, Side::Friends | Side::Work)).then_some(head.siders),
                facet: head.facet(),
                shared_sets: head.shared_sets,
                posts,
            });
        }
        Ok(profile)
    }
}

/// What a viewer may ask for who is shown this Side, in the order in which it is told.
pub fn allowed(view_side: Side) -> &'static [Side] {
    match view_side {
        Side::Public => &[Side::Public],
        Side::Friends => &[Side::Public, Side::Friends],
        Side::Close => &[Side::Public, Side::Friends, Side::Close],
        Side::Work => &[Side::Public, Side::Work],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn allowed_sides_are_those_that_the_placement_opens() {
        for shown in Side::ALL {
            for asked in Side::ALL {
                let opens = asked == Side::Public || asked.opened_by().contains(&shown);
                assert_eq!(allowed(shown).contains(&asked), opens, "{asked} to {shown}");
            }
        }
    }
}
