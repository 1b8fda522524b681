//! `GET` and `POST /api/circles`.

use platform::Side;
use proto::{
    common::v1 as common,
    social::v1::{CreateCirclesRequest, ListCirclesRequest, NewCircle, circles_client::CirclesClient},
};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use super::circle_object::{CircleObject, Names, ask, handle};
use crate::{
    api::{Ctx, common::Role},
    door::{
        self, Answer, Door, Json, Query, door,
        fields::{Text, first},
    },
    error::Refused,
};

pub const LIST: Door = door!(list, "Lists the circles that the caller owns or belongs to, newest change first.", []);
pub const CREATE: Door = door!(
    create,
    "Makes a circle, or several at once: all or none; the same client key gives the same circle.",
    ["400 too_many_inputs", "400 invalid_client_key", "400 invalid_side", "400 too_many_members", "409 circle_limit",]
);

/// Bytes of a list: circles with all their members, as many as there can be.
const LONGEST: usize = 16 << 20;

#[derive(Deserialize, ToSchema)]
struct Params {
    /// `public`, `friends`, `close` or `work`; all if absent or unknown.
    side: Text,
}

#[derive(Serialize, ToSchema)]
struct CircleList {
    ok: bool,
    /// Nobody is signed in.
    restricted: bool,
    #[schema(required)]
    viewer: Option<String>,
    role: Role,
    items: Vec<CircleObject>,
}

async fn list(ctx: Ctx, Query(params): Query<Params>) -> Answer<CircleList> {
    let side = Side::parse(&params.side.0).map_or(common::Side::Unspecified, common::Side::from);
    let mut client = CirclesClient::new(ctx.social()).max_decoding_message_size(LONGEST);
    let answer = ask(&ctx, client.list(ListCirclesRequest { side: side.into() })).await?;
    let items = answer.circles.into_iter().map(CircleObject::of).collect::<Result<_, _>>()?;
    let (viewer, role) = (ctx.viewer_token(), Role::of(&ctx));
    door::ok(&CircleList { ok: true, restricted: answer.restricted, viewer, role, items })
}

#[derive(Deserialize, ToSchema)]
struct Body {
    /// Cut at 64 characters; `Untitled` if there is none.
    #[schema(required = false)]
    label: Text,
    /// `friends` if absent; `public`, `close` or `work`.
    #[schema(required = false)]
    side: Text,
    /// The side's own if absent or unknown.
    #[schema(required = false)]
    color: Text,
    /// At most 200. Who may not be a member is asked to join.
    #[schema(required = false)]
    members: Names,
    /// At most 128 characters, made by the client: a repetition under the same key makes nothing.
    client_key: Option<Text>,
    /// Another spelling of `client_key`.
    #[serde(rename = "clientKey")]
    client_key_too: Option<Text>,
    /// 1 to 20 circles; what stands beside them is then ignored.
    #[schema(required = false)]
    inputs: Inputs,
}

/// One circle among several.
#[derive(Deserialize, ToSchema)]
#[schema(as = NewCircle)]
struct Input {
    #[schema(required = false)]
    label: Text,
    #[schema(required = false)]
    side: Text,
    #[schema(required = false)]
    color: Text,
    #[schema(required = false)]
    members: Names,
    client_key: Option<Text>,
    /// Another spelling of `client_key`.
    #[serde(rename = "clientKey")]
    client_key_too: Option<Text>,
}

/// A list of circles; anything else is as if it were absent, and so is what in it is no object.
#[derive(ToSchema)]
#[schema(value_type = Vec<Input>)]
struct Inputs(Option<Vec<Input>>);

impl<'de> Deserialize<'de> for Inputs {
    fn deserialize<D: Deserializer<'de>>(member: D) -> Result<Self, D::Error> {
        let Some(Value::Array(items)) = Option::<Value>::deserialize(member)? else { return Ok(Self(None)) };
        let objects = items.into_iter().filter(Value::is_object);
        let inputs = objects.map(|item| serde_json::from_value(item).map_err(serde::de::Error::custom));
        inputs.collect::<Result<_, _>>().map(|inputs| Self(Some(inputs)))
    }
}

impl From<Input> for NewCircle {
    fn from(input: Input) -> Self {
        Self {
            label: input.label.0,
            side: input.side.0,
            color: input.color.0,
            members: input.members.0.unwrap_or_default(),
            client_key: first([input.client_key, input.client_key_too]),
        }
    }
}

/// What was asked for alone has an `item`, several have `items`.
#[derive(Serialize, ToSchema)]
#[serde(untagged)]
enum Created {
    One(CreatedCircle),
    Several(CreatedCircles),
}

#[derive(Serialize, ToSchema)]
struct CreatedCircle {
    ok: bool,
    restricted: bool,
    #[schema(required)]
    viewer: Option<String>,
    role: Role,
    item: CircleObject,
    /// Handles of those who are asked to join, and see nothing until they accept.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    invited: Vec<String>,
    /// As they were named: neither members nor asked.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    skipped: Vec<String>,
}

#[derive(Serialize, ToSchema)]
struct CreatedCircles {
    ok: bool,
    restricted: bool,
    #[schema(required)]
    viewer: Option<String>,
    role: Role,
    /// In the order of `inputs`.
    items: Vec<CircleObject>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    invited: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    skipped: Vec<String>,
}

async fn create(ctx: Ctx, Json(body): Json<Body>) -> Answer<Created> {
    let (several, circles) = match body.inputs.0 {
        Some(inputs) => (true, inputs.into_iter().map(NewCircle::from).collect()),
        None => (false, vec![alone(body)]),
    };
    let answer = ask(&ctx, CirclesClient::new(ctx.social()).create(CreateCirclesRequest { circles })).await?;
    let mut items = answer.circles.into_iter().map(CircleObject::of).collect::<Result<Vec<_>, _>>()?;
    let invited = answer.invited.iter().map(|name| handle(name)).collect();
    let (ok, restricted, viewer, role) = (true, false, ctx.viewer_token(), Role::of(&ctx));
    let skipped = answer.skipped;
    if several {
        return door::ok(&Created::Several(CreatedCircles { ok, restricted, viewer, role, items, invited, skipped }));
    }
    let item = items.pop().ok_or_else(Refused::server_error)?;
    door::ok(&Created::One(CreatedCircle { ok, restricted, viewer, role, item, invited, skipped }))
}

fn alone(body: Body) -> NewCircle {
    let Body { label, side, color, members, client_key, client_key_too, .. } = body;
    Input { label, side, color, members, client_key, client_key_too }.into()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(value: Value) -> Body {
        serde_json::from_value(value).expect("every body has a reading")
    }

    #[test]
    fn what_is_of_another_type_is_absent() {
        let body = read(json!({ "side": ["x"], "label": { "a": 1 }, "members": "@ben", "color": 7, "inputs": {} }));
        assert!(body.inputs.0.is_none());
        assert_eq!(alone(body), NewCircle::default());
        let body = read(json!({ "label": "Walks", "members": ["@ben", 5], "clientKey": "k" }));
        let expected = NewCircle {
            label: "Walks".to_owned(),
            members: vec!["@ben".to_owned()],
            client_key: "k".to_owned(),
            ..NewCircle::default()
        };
        assert_eq!(alone(body), expected);
    }

    #[test]
    fn what_is_no_circle_among_several_is_skipped() {
        let body = read(json!({ "inputs": [{ "label": "One" }, "junk", 5, [], { "members": ["a"] }] }));
        let inputs: Vec<NewCircle> = body.inputs.0.expect("a list").into_iter().map(NewCircle::from).collect();
        assert_eq!(inputs.iter().map(|new| new.label.as_str()).collect::<Vec<_>>(), ["One", ""]);
        assert_eq!(read(json!({ "inputs": [] })).inputs.0.expect("a list").len(), 0);
    }
}
