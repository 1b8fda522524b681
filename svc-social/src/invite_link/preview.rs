//! What anybody who holds a link may know before he joins.

use platform::{AccountId, Error, Side, identity::Viewer};
use time::OffsetDateTime;

use super::{Status, Token, store};
use crate::{Service, facet::display_name};

/// What a link says of itself.
#[derive(Debug, Default)]
pub struct Preview {
    /// `None` = not to be found.
    pub status: Option<Status>,
    /// Only of an active one.
    pub link: Option<Previewed>,
}

#[derive(Debug)]
pub struct Previewed {
    /// As the circle was called when the link was made.
    pub label: String,
    pub uses: i32,
    pub max_uses: i32,
    /// `None` = never.
    pub expires_at: Option<OffsetDateTime>,
    pub owner_username: String,
    /// What he is called in public.
    pub owner_name: String,
}

impl Service {
    /// What a link says to somebody who may be nobody. One that is unknown, whose circle moved, whose owner is gone, or
    /// whose owner and viewer a block separates, is one answer. One statement.
    ///
    /// # Errors
    /// The database's.
    pub async fn preview_link(&self, viewer: Option<&Viewer>, token: &str) -> Result<Preview, Error> {
        let Some(token) = Token::parse(token) else { return Ok(Preview::default()) };
        let now = self.ambient().clock.now();
        let viewer = viewer.map_or(AccountId::NOBODY, |viewer| viewer.person.id);
        let mut conn = self.db().conn().await?;
        let Some(row) = store::preview(&mut conn, &token, viewer).await? else { return Ok(Preview::default()) };
        let status = row.state().status(now);
        let owner_name = display_name(row.facet_name.as_deref(), Side::Public, &row.full_name, &row.username);
        let link = (status == Status::Active).then_some(Previewed {
            label: row.label,
            uses: row.uses,
            max_uses: row.max_uses,
            expires_at: row.expires_at,
            owner_username: row.username,
            owner_name,
        });
        Ok(Preview { status: Some(status), link })
    }
}
