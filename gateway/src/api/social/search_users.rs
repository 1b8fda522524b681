//! `GET /api/search/users`.

use proto::social::v1::{FoundPerson, SearchPeopleRequest, search_client::SearchClient};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::limit;
use crate::{
    api::{Ctx, common::Role},
    door::{Answer, Door, Query, door, fields::Text, ok},
};

pub const GET: Door = door!(get, "Finds people whose names begin with a text, or hold it.", []);

const LIMIT: u32 = 20;
const MOST: u32 = 30;

#[derive(Deserialize, ToSchema)]
struct Params {
    /// At least two characters; one leading "@" is dropped.
    q: Text,
    /// 20 if absent.
    #[schema(value_type = u32, minimum = 1, maximum = 30)]
    limit: Text,
}

#[derive(Serialize, ToSchema)]
#[serde(untagged)]
enum FoundUsers {
    Found(Found),
    Restricted(Nothing),
}

#[derive(Serialize, ToSchema)]
#[schema(as = UsersThatHold)]
struct Found {
    ok: bool,
    restricted: bool,
    /// What was looked for.
    q: String,
    count: usize,
    /// In the order of names; first those that begin so.
    items: Vec<User>,
}

/// Nobody in particular asked.
#[derive(Serialize, ToSchema)]
#[schema(as = RestrictedUsers)]
struct Nothing {
    ok: bool,
    restricted: bool,
    #[schema(required)]
    viewer: Option<String>,
    role: Role,
    count: usize,
    items: Vec<User>,
}

#[derive(Serialize, ToSchema)]
#[schema(as = FoundUser)]
#[serde(rename_all = "camelCase")]
struct User {
    id: i64,
    username: String,
    handle: String,
    /// Told to staff alone.
    is_staff: bool,
}

async fn get(ctx: Ctx, Query(params): Query<Params>) -> Answer<FoundUsers> {
    let message = SearchPeopleRequest { text: params.q.0, limit: limit::read(&params.limit.0, LIMIT, MOST) };
    let answer = ctx.ask(SearchClient::new(ctx.social()).people(message)).await?;
    if answer.restricted {
        let (viewer, role) = (ctx.viewer_token(), Role::of(&ctx));
        let restricted = Nothing { ok: true, restricted: true, viewer, role, count: 0, items: Vec::new() };
        return ok(&FoundUsers::Restricted(restricted));
    }
    let items: Vec<User> = answer.people.into_iter().map(User::from).collect();
    ok(&FoundUsers::Found(Found { ok: true, restricted: false, q: answer.text, count: items.len(), items }))
}

impl From<FoundPerson> for User {
    fn from(person: FoundPerson) -> Self {
        let handle = format!("@{}", person.username);
        Self { id: person.id, handle, username: person.username, is_staff: person.staff }
    }
}
