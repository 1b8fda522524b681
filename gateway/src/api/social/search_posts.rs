//! `GET /api/search/posts`.

use platform::{Side, timestamp};
use proto::{
    common::v1 as common,
    social::v1::{SearchFilters, SearchPostsRequest, search_client::SearchClient},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{limit, post_object::PostObject};
use crate::{
    api::{self, Ctx, common::Role},
    door::{Answer, Door, Query, door, fields::Text, ok},
};

pub const GET: Door = door!(get, "Finds the newest posts of one Side that hold a text.", []);

const LIMIT: u32 = 50;
const MOST: u32 = 80;

#[derive(Deserialize, ToSchema)]
struct Params {
    /// At least two characters; one leading "@" is dropped.
    q: Text,
    /// `public` (if absent or unknown), `friends`, `close` or `work`.
    side: Text,
    /// A circle.
    set: Text,
    /// Public side only: a channel, or `general` for posts in none.
    topic: Text,
    /// With or without "#".
    tag: Text,
    /// 50 if absent.
    #[schema(value_type = u32, minimum = 1, maximum = 80)]
    limit: Text,
}

#[derive(Serialize, ToSchema)]
#[serde(untagged)]
enum FoundPosts {
    Found(Box<Found>),
    Short(Short),
    Restricted(Nothing),
}

#[derive(Serialize, ToSchema)]
#[schema(as = PostsThatHold)]
#[serde(rename_all = "camelCase")]
struct Found {
    ok: bool,
    restricted: bool,
    /// What was looked for.
    q: String,
    side: api::common::Side,
    count: usize,
    filters: Filters,
    /// Newest first.
    items: Vec<PostObject>,
    /// Seconds since 1970.
    server_ts: f64,
}

/// What narrowed the search; null = nothing.
#[derive(Serialize, ToSchema)]
#[schema(as = SearchFilters)]
struct Filters {
    side: api::common::Side,
    #[schema(required)]
    set: Option<String>,
    #[schema(required)]
    topic: Option<String>,
    #[schema(required)]
    tag: Option<String>,
}

/// Too short to look for.
#[derive(Serialize, ToSchema)]
#[schema(as = ShortSearch)]
#[serde(rename_all = "camelCase")]
struct Short {
    ok: bool,
    restricted: bool,
    q: String,
    count: usize,
    items: Vec<PostObject>,
    server_ts: f64,
}

/// Nobody in particular asked.
#[derive(Serialize, ToSchema)]
#[schema(as = RestrictedPosts)]
pub struct Nothing {
    ok: bool,
    restricted: bool,
    #[schema(required)]
    viewer: Option<String>,
    role: Role,
    count: usize,
    items: Vec<PostObject>,
}

impl Nothing {
    pub fn of(ctx: &Ctx) -> Self {
        let (viewer, role) = (ctx.viewer_token(), Role::of(ctx));
        Self { ok: true, restricted: true, viewer, role, count: 0, items: Vec::new() }
    }
}

async fn get(ctx: Ctx, Query(params): Query<Params>) -> Answer<FoundPosts> {
    let side = Side::parse(&params.side.0).unwrap_or(Side::Public);
    let message = SearchPostsRequest {
        text: params.q.0,
        side: common::Side::from(side).into(),
        limit: limit::read(&params.limit.0, LIMIT, MOST),
        topic: params.topic.0,
        tag: params.tag.0,
        set_id: params.set.0,
    };
    let answer = ctx.ask(SearchClient::new(ctx.social()).posts(message)).await?;
    if answer.restricted {
        return ok(&FoundPosts::Restricted(Nothing::of(&ctx)));
    }
    let now = ctx.now();
    let (q, server_ts) = (answer.text, timestamp::seconds(now));
    let Some(filters) = answer.filters else {
        let short = Short { ok: true, restricted: false, q, count: 0, items: Vec::new(), server_ts };
        return ok(&FoundPosts::Short(short));
    };
    ok(&FoundPosts::Found(Box::new(Found {
        ok: true,
        restricted: false,
        q,
        side: side.into(),
        count: answer.posts.len(),
        filters: Filters::of(side, filters),
        items: answer.posts.into_iter().map(|post| PostObject::of(post, now)).collect(),
        server_ts,
    })))
}

impl Filters {
    fn of(side: Side, filters: SearchFilters) -> Self {
        let some = |text: String| Some(text).filter(|text| !text.is_empty());
        Self { side: side.into(), set: some(filters.set_id), topic: some(filters.topic), tag: some(filters.tag) }
    }
}
