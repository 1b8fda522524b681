//! What other services ask about who sees whom. One statement a question; nobody is told of whom he may not know.

mod store;

use platform::{AccountId, Error, Side};

use self::store::{circles, people};
pub use self::store::{circles::CircleRef, people::ShownSide};
use crate::{Service, circle::CircleId, facet::display_name, follow::FollowCounts, profile::allowed};

/// How an owner stands to a viewer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Resolved {
    /// The most that he shows him; public for himself.
    pub view_side: Side,
    /// Empty where nothing is shown.
    pub allowed: &'static [Side],
    /// Either way.
    pub blocked: bool,
    /// Or unknown here.
    pub owner_gone: bool,
}

/// What somebody is called in one Side, and his picture there.
#[derive(Debug)]
pub struct FaceCard {
    pub account: AccountId,
    pub username: String,
    pub display_name: String,
    /// "" = none.
    pub avatar_url: String,
}

impl Service {
    /// `viewer` may be [`AccountId::NOBODY`].
    ///
    /// # Errors
    /// The database's.
    pub async fn resolve_relation(&self, owner: AccountId, viewer: AccountId) -> Result<Resolved, Error> {
        let mut conn = self.db().conn().await?;
        let found = people::resolve(&mut conn, owner, viewer).await?;
        Ok(found.map_or_else(Resolved::unknown, |row| Resolved::of(&row, owner == viewer)))
    }

    /// What each of these owners who are there for the viewer shows him.
    ///
    /// # Errors
    /// The database's.
    pub async fn sides_of(&self, viewer: AccountId, owners: &[i64]) -> Result<Vec<ShownSide>, Error> {
        let mut conn = self.db().conn().await?;
        Ok(people::sides(&mut conn, viewer, owners).await?)
    }

    /// Faces of those who are there at all.
    ///
    /// # Errors
    /// The database's.
    pub async fn face_cards(&self, accounts: &[i64], side: Side) -> Result<Vec<FaceCard>, Error> {
        let mut conn = self.db().conn().await?;
        let rows = people::cards(&mut conn, accounts, side).await?;
        let card = |row: people::CardRow| FaceCard {
            account: row.id,
            display_name: display_name(row.facet_name.as_deref(), side, &row.full_name, &row.username),
            username: row.username,
            avatar_url: row.avatar_url,
        };
        Ok(rows.into_iter().map(card).collect())
    }

    /// What the owner shows those of these people whom he has placed.
    ///
    /// # Errors
    /// The database's.
    pub async fn member_sides(&self, owner: AccountId, members: &[i64]) -> Result<Vec<ShownSide>, Error> {
        let mut conn = self.db().conn().await?;
        Ok(people::member_sides(&mut conn, owner, members).await?)
    }

    /// Whether the viewer follows the target, and the target's numbers. `None`: to him there is no such person.
    ///
    /// # Errors
    /// The database's.
    pub async fn follow_state(
        &self,
        viewer: AccountId,
        target: AccountId,
    ) -> Result<Option<(bool, FollowCounts)>, Error> {
        let mut conn = self.db().conn().await?;
        let row = people::follow_state(&mut conn, viewer, target).await?;
        Ok(row.map(|row| (row.follows, FollowCounts { followers: row.followers, following: row.following })))
    }

    /// Those of these circles that the viewer owns or belongs to; what is no circle's id is left out.
    ///
    /// # Errors
    /// The database's.
    pub async fn seen_circles(&self, viewer: AccountId, ids: &[String]) -> Result<Vec<CircleRef>, Error> {
        let ids: Vec<String> = ids.iter().filter_map(|id| CircleId::parse(id)).map(String::from).collect();
        let mut conn = self.db().conn().await?;
        Ok(circles::seen(&mut conn, viewer, &ids).await?)
    }

    /// All that he owns or belongs to, of one Side or of all, newest change first.
    ///
    /// # Errors
    /// The database's.
    pub async fn circles_of(&self, viewer: AccountId, side: Option<Side>) -> Result<Vec<CircleRef>, Error> {
        let mut conn = self.db().conn().await?;
        Ok(circles::mine(&mut conn, viewer, side).await?)
    }

    /// Who sees a circle, its owner first.
    ///
    /// # Errors
    /// The database's.
    pub async fn audience(&self, circle: &str) -> Result<Vec<AccountId>, Error> {
        let Some(circle) = CircleId::parse(circle) else { return Ok(Vec::new()) };
        let mut conn = self.db().conn().await?;
        Ok(circles::audience(&mut conn, &circle).await?)
    }

    /// Those of these people who see a circle that the viewer sees, and who are there for him.
    ///
    /// # Errors
    /// The database's.
    pub async fn members_of(&self, viewer: AccountId, accounts: &[i64], circle: &str) -> Result<Vec<AccountId>, Error> {
        let Some(circle) = CircleId::parse(circle) else { return Ok(Vec::new()) };
        let mut conn = self.db().conn().await?;
        Ok(circles::members_of(&mut conn, viewer, accounts, &circle).await?)
    }

    /// Labels of the owner's circles that somebody belongs to, newest change first.
    ///
    /// # Errors
    /// The database's.
    pub async fn shared_labels(&self, owner: AccountId, target: AccountId) -> Result<Vec<String>, Error> {
        let mut conn = self.db().conn().await?;
        Ok(circles::shared_labels(&mut conn, owner, target).await?)
    }
}

impl Resolved {
    const fn unknown() -> Self {
        Self { view_side: Side::Public, allowed: &[], blocked: false, owner_gone: true }
    }

    fn of(row: &people::ResolvedRow, himself: bool) -> Self {
        let closed = row.gone || row.blocked;
        let view_side = row.side.filter(|_| !closed && !himself).unwrap_or(Side::Public);
        let allowed: &[Side] = match (closed, himself) {
            (true, _) => &[],
            (false, true) => &Side::ALL,
            (false, false) => allowed(view_side),
        };
        Self { view_side, allowed, blocked: row.blocked, owner_gone: row.gone }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_allowed_of_who_is_gone_or_cut_off_whatever_he_shows() {
        let row = |gone, blocked| people::ResolvedRow { gone, blocked, side: Some(Side::Close) };
        assert_eq!(Resolved::of(&row(false, false), false).allowed, [Side::Public, Side::Friends, Side::Close]);
        for (gone, blocked) in [(true, false), (false, true), (true, true)] {
            let resolved = Resolved::of(&row(gone, blocked), false);
            assert_eq!((resolved.view_side, resolved.allowed), (Side::Public, &[] as &[Side]));
        }
        assert!(Resolved::unknown().allowed.is_empty());
        let himself = people::ResolvedRow { gone: false, blocked: false, side: None };
        assert_eq!(Resolved::of(&himself, true).allowed, Side::ALL);
    }
}
