//! `GET /api/feed`.

use platform::{Side, timestamp};
use proto::{
    common::v1 as common,
    social::v1::{ListRequest, feed_client::FeedClient},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::post_object::{LiteObject, PostObject};
use crate::{
    api::{self, Ctx, common::Role},
    door::{
        self, Answer, Door, Query, door,
        fields::{Text, Yes},
    },
};

pub const GET: Door = door!(get, "Lists the posts of one Side that the caller may see, newest first.", []);

const DEFAULT_LIMIT: u32 = 30;
const MAX_LIMIT: u32 = 200;

#[derive(Deserialize, ToSchema)]
struct Params {
    /// `public` (if absent or unknown), `friends`, `close` or `work`.
    side: Text,
    /// 30 if absent.
    #[schema(value_type = u32, minimum = 1, maximum = 200)]
    limit: Text,
    /// `nextCursor` of the page before; anything else is the first page.
    cursor: Text,
    /// Public side only: a channel, or `general` for posts in none.
    topic: Text,
    /// With or without "#".
    tag: Text,
    /// A circle.
    set: Text,
    /// Marks instead of posts.
    lite: Yes,
}

#[derive(Serialize, ToSchema)]
#[serde(untagged)]
enum Feed {
    Page(Page),
    Restricted(Unpaged),
}

#[derive(Serialize, ToSchema)]
#[schema(as = FeedPage)]
#[serde(rename_all = "camelCase")]
struct Page {
    ok: bool,
    restricted: bool,
    #[schema(required)]
    viewer: Option<String>,
    role: Role,
    side: api::common::Side,
    count: usize,
    items: Vec<Item>,
    /// Null: this was the last page.
    #[schema(required)]
    next_cursor: Option<String>,
    has_more: bool,
    /// Seconds since 1970.
    server_ts: f64,
}

/// A private side without a viewer: nothing to see, and no pages.
#[derive(Serialize, ToSchema)]
#[schema(as = RestrictedFeed)]
struct Unpaged {
    ok: bool,
    restricted: bool,
    #[schema(required)]
    viewer: Option<String>,
    role: Role,
    side: api::common::Side,
    count: usize,
    items: Vec<Item>,
}

#[derive(Serialize, ToSchema)]
#[schema(as = FeedItem)]
#[serde(untagged)]
enum Item {
    Full(Box<PostObject>),
    Lite(LiteObject),
}

async fn get(ctx: Ctx, Query(params): Query<Params>) -> Answer<Feed> {
    let side = Side::parse(&params.side.0).unwrap_or(Side::Public);
    let answer = ctx.ask(FeedClient::new(ctx.social()).list(request(&params, side))).await?;
    let (now, lite) = (ctx.now(), params.lite.0);
    let item =
        |post| if lite { Item::Lite(LiteObject::of(post)) } else { Item::Full(Box::new(PostObject::of(post, now))) };
    let items: Vec<Item> = answer.posts.into_iter().map(item).collect();
    let (ok, viewer, side, count) = (true, ctx.viewer_token(), side.into(), items.len());
    let role = Role::of(&ctx);
    if answer.restricted {
        return door::ok(&Feed::Restricted(Unpaged { ok, restricted: true, viewer, role, side, count, items }));
    }
    let next_cursor = Some(answer.next_cursor).filter(|cursor| !cursor.is_empty());
    let server_ts = timestamp::seconds(now);
    let has_more = next_cursor.is_some();
    let page = Page { ok, restricted: false, viewer, role, side, count, items, next_cursor, has_more, server_ts };
    door::ok(&Feed::Page(page))
}

fn request(params: &Params, side: Side) -> ListRequest {
    let limit = params.limit.0.trim().parse::<i64>().map(|limit| limit.clamp(1, i64::from(MAX_LIMIT)));
    ListRequest {
        side: common::Side::from(side).into(),
        limit: limit.ok().and_then(|limit| u32::try_from(limit).ok()).unwrap_or(DEFAULT_LIMIT),
        cursor: params.cursor.0.clone(),
        topic: params.topic.0.clone(),
        tag: params.tag.0.clone(),
        set_id: params.set.0.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::query;

    #[test]
    fn parameters_are_read_leniently() {
        let of = |text: &str, side| {
            let query = Query::of(&query::Query::parse(Some(text)));
            request(&query.expect("a query is no error").0, side)
        };
        for (text, limit) in
            [("", 30), ("limit=abc", 30), ("limit=0", 1), ("limit=-3", 1), ("limit=999", 200), ("limit=20", 20)]
        {
            assert_eq!(of(text, Side::Public).limit, limit, "{text}");
        }
    }
}
