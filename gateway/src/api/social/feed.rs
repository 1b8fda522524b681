//! `GET /api/feed`.

use platform::{Side, timestamp};
use proto::{
    common::v1 as common,
    social::v1::{ListRequest, feed_client::FeedClient},
};
use serde::Serialize;

use super::post_object::{LiteObject, PostObject};
use crate::{
    api::{Answer, Ctx, ok},
    query::Query,
};

const DEFAULT_LIMIT: u32 = 30;
const MAX_LIMIT: u32 = 200;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Page {
    ok: bool,
    restricted: bool,
    viewer: Option<String>,
    role: &'static str,
    side: &'static str,
    count: usize,
    items: Vec<Item>,
    #[serde(flatten)]
    paging: Option<Paging>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Paging {
    next_cursor: Option<String>,
    has_more: bool,
    server_ts: f64,
}

#[derive(Serialize)]
#[serde(untagged)]
enum Item {
    Full(Box<PostObject>),
    Lite(LiteObject),
}

pub async fn get(ctx: Ctx) -> Answer {
    let side = Side::parse(ctx.query.text("side")).unwrap_or(Side::Public);
    let message = request(&ctx.query, side);
    let answer = ctx.ask(FeedClient::new(ctx.social()).list(message)).await?;
    let (now, lite) = (ctx.now(), ctx.query.flag("lite"));
    let item =
        |post| if lite { Item::Lite(LiteObject::of(post)) } else { Item::Full(Box::new(PostObject::of(post, now))) };
    let items: Vec<Item> = answer.posts.into_iter().map(item).collect();
    let next_cursor = Some(answer.next_cursor).filter(|cursor| !cursor.is_empty());
    #[expect(clippy::cast_precision_loss, reason = "microseconds of this era fit a double's 53 bits")]
    let server_ts = timestamp::micros(now) as f64 / 1e6;
    let paging = Paging { has_more: next_cursor.is_some(), next_cursor, server_ts };
    ok(&Page {
        ok: true,
        restricted: answer.restricted,
        viewer: ctx.viewer_token(),
        role: if ctx.signed_in.is_some() { "me" } else { "anon" },
        side: side.as_str(),
        count: items.len(),
        items,
        // A private side without a viewer has no pages.
        paging: (!answer.restricted).then_some(paging),
    })
}

fn request(query: &Query, side: Side) -> ListRequest {
    let limit = query.text("limit").trim().parse::<i64>().map(|limit| limit.clamp(1, i64::from(MAX_LIMIT)));
    let topic = query.text("topic").trim().to_lowercase();
    let tag = query.text("tag").trim();
    ListRequest {
        side: common::Side::from(side).into(),
        limit: limit.ok().and_then(|limit| u32::try_from(limit).ok()).unwrap_or(DEFAULT_LIMIT),
        cursor: query.text("cursor").to_owned(),
        topic: if side == Side::Public && topic != "all" { topic } else { String::new() },
        tag: tag.strip_prefix('#').unwrap_or(tag).to_lowercase(),
        set_id: query.text("set").trim().to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_are_read_leniently() {
        let of = |query: &str, side| request(&Query::parse(Some(query)), side);
        for (text, limit) in
            [("", 30), ("limit=abc", 30), ("limit=0", 1), ("limit=-3", 1), ("limit=999", 200), ("limit=20", 20)]
        {
            assert_eq!(of(text, Side::Public).limit, limit, "{text}");
        }
        let read = of("topic=Tech&tag=%23Trail&set=x", Side::Public);
        assert_eq!((read.topic.as_str(), read.tag.as_str(), read.set_id.as_str()), ("tech", "trail", "x"));
        assert_eq!(of("topic=all", Side::Public).topic, "");
        assert_eq!(of("topic=tech", Side::Work).topic, "");
    }
}
