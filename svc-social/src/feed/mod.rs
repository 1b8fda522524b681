//! The feed: newest first, only what the viewer may see, one statement a page.

pub(crate) mod store;

use platform::{Error, Side, cursor::Place, identity::Viewer};
use time::{OffsetDateTime, macros::datetime};

use crate::{
    Service,
    circle::CircleId,
    post::{Post, PostRow, Reader, text},
};

/// Posts a page holds at most.
const PAGE: u32 = 200;
/// Later than every post.
const END_OF_TIME: OffsetDateTime = datetime!(9999-12-31 0:00 UTC);

/// Which posts, and from where.
#[derive(Clone, Copy, Debug)]
pub struct FeedRequest<'a> {
    pub side: Side,
    /// 1..200.
    pub limit: u32,
    /// "" = first page, and so is what does not open.
    pub cursor: &'a str,
    /// Of the public Side only; "" or "all" = no filter, "general" = posts without a channel.
    pub topic: &'a str,
    /// "" = no filter.
    pub tag: &'a str,
    /// Circle; "" = no filter.
    pub set_id: &'a str,
}

/// One page; it is full unless it is the last.
#[derive(Debug, Default)]
pub struct FeedPage {
    /// A private Side, asked for by nobody in particular.
    pub restricted: bool,
    pub posts: Vec<Post>,
    /// `None` = the last page.
    pub next_cursor: Option<String>,
}

/// What narrows a feed, in the form in which posts have it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Filter {
    pub(crate) topic: Option<String>,
    pub(crate) tag: Option<String>,
    pub(crate) circle: Option<CircleId>,
}

impl Filter {
    /// `None` if no post can match.
    pub(crate) fn read(request: &FeedRequest<'_>) -> Option<Self> {
        let topic = request.topic.trim().to_lowercase();
        let topic = Some(topic).filter(|topic| request.side == Side::Public && !topic.is_empty() && topic != "all");
        let tag = request.tag.trim();
        let tag = tag.strip_prefix('#').unwrap_or(tag).to_lowercase();
        let tag = Some(tag).filter(|tag| !tag.is_empty());
        let set_id = request.set_id.trim();
        let circle = CircleId::parse(set_id);
        let possible = topic.as_deref().is_none_or(text::is_channel)
            && tag.as_deref().is_none_or(text::is_tag)
            && (set_id.is_empty() || circle.is_some());
        possible.then_some(Self { topic, tag, circle })
    }
}

/// From where, and how many rows: one more than the page holds, to know whether there is another.
struct Window {
    place: Place,
    rows: i64,
}

impl Service {
    /// One page of a Side's feed. At most one statement.
    ///
    /// # Errors
    /// The database's.
    pub async fn feed(&self, viewer: Option<&Viewer>, request: FeedRequest<'_>) -> Result<FeedPage, Error> {
        let reader = Reader::new(viewer, self.ambient().clock.now());
        if request.side != Side::Public && reader.id.is_none() {
            return Ok(FeedPage { restricted: true, ..FeedPage::default() });
        }
        let Some(filter) = Filter::read(&request) else { return Ok(FeedPage::default()) };
        let list = list_name(reader, request.side, &filter);
        let start = Place { at: END_OF_TIME, id: String::new() };
        let place = self.cursors().open(&list, request.cursor).unwrap_or(start);
        let limit = request.limit.clamp(1, PAGE);
        let window = Window { place, rows: i64::from(limit) + 1 };

        let mut conn = self.db().conn().await?;
        let rows = store::read(&mut conn, reader, request.side, &filter, &window).await?;
        drop(conn);
        Ok(self.feed_page(reader, &list, rows, limit as usize))
    }

    /// The cursor is made from the last row that is returned.
    fn feed_page(&self, reader: Reader, list: &str, mut rows: Vec<PostRow>, limit: usize) -> FeedPage {
        let more = rows.len() > limit;
        rows.truncate(limit);
        let end = rows.last().filter(|_| more).map(|row| Place { at: row.created_at, id: row.id.to_string() });
        FeedPage {
            restricted: false,
            next_cursor: end.map(|place| self.cursors().seal(list, &place)),
            posts: self.show(reader, rows),
        }
    }
}

/// Names viewer and filters, so that a cursor is of no use to anybody else or for anything else. No part can hold
/// the separator.
fn list_name(reader: Reader, side: Side, filter: &Filter) -> String {
    let viewer = reader.id.map(|id| id.to_string()).unwrap_or_default();
    let topic = filter.topic.as_deref().unwrap_or_default();
    let tag = filter.tag.as_deref().unwrap_or_default();
    let circle = filter.circle.as_ref().map(CircleId::as_str).unwrap_or_default();
    format!("feed/{viewer}/{side}/{topic}/{tag}/{circle}")
}

#[cfg(test)]
mod tests {
    use super::*;

    const PUBLIC: FeedRequest<'_> =
        FeedRequest { side: Side::Public, limit: 20, cursor: "", topic: "", tag: "", set_id: "" };

    fn read(request: FeedRequest<'_>) -> Option<(Option<String>, Option<String>)> {
        Filter::read(&request).map(|filter| (filter.topic, filter.tag))
    }

    #[test]
    fn topics_are_of_the_public_side_and_all_is_none() {
        assert_eq!(read(FeedRequest { topic: " Tech ", ..PUBLIC }), Some((Some("tech".to_owned()), None)));
        assert_eq!(read(FeedRequest { topic: "ALL", ..PUBLIC }), Some((None, None)));
        assert_eq!(read(FeedRequest { side: Side::Work, topic: "tech", ..PUBLIC }), Some((None, None)));
    }

    #[test]
    fn a_filter_that_no_post_can_match_reads_nothing() {
        assert_eq!(read(FeedRequest { topic: "a/b", ..PUBLIC }), None);
        assert_eq!(read(FeedRequest { tag: "x", ..PUBLIC }), None);
        assert_eq!(read(FeedRequest { set_id: "b_1", ..PUBLIC }), None);
        assert_eq!(read(FeedRequest { tag: "#Rust", ..PUBLIC }), Some((None, Some("rust".to_owned()))));
    }

    #[test]
    fn the_name_of_a_list_has_every_filter_and_the_viewer_in_it() {
        let filter = |topic: Option<&str>, tag: Option<&str>| Filter {
            topic: topic.map(str::to_owned),
            tag: tag.map(str::to_owned),
            circle: None,
        };
        let viewer = Reader { id: Some(platform::AccountId(7)), ..Reader::default() };
        let names = [
            list_name(Reader::default(), Side::Public, &filter(None, None)),
            list_name(viewer, Side::Public, &filter(None, None)),
            list_name(viewer, Side::Friends, &filter(None, None)),
            list_name(viewer, Side::Public, &filter(Some("tech"), None)),
            list_name(viewer, Side::Public, &filter(None, Some("tech"))),
            list_name(viewer, Side::Public, &Filter { circle: CircleId::parse("tech"), ..filter(None, None) }),
        ];
        assert_eq!(names.iter().collect::<std::collections::BTreeSet<_>>().len(), names.len());
    }
}
