//! A repeated creation: it answers as the first did, and does nothing.

use platform::{Error, identity::Viewer};
use time::OffsetDateTime;

use super::{
    ClientKey, Post, Reader,
    client_key::FirstAnswer,
    store::{self, Before},
};
use crate::{Service, circle::CircleId, facet::display_name, refused::Refused};

impl Service {
    /// What is asked before anything is checked: one statement, and none if there is neither key nor circle.
    pub(crate) async fn before(
        &self,
        viewer: &Viewer,
        key: Option<ClientKey<'_>>,
        circle: Option<&CircleId>,
        now: OffsetDateTime,
    ) -> Result<Before, Error> {
        if key.is_none() && circle.is_none() {
            return Ok(Before::default());
        }
        let mut conn = self.db().conn().await?;
        let before = store::before(&mut conn, viewer.person.id, key, circle, now).await?;
        before.ok_or_else(|| Refused::InvalidClientKey.into())
    }

    /// What this key made before.
    pub(crate) async fn first_answer(
        &self,
        viewer: &Viewer,
        first: FirstAnswer,
        now: OffsetDateTime,
    ) -> Result<Post, Error> {
        let mut conn = self.db().conn().await?;
        let reader = Reader::new(Some(viewer), now);
        let row = store::visible(&mut conn, &first.id, reader).await?;
        Ok(row.map_or_else(|| deleted(viewer, first), |row| self.tell(reader, row)))
    }
}

/// What a replay tells of a post that is gone: that it was made, and nothing of what was in it.
fn deleted(viewer: &Viewer, first: FirstAnswer) -> Post {
    let person = &viewer.person;
    Post {
        id: first.id,
        side: first.side,
        author: display_name(None, first.side, &person.full_name, &person.username),
        username: person.username.clone(),
        avatar_url: String::new(),
        created_at: first.created_at,
        edited_at: None,
        content: String::new(),
        tags: Vec::new(),
        urgent: false,
        channel: String::new(),
        like_count: 0,
        reply_count: 0,
        echo_count: 0,
        liked: false,
        echoed: false,
        mentioned: false,
        can_edit: false,
        can_delete: false,
        trust_level: None,
        echo_of: None,
        circle: None,
        circle_label: None,
        circle_color: None,
    }
}
