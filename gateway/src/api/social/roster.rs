//! `GET /api/public-followers/{username}` and `/api/public-following/{username}`: who follows whom.

use proto::social::v1::{
    ListPublicFollowersRequest, ListPublicFollowingRequest, Roster, RosterEntry, follows_client::FollowsClient,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    api::Ctx,
    door::{Answer, Door, Query, door, fields::Text, ok},
    error::Refused,
};

pub const FOLLOWERS: Door = door!(followers, "Lists who follows somebody, newest first.", ["404 not_found"]);
pub const FOLLOWING: Door = door!(following, "Lists whom somebody follows, newest first.", ["404 not_found"]);

const LIMIT: u32 = 40;
const MOST: u32 = 80;

#[derive(Deserialize, ToSchema)]
struct Params {
    /// 1..80, else 40.
    limit: Option<Text>,
    /// `nextCursor` of the page before.
    cursor: Option<Text>,
}

impl Params {
    fn read(self) -> (u32, String) {
        let limit = self.limit.and_then(|text| text.0.trim().parse::<i64>().ok());
        let limit = limit.map_or(LIMIT, |limit| u32::try_from(limit.clamp(1, i64::from(MOST))).unwrap_or(LIMIT));
        (limit, self.cursor.unwrap_or_default().0)
    }
}

#[derive(Serialize, ToSchema)]
#[schema(as = Roster)]
#[serde(rename_all = "camelCase")]
struct RosterBody {
    ok: bool,
    /// The person keeps the list to himself.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    hidden: bool,
    items: Vec<Entry>,
    #[schema(required)]
    next_cursor: Option<String>,
    total: i64,
}

#[derive(Serialize, ToSchema)]
#[schema(as = RosterEntry)]
#[serde(rename_all = "camelCase")]
struct Entry {
    id: i64,
    handle: String,
    display_name: String,
    #[schema(required)]
    avatar_image: Option<String>,
}

async fn followers(ctx: Ctx, Query(params): Query<Params>) -> Answer<RosterBody> {
    let (limit, cursor) = params.read();
    let message = ListPublicFollowersRequest { username: ctx.param.clone(), limit, cursor };
    write(ctx.ask(FollowsClient::new(ctx.social()).list_public_followers(message)).await?.roster)
}

async fn following(ctx: Ctx, Query(params): Query<Params>) -> Answer<RosterBody> {
    let (limit, cursor) = params.read();
    let message = ListPublicFollowingRequest { username: ctx.param.clone(), limit, cursor };
    write(ctx.ask(FollowsClient::new(ctx.social()).list_public_following(message)).await?.roster)
}

fn write(roster: Option<Roster>) -> Answer<RosterBody> {
    let roster = roster.ok_or_else(Refused::server_error)?;
    ok(&RosterBody {
        ok: true,
        hidden: roster.hidden,
        items: roster.entries.into_iter().map(Entry::from).collect(),
        next_cursor: Some(roster.next_cursor).filter(|cursor| !cursor.is_empty()),
        total: roster.total,
    })
}

impl From<RosterEntry> for Entry {
    fn from(entry: RosterEntry) -> Self {
        Self {
            id: entry.id,
            handle: format!("@{}", entry.username),
            display_name: entry.display_name,
            avatar_image: Some(entry.avatar_url).filter(|url| !url.is_empty()),
        }
    }
}
