//! The owner's side of links: he makes them, lists them, revokes them.

use platform::{Error, identity::Viewer};
use time::Duration;

use super::{Link, Token, store};
use crate::{
    Service,
    circle::{self, CircleId},
    person::{self, refuse_growth},
    refused::Refused,
};

/// Active links of a circle.
const ACTIVE: i64 = 20;

/// A link as asked for.
#[derive(Clone, Copy, Debug)]
pub struct NewLink<'a> {
    pub circle: &'a str,
    /// `None` = 10.
    pub max_uses: Option<i64>,
    /// `None` = 14; 0 = never.
    pub expires_days: Option<i64>,
}

impl NewLink<'_> {
    fn max_uses(&self) -> i32 {
        clamp(self.max_uses.unwrap_or(10), 1, 200)
    }

    /// `None` = it never ends.
    fn lasts(&self) -> Option<Duration> {
        let days = clamp(self.expires_days.unwrap_or(14), 0, 365);
        (days > 0).then(|| Duration::days(i64::from(days)))
    }
}

fn clamp(number: i64, least: i32, most: i32) -> i32 {
    i32::try_from(number).unwrap_or(if number < 0 { least } else { most }).clamp(least, most)
}

impl Service {
    /// Makes a link into a circle of the viewer's own.
    ///
    /// # Errors
    /// 403 `account_restricted`, `age_gate_required`, 404 `not_found`, 409 `link_limit`.
    pub async fn create_link(&self, viewer: &Viewer, new: NewLink<'_>) -> Result<Link, Error> {
        let now = self.ambient().clock.now();
        refuse_growth(viewer, now)?;
        let id = CircleId::parse(new.circle).ok_or(Refused::NotFound)?;
        let owner = viewer.person.id;
        let mut tx = self.db().begin().await?;
        person::put(&mut tx, std::slice::from_ref(&viewer.person)).await?;
        let persons = person::store::share(&mut tx, &[owner]).await?;
        let present = persons.first().ok_or(Error::Internal("the viewer's row was just written"))?;
        present.refuse_if_restricted(viewer.reason.as_deref(), now)?;
        let circle = circle::store::lock_own(&mut tx, &id, owner).await?.ok_or(Refused::NotFound)?;
        let link = Link {
            token: Token::new(&self.ambient().random),
            circle: id.to_string(),
            label: circle.label,
            side: circle.side,
            max_uses: new.max_uses(),
            uses: 0,
            expires_at: new.lasts().map(|lasts| now + lasts),
            revoked_at: None,
            created_at: now,
            updated_at: now,
        };
        if !store::create(&mut tx, owner, &link, ACTIVE).await? {
            return Err(Refused::LinkLimit.into());
        }
        self.ambient().pauses.point("social.invite_link.create.before_commit").await;
        tx.commit().await?;
        Ok(link)
    }

    /// Links of a circle of the viewer's own, newest change first; of any other there are none. One statement. `None` =
    /// nobody is signed in.
    ///
    /// # Errors
    /// The database's.
    pub async fn links(&self, viewer: Option<&Viewer>, circle: &str) -> Result<Option<Vec<Link>>, Error> {
        let Some(viewer) = viewer else { return Ok(None) };
        let Some(id) = CircleId::parse(circle) else { return Ok(Some(Vec::new())) };
        let mut conn = self.db().conn().await?;
        Ok(Some(store::list(&mut conn, &id, viewer.person.id).await?))
    }

    /// Nobody joins by this link any more. Idempotent, open to every state of account, and nobody is removed by it.
    ///
    /// # Errors
    /// 404 `not_found`: no such link of such a circle of the viewer's own.
    pub async fn revoke_link(&self, viewer: &Viewer, circle: &str, token: &str) -> Result<Link, Error> {
        let id = CircleId::parse(circle).ok_or(Refused::NotFound)?;
        let token = Token::parse(token).ok_or(Refused::NotFound)?;
        let now = self.ambient().clock.now();
        let mut conn = self.db().conn().await?;
        let link = store::revoke(&mut conn, &id, &token, viewer.person.id, now).await?;
        Ok(link.ok_or(Refused::NotFound)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_clamped_and_have_defaults() {
        let read = |max_uses, expires_days| {
            let new = NewLink { circle: "", max_uses, expires_days };
            (new.max_uses(), new.lasts().map(Duration::whole_days))
        };
        assert_eq!(read(None, None), (10, Some(14)));
        assert_eq!(read(Some(0), Some(0)), (1, None));
        assert_eq!(read(Some(-3), Some(-3)), (1, None));
        assert_eq!(read(Some(500), Some(500)), (200, Some(365)));
        assert_eq!(read(Some(i64::MAX), Some(i64::MIN)), (200, None));
        assert_eq!(read(Some(7), Some(1)), (7, Some(1)));
    }
}
