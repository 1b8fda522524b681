//! `GET /api/profile/{username}`: somebody's face in one Side, with his posts there.

use platform::{side, timestamp};
use proto::{
    common::v1 as pb,
    social::v1::{GetProfileRequest, GetProfileResponse, profiles_client::ProfilesClient},
};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

use super::{facet_object::FacetObject, post_object::PostObject};
use crate::{
    api::{Ctx, common::Side},
    door::{Answer, Door, Query, door, fields::Text, ok},
    error::Refused,
};

pub const GET: Door = door!(
    get,
    "Shows somebody's face in one Side, with his posts there.",
    ["400 invalid_side", "403 locked", "404 not_found"]
);

const LIMIT: u32 = 40;
const MOST: i64 = 80;

#[derive(Deserialize, ToSchema)]
struct Params {
    /// `public`, `friends`, `close` or `work`; if absent, what the person shows the viewer.
    side: Option<Text>,
    /// Posts of a page; 40 if absent.
    #[schema(value_type = u32, minimum = 1, maximum = 80)]
    limit: Option<Text>,
    /// `posts.nextCursor` of the page before.
    cursor: Option<Text>,
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[expect(clippy::struct_excessive_bools, reason = "the contract's own members")]
struct Profile {
    ok: bool,
    user: User,
    /// The most that the person shows the viewer.
    #[schema(required)]
    view_side: Option<Side>,
    #[schema(required)]
    requested_side: Option<Side>,
    allowed_sides: Vec<Side>,
    is_owner: bool,
    viewer_authed: bool,
    /// What the viewer shows the person.
    #[schema(required)]
    viewer_sided_as: Option<Side>,
    viewer_follows: bool,
    /// The same as `viewerFollows`.
    viewer_follows_public: bool,
    /// The same as `publicFollowers`.
    followers: i64,
    public_followers: i64,
    public_following: i64,
    facet: FacetObject,
    /// Null where it is not told.
    #[schema(required)]
    siders: Option<Siders>,
    /// Names of the viewer's own circles that the person belongs to; at most six.
    shared_sets: Vec<String>,
    posts: Posts,
}

#[derive(Serialize, ToSchema)]
#[schema(as = ProfileUser)]
struct User {
    id: i64,
    username: String,
    handle: String,
}

/// How many show the person a Side, or `Close Vault`.
#[derive(Serialize, ToSchema)]
#[serde(untagged)]
enum Siders {
    Number(i64),
    Vault(String),
}

#[derive(Serialize, ToSchema)]
#[schema(as = ProfilePosts)]
#[serde(rename_all = "camelCase")]
struct Posts {
    #[schema(required)]
    side: Option<Side>,
    /// Of this page.
    count: usize,
    items: Vec<PostObject>,
    #[schema(required)]
    next_cursor: Option<String>,
    has_more: bool,
    /// Seconds since 1970.
    server_ts: f64,
}

async fn get(ctx: Ctx, Query(params): Query<Params>) -> Answer<Profile> {
    let limit = params.limit.and_then(|text| text.0.trim().parse::<i64>().ok());
    let limit = limit.and_then(|limit| u32::try_from(limit.clamp(1, MOST)).ok()).unwrap_or(LIMIT);
    let message = GetProfileRequest {
        username: ctx.param.clone(),
        side: params.side.unwrap_or_default().0,
        limit,
        cursor: params.cursor.unwrap_or_default().0,
    };
    let answer = ctx.ask(ProfilesClient::new(ctx.social()).get_profile(message)).await?;
    if answer.locked {
        return Err(locked(&ctx, &answer));
    }
    ok(&Profile::of(&ctx, answer)?)
}

fn allowed_sides(answer: &GetProfileResponse) -> Vec<Side> {
    answer.allowed_sides().filter_map(side::from_proto).map(Side::from).collect()
}

/// What is told of a Side that is not shown: what may be asked for instead, and nothing that is in it.
fn locked(ctx: &Ctx, answer: &GetProfileResponse) -> Refused {
    let word = |side: pb::Side| side::from_proto(side).map(platform::Side::as_str);
    let allowed: Vec<&str> = answer.allowed_sides().filter_map(word).collect();
    let counts = answer.counts.unwrap_or_default();
    let user = json!({ "id": answer.id, "username": answer.username, "handle": format!("@{}", answer.username) });
    Refused::new(http::StatusCode::FORBIDDEN, "locked")
        .with("user", user)
        .with("viewSide", word(answer.view_side()))
        .with("requestedSide", word(answer.requested_side()))
        .with("allowedSides", allowed)
        .with("isOwner", false)
        .with("viewerAuthed", ctx.signed_in.is_some())
        .with("viewerFollows", answer.follows)
        .with("viewerFollowsPublic", answer.follows)
        .with("followers", counts.followers)
        .with("publicFollowers", counts.followers)
        .with("publicFollowing", counts.following)
}

impl Profile {
    fn of(ctx: &Ctx, answer: GetProfileResponse) -> Result<Self, Refused> {
        let view_side = side::from_proto(answer.view_side());
        let requested = side::from_proto(answer.requested_side()).map(Side::from);
        let counts = answer.counts.unwrap_or_default();
        let more = !answer.next_cursor.is_empty();
        let siders = if view_side == Some(platform::Side::Close) {
            Some(Siders::Vault("Close Vault".to_owned()))
        } else {
            answer.siders.map(Siders::Number)
        };
        let now = ctx.now();
        let allowed_sides = allowed_sides(&answer);
        let placed_as = side::from_proto(answer.placed_as()).map(Side::from);
        Ok(Self {
            ok: true,
            user: User { id: answer.id, handle: format!("@{}", answer.username), username: answer.username },
            view_side: view_side.map(Side::from),
            requested_side: requested,
            allowed_sides,
            is_owner: answer.owner,
            viewer_authed: ctx.signed_in.is_some(),
            viewer_sided_as: placed_as,
            viewer_follows: answer.follows,
            viewer_follows_public: answer.follows,
            followers: counts.followers,
            public_followers: counts.followers,
            public_following: counts.following,
            facet: FacetObject::of(answer.facet.ok_or_else(Refused::server_error)?),
            siders,
            shared_sets: answer.shared_sets,
            posts: Posts {
                side: requested,
                count: answer.posts.len(),
                items: answer.posts.into_iter().map(|post| PostObject::of(post, now)).collect(),
                next_cursor: more.then_some(answer.next_cursor),
                has_more: more,
                server_ts: timestamp::seconds(now),
            },
        })
    }
}
