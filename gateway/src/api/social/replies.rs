//! `GET /api/post/{id}/replies`.

use proto::social::v1::{ListRepliesRequest, replies_client::RepliesClient};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::reply_object::{ReplyObject, flat, tree};
use crate::{
    api::Ctx,
    door::{Answer, Door, Query, door, fields::Text, ok},
    query::truthy,
};

pub const GET: Door =
    door!(get, "Lists the replies to a post that the caller may see, oldest first.", ["404 not_found"]);

/// Bytes of a thousand of the longest replies.
const LONGEST: usize = 16 << 20;

#[derive(Deserialize, ToSchema)]
struct Params {
    /// `1` or `tree`: each reply holds its own.
    tree: Option<Text>,
    /// Another spelling of `tree`.
    format: Option<Text>,
}

impl Params {
    fn tree(&self) -> bool {
        let asked = |text: &Text| truthy(&text.0) || text.0.trim().eq_ignore_ascii_case("tree");
        [&self.tree, &self.format].into_iter().flatten().any(asked)
    }
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct ReplyList {
    ok: bool,
    post_id: String,
    /// All that the caller may see; at most 1000 of them are listed, the oldest.
    count: i64,
    /// Only of a tree: the same as `count`.
    #[serde(skip_serializing_if = "Option::is_none")]
    flat_count: Option<i64>,
    /// `tree`, or absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    format: Option<&'static str>,
    replies: Vec<ReplyObject>,
    viewer_authed: bool,
}

async fn get(ctx: Ctx, Query(params): Query<Params>) -> Answer<ReplyList> {
    let mut client = RepliesClient::new(ctx.social()).max_decoding_message_size(LONGEST);
    let answer = ctx.ask(client.list(ListRepliesRequest { post: ctx.param.clone() })).await?;
    let nested = params.tree();
    let arranged = if nested { tree } else { flat };
    ok(&ReplyList {
        ok: true,
        count: answer.count,
        flat_count: nested.then_some(answer.count),
        format: nested.then_some("tree"),
        replies: arranged(answer.replies, &answer.post),
        post_id: answer.post,
        viewer_authed: ctx.signed_in.is_some(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::query;

    #[test]
    fn a_tree_is_asked_for_in_two_spellings() {
        let tree = |text: &str| {
            let params = Query::<Params>::of(&query::Query::parse(Some(text)));
            params.expect("a query is no error").0.tree()
        };
        for yes in ["tree=1", "tree=Tree", "format=tree", "format=TRUE", "tree=no&format=tree", "tree=on"] {
            assert!(tree(yes), "{yes}");
        }
        for no in ["", "tree=", "tree=0", "format=json", "tree=no", "format=trees"] {
            assert!(!tree(no), "{no}");
        }
    }
}
