//! The posts on a profile, page by page. A mute does not matter on the muted person's own page.

use platform::{AccountId, Error, Side, cursor::Place, pg::Conn};
use time::{OffsetDateTime, macros::datetime};

use super::{
    ProfileRequest,
    store::{self, Stretch},
};
use crate::{
    Service,
    post::{Post, Reader},
};

/// Posts a page holds at most.
const PAGE: u32 = 80;
/// Later than every post.
const END_OF_TIME: OffsetDateTime = datetime!(9999-12-31 0:00 UTC);

/// One page; it is full unless it is the last.
#[derive(Debug)]
pub struct ProfilePosts {
    pub posts: Vec<Post>,
    /// `None` = the last page.
    pub next_cursor: Option<String>,
}

impl Service {
    pub(super) async fn profile_posts(
        &self,
        conn: &mut Conn,
        reader: Reader,
        author: AccountId,
        side: Side,
        request: ProfileRequest<'_>,
    ) -> Result<ProfilePosts, Error> {
        let viewer = reader.id.map(|id| id.to_string()).unwrap_or_default();
        let list = format!("profile/{viewer}/{author}/{side}");
        let start = Place { at: END_OF_TIME, id: String::new() };
        let from = self.cursors().open(&list, request.cursor).unwrap_or(start);
        let limit = request.limit.clamp(1, PAGE);
        let stretch = Stretch { author, side, from: &from, rows: i64::from(limit) + 1 };
        let mut rows = store::posts_of(conn, reader, &stretch).await?;
        let more = rows.len() > limit as usize;
        rows.truncate(limit as usize);
        let last = rows.last().filter(|_| more).map(|row| Place { at: row.created_at, id: row.id.to_string() });
        Ok(ProfilePosts {
            next_cursor: last.map(|place| self.cursors().seal(&list, &place)),
            posts: self.show(reader, rows),
        })
    }
}
