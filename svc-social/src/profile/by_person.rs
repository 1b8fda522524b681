//! What somebody posted in public, as one list. A mute does not matter to who looks at one person's posts.

use platform::{Error, Side, cursor::Place, identity::Viewer, ids};
use time::{OffsetDateTime, macros::datetime};

use super::{
    store::{self, Stretch},
    tagged,
};
use crate::{
    Service,
    post::{Post, Reader, text},
    refused::Refused,
};

/// Posts it holds at most.
const MOST: u32 = 80;
/// Later than every post.
const END_OF_TIME: OffsetDateTime = datetime!(9999-12-31 0:00 UTC);

/// Somebody's public posts.
#[derive(Debug)]
pub struct PublicPosts {
    pub username: String,
    /// Newest first.
    pub posts: Vec<Post>,
}

impl Service {
    /// The newest public posts of somebody, all or those with one tag, as this viewer may see them. `None`: nobody in
    /// particular asked. Two statements in this service.
    ///
    /// # Errors
    /// 404 `not_found`: unknown, gone, blocked either way.
    pub async fn public_posts(
        &self,
        viewer: Option<&Viewer>,
        username: &str,
        tag: &str,
        limit: u32,
    ) -> Result<Option<PublicPosts>, Error> {
        let Some(viewer) = viewer else { return Ok(None) };
        let author = self.resolve_id(&ids::handle(username)).await?;
        let reader = Reader::new(Some(viewer), self.ambient().clock.now());
        let rows = i64::from(limit.clamp(1, MOST));
        let tag = tag.trim();
        let tag = tag.strip_prefix('#').unwrap_or(tag).to_lowercase();

        let mut conn = self.db().conn().await?;
        let head = store::head(&mut conn, author, reader, None).await?.ok_or(Refused::NotFound)?;
        let found = if tag.is_empty() {
            let from = Place { at: END_OF_TIME, id: String::new() };
            let stretch = Stretch { author, side: Side::Public, from: &from, rows };
            store::posts_of(&mut conn, reader, &stretch).await?
        } else if text::is_tag(&tag) {
            tagged::posts_of(&mut conn, reader, author, &tag, rows).await?
        } else {
            Vec::new()
        };
        drop(conn);
        Ok(Some(PublicPosts { username: head.username, posts: self.show(reader, found) }))
    }
}
