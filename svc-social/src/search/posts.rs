//! Posts that hold a text: newest first, one Side at a time, under the laws of the feed.
//!
//! Nobody knows beforehand whether a text is common or rare, and the planner less than anybody, since its plans are made
//! for all texts. So both are asked for in the way that suits them. What is common stands among the newest posts: these are
//! walked in the feed's own order, and the walk ends at the last one that is needed, where the index of words would give
//! half of all posts ever written. Only if that did not fill the page, the text is rare, and the index of words finds the
//! few posts that hold it, where a walk would go through all of them.

use platform::{Error, Side, identity::Viewer, pg::Conn};

use super::{
    holding, sought,
    store::{self, Asked, Depth, Found},
    too_short,
};
use crate::{
    Service,
    feed::{FeedRequest, Filter},
    post::{Post, Reader},
};

/// Posts an answer holds at most.
const MOST: u32 = 80;
/// No text of a post is longer.
const LONGEST: usize = 5_000;
/// Letters in a row that a word of the index has.
const WORD: usize = 3;
/// Posts that are walked for each that is wanted. Of one Side that everybody reads they lie in one row; of a private one
/// in one row for each author.
const PUBLIC: i64 = 80;
const PRIVATE: i64 = 400;
/// Of each author and circle at least so many are walked.
const EACH: i64 = 50;
/// Posts that are walked for what the index of words cannot find.
const FAR: i64 = 200_000;

/// What is looked for, and where.
#[derive(Clone, Copy, Debug)]
pub struct PostSearch<'a> {
    /// As typed.
    pub text: &'a str,
    pub side: Side,
    /// 1..80.
    pub limit: u32,
    /// As a feed has them.
    pub topic: &'a str,
    pub tag: &'a str,
    pub set_id: &'a str,
}

/// What was found.
#[derive(Debug, Default)]
pub struct FoundPosts {
    /// Nobody in particular asked.
    pub restricted: bool,
    /// What was looked for.
    pub text: String,
    /// `None`: that is too short.
    pub filters: Option<Filters>,
    pub posts: Vec<Post>,
}

/// What narrowed it, as it was read; "" = nothing.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Filters {
    pub topic: String,
    pub tag: String,
    pub set_id: String,
}

impl Service {
    /// The newest posts of a Side that hold a text. Three statements at most.
    ///
    /// # Errors
    /// The database's.
    pub async fn search_posts(&self, viewer: Option<&Viewer>, request: PostSearch<'_>) -> Result<FoundPosts, Error> {
        let text = sought(request.text).to_owned();
        let Some(viewer) = viewer else { return Ok(FoundPosts { restricted: true, ..FoundPosts::default() }) };
        if too_short(&text) {
            return Ok(FoundPosts { text, ..FoundPosts::default() });
        }
        let PostSearch { side, topic, tag, set_id, .. } = request;
        let limit = request.limit.clamp(1, MOST);
        let filter = Filter::read(&FeedRequest { side, limit, cursor: "", topic, tag, set_id });
        let filters = Some(told(filter.as_ref(), request));
        let filter = filter.filter(|_| text.chars().nth(LONGEST).is_none());
        let Some(filter) = filter else { return Ok(FoundPosts { text, filters, ..FoundPosts::default() }) };

        let reader = Reader::new(Some(viewer), self.ambient().clock.now());
        let pattern = holding(&text);
        let asked = Asked {
            viewer: viewer.person.id,
            reader,
            side,
            pattern: &pattern,
            filter: &filter,
            rows: i64::from(limit),
        };
        let mut conn = self.db().conn().await?;
        let ids = find(&mut conn, &asked, has_word(&text)).await?;
        let rows = if ids.is_empty() { Vec::new() } else { store::page(&mut conn, reader, &ids).await? };
        drop(conn);
        Ok(FoundPosts { restricted: false, text, filters, posts: self.show(reader, rows) })
    }
}

/// Which posts. A circle and a tag have few: these are simply read.
async fn find(conn: &mut Conn, asked: &Asked<'_>, has_word: bool) -> Result<Vec<String>, Error> {
    if asked.filter.circle.is_some() {
        return Ok(store::in_circle(conn, asked).await?);
    }
    if asked.filter.tag.is_some() {
        return Ok(store::with_tag(conn, asked).await?);
    }
    let each = if asked.side == Side::Public { PUBLIC } else { PRIVATE };
    let near = Depth { all: asked.rows * each, each: EACH };
    let Found { ids, whole } = store::walk(conn, asked, near).await?;
    if whole || i64::try_from(ids.len()).is_ok_and(|found| found >= asked.rows) {
        return Ok(ids);
    }
    if has_word {
        return Ok(store::by_words(conn, asked).await?);
    }
    Ok(store::walk(conn, asked, Depth { all: FAR, each: EACH }).await?.ids)
}

/// Whether the index of words can find it: it holds three letters or digits in a row. Of less it may know nothing, and
/// would give all posts there are.
fn has_word(text: &str) -> bool {
    text.split(|letter: char| !letter.is_alphanumeric()).any(|word| word.chars().nth(WORD - 1).is_some())
}

/// A filter that no post can match is told as it was typed.
fn told(filter: Option<&Filter>, request: PostSearch<'_>) -> Filters {
    match filter {
        Some(filter) => Filters {
            topic: filter.topic.clone().unwrap_or_default(),
            tag: filter.tag.clone().unwrap_or_default(),
            set_id: filter.circle.as_ref().map(|circle| circle.as_str().to_owned()).unwrap_or_default(),
        },
        None => Filters {
            topic: match request.topic.trim().to_lowercase() {
                topic if request.side == Side::Public && topic != "all" => topic,
                _ => String::new(),
            },
            tag: request.tag.trim().to_owned(),
            set_id: request.set_id.trim().to_owned(),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_has_three_letters_in_a_row() {
        for (text, has) in
            [("frost", true), ("a1b", true), ("été", true), ("ab", false), ("a b c", false), ("--%_", false)]
        {
            assert_eq!(has_word(text), has, "{text}");
        }
    }

    #[test]
    fn filters_are_told_as_they_were_read() {
        let search = PostSearch { text: "x", side: Side::Public, limit: 1, topic: " Tech ", tag: "#Rust", set_id: "" };
        let read = |search: PostSearch<'_>| {
            let PostSearch { side, limit, topic, tag, set_id, .. } = search;
            told(Filter::read(&FeedRequest { side, limit, cursor: "", topic, tag, set_id }).as_ref(), search)
        };
        let filters = |topic: &str, tag: &str, set_id: &str| Filters {
            topic: topic.to_owned(),
            tag: tag.to_owned(),
            set_id: set_id.to_owned(),
        };
        assert_eq!(read(search), filters("tech", "rust", ""));
        assert_eq!(read(PostSearch { side: Side::Work, topic: "tech", tag: "", ..search }), filters("", "", ""));
        assert_eq!(read(PostSearch { topic: "all", tag: "", set_id: "b_1", ..search }), filters("", "", "b_1"));
    }
}
