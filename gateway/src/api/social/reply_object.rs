//! The reply object, and how replies are put below one another.

use std::collections::HashMap;

use platform::{AccountId, timestamp};
use proto::social::v1::Reply;
use serde::Serialize;
use utoipa::ToSchema;

/// A reply as one viewer sees it.
#[derive(Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = Reply)]
#[serde(rename_all = "camelCase")]
pub struct ReplyObject {
    id: String,
    post_id: String,
    /// `me_<id>`.
    author_id: String,
    author: String,
    handle: String,
    text: String,
    /// Milliseconds since 1970.
    created_at: i64,
    /// Of the viewer's own replies; else null.
    #[schema(required)]
    client_key: Option<String>,
    /// The nearest reply above it that the viewer sees; null: it answers the post.
    #[schema(required)]
    parent_id: Option<String>,
    /// 0 = it answers the post.
    depth: u32,
    /// Replies are not liked: always 0.
    like_count: u32,
    /// Only in a tree: what answers it, oldest first.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(no_recursion)]
    replies: Option<Vec<ReplyObject>>,
}

impl ReplyObject {
    fn of(reply: Reply, post: &str) -> Self {
        Self {
            post_id: post.to_owned(),
            author_id: AccountId(reply.author).to_string(),
            author: reply.name,
            handle: format!("@{}", reply.username.to_lowercase()),
            text: reply.text,
            created_at: reply.created_at.and_then(timestamp::try_from_proto).map_or(0, timestamp::millis),
            client_key: reply.client_key,
            parent_id: reply.parent,
            depth: reply.depth,
            like_count: 0,
            replies: None,
            id: reply.id,
        }
    }
}

/// Oldest first, as they came.
pub fn flat(replies: Vec<Reply>, post: &str) -> Vec<ReplyObject> {
    replies.into_iter().map(|reply| ReplyObject::of(reply, post)).collect()
}

/// Each below the one that it answers, oldest first at every level. What answers none of them stands at the top.
pub fn tree(replies: Vec<Reply>, post: &str) -> Vec<ReplyObject> {
    // A parent stands before what answers it: from the end on, each is whole when its turn comes.
    let places: HashMap<String, usize> =
        replies.iter().enumerate().map(|(place, reply)| (reply.id.clone(), place)).collect();
    let mut below: Vec<Vec<ReplyObject>> = replies.iter().map(|_| Vec::new()).collect();
    let mut top = Vec::new();
    for (place, reply) in replies.into_iter().enumerate().rev() {
        let parent = reply.parent.as_ref().and_then(|parent| places.get(parent)).filter(|parent| **parent < place);
        let parent = parent.copied();
        let mut answers = below.pop().unwrap_or_default();
        answers.reverse();
        let object = ReplyObject { replies: Some(answers), ..ReplyObject::of(reply, post) };
        match parent.and_then(|parent| below.get_mut(parent)) {
            Some(siblings) => siblings.push(object),
            None => top.push(object),
        }
    }
    top.reverse();
    top
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reply(id: &str, parent: Option<&str>) -> Reply {
        Reply { id: id.to_owned(), parent: parent.map(str::to_owned), ..Reply::default() }
    }

    fn shape(replies: &[ReplyObject]) -> String {
        let one =
            |reply: &ReplyObject| format!("{}({})", reply.id, shape(reply.replies.as_deref().unwrap_or_default()));
        replies.iter().map(one).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn each_stands_below_what_it_answers_oldest_first() {
        let all = || {
            vec![
                reply("a", None),
                reply("b", Some("a")),
                reply("c", None),
                reply("d", Some("a")),
                reply("e", Some("b")),
                reply("f", Some("gone")),
            ]
        };
        assert_eq!(shape(&tree(all(), "p_1")), "a(b(e()) d()) c() f()");
        let listed = flat(all(), "p_1");
        assert_eq!(listed.iter().map(|reply| reply.id.as_str()).collect::<Vec<_>>(), ["a", "b", "c", "d", "e", "f"]);
        assert!(listed.iter().all(|reply| reply.replies.is_none() && reply.post_id == "p_1"));
    }

    #[test]
    fn what_answers_itself_or_something_later_stands_at_the_top() {
        assert_eq!(shape(&tree(vec![reply("a", Some("b")), reply("b", Some("b"))], "p_1")), "a() b()");
        assert!(tree(Vec::new(), "p_1").is_empty());
    }
}
