//! `POST /api/follow`: follows somebody's public presence, or no more.

use proto::social::v1::{SetFollowRequest, follows_client::FollowsClient};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    api::Ctx,
    door::{
        Answer, Door, Json, door,
        fields::{Name, Yes, first},
        ok,
    },
};

pub const POST: Door = door!(
    post,
    "Follows somebody's public presence, or no more; it shows nobody anything.",
    [
        "400 missing_username",
        "400 cannot_follow_self",
        "403 restricted",
        "403 account_restricted",
        "403 age_gate_required",
        "404 not_found",
    ]
);

#[derive(Deserialize, ToSchema)]
struct Body {
    username: Option<Name>,
    /// Another spelling of `username`.
    handle: Option<Name>,
    /// Anything but yes unfollows.
    follow: Option<Yes>,
}

/// Numbers are the other person's, after the change.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct Followed {
    ok: bool,
    following: bool,
    /// The same as `publicFollowers`.
    followers: i64,
    public_followers: i64,
    public_following: i64,
}

async fn post(ctx: Ctx, Json(body): Json<Body>) -> Answer<Followed> {
    let message =
        SetFollowRequest { username: first([body.username, body.handle]), follow: body.follow == Some(Yes(true)) };
    let answer = ctx.ask(FollowsClient::new(ctx.social()).set_follow(message)).await?;
    let counts = answer.counts.unwrap_or_default();
    ok(&Followed {
        ok: true,
        following: answer.following,
        followers: counts.followers,
        public_followers: counts.followers,
        public_following: counts.following,
    })
}
