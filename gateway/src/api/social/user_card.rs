//! `GET /api/users/{username}`: the least that is told of a person.

use proto::social::v1::{Card, GetCardRequest, profiles_client::ProfilesClient};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    api::Ctx,
    door::{Answer, Door, door, ok},
};

pub const GET: Door = door!(get, "Says whether there is a person of this name.", ["404 not_found"]);

#[derive(Serialize, ToSchema)]
#[serde(untagged)]
enum UserCard {
    Restricted(Restricted),
    Open(Open),
}

/// Nobody in particular asked.
#[derive(Serialize, ToSchema)]
#[schema(as = RestrictedCard)]
#[expect(clippy::struct_field_names, reason = "the contract's own member")]
struct Restricted {
    ok: bool,
    restricted: bool,
    #[schema(required)]
    viewer: Option<String>,
    role: &'static str,
    #[schema(required)]
    user: Option<Named>,
}

#[derive(Serialize, ToSchema)]
#[schema(as = OpenCard)]
struct Open {
    ok: bool,
    restricted: bool,
    user: Named,
}

#[derive(Serialize, ToSchema)]
#[schema(as = CardUser)]
#[serde(rename_all = "camelCase")]
struct Named {
    id: i64,
    username: String,
    handle: String,
    /// Told to staff alone.
    is_staff: bool,
}

async fn get(ctx: Ctx) -> Answer<UserCard> {
    let message = GetCardRequest { username: ctx.param.clone() };
    let answer = ctx.ask(ProfilesClient::new(ctx.social()).get_card(message)).await?;
    let Some(Card { id, username, staff }) = answer.card else {
        let restricted = Restricted { ok: true, restricted: true, viewer: None, role: "anon", user: None };
        return ok(&UserCard::Restricted(restricted));
    };
    let user = Named { id, handle: format!("@{username}"), username, is_staff: staff };
    ok(&UserCard::Open(Open { ok: true, restricted: false, user }))
}
