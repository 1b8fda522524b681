//! `GET /api/circles/{id}/events`.

use platform::{side, timestamp};
use proto::social::v1::{
    CircleEvent, CircleMembersChanged, CircleValueChanged, ListCircleEventsRequest, circle_event::Change,
    circles_client::CirclesClient,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::circle_object::{ask, handle};
use crate::{
    api::{
        Ctx,
        common::{Role, Side},
    },
    door::{Answer, Door, Query, door, fields::Text, ok},
};

pub const GET: Door =
    door!(get, "Lists what happened to a circle since the caller joined it, newest first.", ["404 not_found"]);

const MOST: u32 = 200;
/// Somebody who is gone, or whom the reader does not see.
const UNKNOWN: &str = "@unknown";

#[derive(Deserialize, ToSchema)]
struct Params {
    /// 200 if absent.
    #[schema(value_type = u32, minimum = 1, maximum = 200)]
    limit: Text,
    /// `nextCursor` of the page before; anything else is the first page.
    cursor: Text,
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct CircleEvents {
    ok: bool,
    /// Nobody is signed in.
    restricted: bool,
    #[schema(required)]
    viewer: Option<String>,
    role: Role,
    items: Vec<Event>,
    /// Null: this was the last page.
    #[schema(required)]
    next_cursor: Option<String>,
}

#[derive(Serialize, ToSchema)]
#[schema(as = CircleEvent)]
#[serde(rename_all = "camelCase")]
struct Event {
    id: String,
    set_id: String,
    kind: Kind,
    /// Milliseconds since 1970.
    ts: i64,
    /// A handle; `@unknown` for whom the reader does not see.
    by: String,
    data: Data,
}

#[derive(Clone, Copy, Serialize, ToSchema)]
#[schema(as = CircleEventKind)]
#[serde(rename_all = "snake_case")]
enum Kind {
    Created,
    Renamed,
    Recolored,
    MovedSide,
    MembersUpdated,
}

#[derive(Serialize, ToSchema)]
#[schema(as = CircleEventData)]
#[serde(untagged)]
enum Data {
    Created(Created),
    Changed(Changed),
    Members(Members),
}

#[derive(Serialize, ToSchema)]
#[schema(as = CircleCreated)]
struct Created {
    label: String,
    side: String,
}

#[derive(Serialize, ToSchema)]
#[schema(as = CircleValueChanged)]
struct Changed {
    from: String,
    to: String,
}

/// Handles before and after; `@unknown` for whom the reader does not see.
#[derive(Serialize, ToSchema)]
#[schema(as = CircleMembersChanged)]
struct Members {
    from: Vec<String>,
    to: Vec<String>,
    /// `leave`, `invite`, `invite_link`, `side_prune`, `side_move` or `removed`; absent: by the owner's list.
    #[serde(skip_serializing_if = "Option::is_none")]
    via: Option<String>,
    /// Whom pruning took out; the owner is told.
    #[serde(skip_serializing_if = "Option::is_none")]
    member: Option<String>,
    /// The sides that he is still shown.
    #[serde(skip_serializing_if = "Option::is_none")]
    allowed: Option<Vec<Side>>,
}

async fn get(ctx: Ctx, Query(params): Query<Params>) -> Answer<CircleEvents> {
    let limit = params.limit.0.trim().parse::<i64>().map(|limit| limit.clamp(1, i64::from(MOST)));
    let message = ListCircleEventsRequest {
        id: ctx.param.clone(),
        limit: limit.ok().and_then(|limit| u32::try_from(limit).ok()).unwrap_or(MOST),
        cursor: params.cursor.0,
    };
    let answer = ask(&ctx, CirclesClient::new(ctx.social()).list_events(message)).await?;
    let items = answer.events.into_iter().filter_map(|event| write(event, &ctx.param)).collect();
    let next_cursor = Some(answer.next_cursor).filter(|cursor| !cursor.is_empty());
    let (viewer, role) = (ctx.viewer_token(), Role::of(&ctx));
    ok(&CircleEvents { ok: true, restricted: answer.restricted, viewer, role, items, next_cursor })
}

/// What a later release tells of is left out.
fn write(event: CircleEvent, circle: &str) -> Option<Event> {
    let changed = |CircleValueChanged { from, to }| Data::Changed(Changed { from, to });
    let (kind, data) = match event.change? {
        Change::Created(created) => {
            (Kind::Created, Data::Created(Created { label: created.label, side: created.side }))
        }
        Change::Renamed(change) => (Kind::Renamed, changed(change)),
        Change::Recolored(change) => (Kind::Recolored, changed(change)),
        Change::MovedSide(change) => (Kind::MovedSide, changed(change)),
        Change::MembersUpdated(change) => (Kind::MembersUpdated, Data::Members(members(change))),
    };
    Some(Event {
        id: event.id,
        set_id: circle.to_owned(),
        kind,
        ts: timestamp::millis(timestamp::from_proto(event.at)),
        by: known(&event.actor),
        data,
    })
}

fn members(change: CircleMembersChanged) -> Members {
    let allowed = change.allowed().filter_map(side::from_proto).map(Side::from).collect();
    let names = |names: &[String]| names.iter().map(|name| known(name)).collect();
    Members {
        from: names(&change.from),
        to: names(&change.to),
        allowed: change.member.is_some().then_some(allowed),
        member: change.member.as_deref().map(known),
        via: Some(change.via).filter(|via| !via.is_empty()),
    }
}

fn known(username: &str) -> String {
    if username.is_empty() { UNKNOWN.to_owned() } else { handle(username) }
}

#[cfg(test)]
mod tests {
    use proto::common::v1 as common;
    use serde_json::json;

    use super::*;

    #[test]
    fn nobody_is_named_whom_the_reader_does_not_see() {
        let change = CircleMembersChanged {
            from: vec!["Ben".to_owned(), String::new()],
            to: vec!["Ben".to_owned()],
            via: "side_prune".to_owned(),
            member: Some(String::new()),
            allowed: vec![common::Side::Work.into()],
        };
        let event = CircleEvent {
            id: "se_1".to_owned(),
            change: Some(Change::MembersUpdated(change)),
            ..CircleEvent::default()
        };
        let json = serde_json::to_value(write(event, "set_1").expect("an event")).expect("json");
        assert_eq!(
            json,
            json!({
                "id": "se_1", "setId": "set_1", "kind": "members_updated", "ts": 0, "by": "@unknown",
                "data": {
                    "from": ["@ben", "@unknown"], "to": ["@ben"], "via": "side_prune", "member": "@unknown",
                    "allowed": ["work"],
                },
            })
        );
    }
}
