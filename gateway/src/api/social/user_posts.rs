//! `GET /api/users/{username}/posts`: what somebody posted in public.

use platform::timestamp;
use proto::social::v1::{PostsOfRequest, search_client::SearchClient};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{limit, post_object::PostObject, search_posts::Nothing};
use crate::{
    api::Ctx,
    door::{Answer, Door, Query, door, fields::Text, ok},
};

pub const GET: Door = door!(get, "Lists what somebody posted in public, newest first.", ["404 not_found"]);

const LIMIT: u32 = 50;
const MOST: u32 = 80;

#[derive(Deserialize, ToSchema)]
struct Params {
    /// 50 if absent.
    #[schema(value_type = u32, minimum = 1, maximum = 80)]
    limit: Text,
    /// With or without "#".
    tag: Text,
}

#[derive(Serialize, ToSchema)]
#[serde(untagged)]
enum UserPosts {
    Open(Open),
    Restricted(Nothing),
}

#[derive(Serialize, ToSchema)]
#[schema(as = PostsOfUser)]
#[serde(rename_all = "camelCase")]
struct Open {
    ok: bool,
    restricted: bool,
    username: String,
    count: usize,
    items: Vec<PostObject>,
    /// Seconds since 1970.
    server_ts: f64,
}

async fn get(ctx: Ctx, Query(params): Query<Params>) -> Answer<UserPosts> {
    let limit = limit::read(&params.limit.0, LIMIT, MOST);
    let message = PostsOfRequest { username: ctx.param.clone(), limit, tag: params.tag.0 };
    let answer = ctx.ask(SearchClient::new(ctx.social()).posts_of(message)).await?;
    if answer.restricted {
        return ok(&UserPosts::Restricted(Nothing::of(&ctx)));
    }
    let now = ctx.now();
    ok(&UserPosts::Open(Open {
        ok: true,
        restricted: false,
        username: answer.username,
        count: answer.posts.len(),
        items: answer.posts.into_iter().map(|post| PostObject::of(post, now)).collect(),
        server_ts: timestamp::seconds(now),
    }))
}
