//! The replies to a post, as one viewer sees them.

use std::collections::HashMap;

use platform::{AccountId, Error, PostId, ReplyId, identity::Viewer};
use time::OffsetDateTime;

use super::store::{self, ReplyRow};
use crate::{Service, facet::display_name, post::Reader, refused::Refused};

/// Replies in one answer; the oldest of more.
const MOST: i64 = 1_000;

/// All that one viewer is told of the replies to a post.
#[derive(Debug)]
pub struct Replies {
    pub post: PostId,
    /// Of all that he may see, beyond those that are listed too. Muting changes no number.
    pub count: i64,
    /// Oldest first; a reply comes after the one that it answers.
    pub listed: Vec<Reply>,
}

/// What one viewer is told of a reply.
#[derive(Debug)]
pub struct Reply {
    pub id: ReplyId,
    pub author: AccountId,
    /// What the author is called in the post's Side.
    pub name: String,
    pub username: String,
    pub text: String,
    pub created_at: OffsetDateTime,
    /// Of the viewer's own.
    pub client_key: Option<String>,
    /// The nearest one above it that the viewer sees; `None` = the post itself.
    pub parent: Option<ReplyId>,
    /// Among what the viewer sees: 0 = to the post itself.
    pub depth: u32,
}

impl Service {
    /// The replies to a post. One statement decides whether the viewer sees the post, and reads them.
    ///
    /// # Errors
    /// 404 `not_found`: unknown or not visible, one answer.
    pub async fn replies(&self, viewer: Option<&Viewer>, post: &str) -> Result<Replies, Error> {
        let post = PostId::parse(post).ok_or(Refused::NotFound)?;
        let reader = Reader::new(viewer, self.ambient().clock.now());
        let mut conn = self.db().conn().await?;
        let rows = store::list(&mut conn, &post, reader, MOST).await?;
        drop(conn);
        // There is a row even if there is no reply.
        let total = rows.first().ok_or(Refused::NotFound)?.total;
        let replies = tell(rows);
        // Who is gone himself reads his own replies, which count for nobody.
        let count = total.max(i64::try_from(replies.len()).unwrap_or(i64::MAX));
        Ok(Replies { post, count, listed: replies })
    }
}

/// Under the nearest one above it that is told before it, or else under the post.
fn tell(rows: Vec<ReplyRow>) -> Vec<Reply> {
    let mut depths: HashMap<String, u32> = HashMap::with_capacity(rows.len());
    let mut told = Vec::with_capacity(rows.len());
    for row in rows {
        let (side, facet) = (row.side, row.facet_name);
        let Some((id, author)) = row.id.zip(row.author) else { continue };
        let username = row.username.unwrap_or_default();
        let mut ancestors = row.parent.into_iter().chain(row.above.into_iter().flatten());
        let above = ancestors.find_map(|parent| depths.get(parent.as_str()).copied().map(|depth| (parent, depth)));
        let depth = above.as_ref().map_or(0, |(_, depth)| depth + 1);
        depths.insert(id.to_string(), depth);
        told.push(Reply {
            id,
            author,
            name: display_name(facet.as_deref(), side, row.full_name.as_deref().unwrap_or_default(), &username),
            username,
            text: row.body.unwrap_or_default(),
            created_at: row.created_at.unwrap_or(OffsetDateTime::UNIX_EPOCH),
            client_key: row.client_key,
            parent: above.map(|(parent, _)| parent),
            depth,
        });
    }
    told
}

#[cfg(test)]
mod tests {
    use platform::Side;

    use super::*;

    fn row(id: &str, parent: Option<&str>) -> ReplyRow {
        ReplyRow {
            side: Side::Friends,
            total: 3,
            id: ReplyId::parse(id),
            parent: parent.and_then(ReplyId::parse),
            above: None,
            author: Some(AccountId(1)),
            username: Some("sam_fox".to_owned()),
            full_name: Some("Sam Fox".to_owned()),
            facet_name: None,
            body: Some("hi".to_owned()),
            created_at: Some(OffsetDateTime::UNIX_EPOCH),
            client_key: None,
        }
    }

    #[test]
    fn depth_is_counted_over_what_is_told_and_a_missing_parent_is_none() {
        let told =
            tell(vec![row("r_1", None), row("r_2", Some("r_1")), row("r_3", Some("r_2")), row("r_4", Some("r_9"))]);
        let seen: Vec<_> = told.iter().map(|reply| (reply.depth, reply.parent.as_ref().map(ReplyId::as_str))).collect();
        assert_eq!(seen, [(0, None), (1, Some("r_1")), (2, Some("r_2")), (0, None)]);
        assert_eq!(told[0].name, "Sam", "as in the post's Side");
    }

    #[test]
    fn what_is_above_a_missing_parent_takes_its_place() {
        let above = ["r_8", "r_1"].into_iter().filter_map(ReplyId::parse).collect();
        let told = tell(vec![row("r_1", None), ReplyRow { above: Some(above), ..row("r_4", Some("r_9")) }]);
        assert_eq!((told[1].depth, told[1].parent.as_ref().map(ReplyId::as_str)), (1, Some("r_1")));
    }

    #[test]
    fn a_post_without_replies_tells_none() {
        assert!(tell(vec![ReplyRow { id: None, author: None, ..row("r_1", None) }]).is_empty());
    }
}
