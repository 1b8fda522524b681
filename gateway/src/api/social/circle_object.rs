//! The circle object, what circles are named by in bodies, and what every answer about them begins with.

use platform::{side, timestamp};
use proto::social::v1::{ChangedCircleResponse, Circle};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use crate::{
    api::{
        Ctx,
        common::{Role, Side},
    },
    error::Refused,
};

/// A circle as one viewer sees it.
#[derive(Serialize, ToSchema)]
#[schema(as = Circle)]
#[serde(rename_all = "camelCase")]
pub struct CircleObject {
    id: String,
    side: Side,
    label: String,
    /// `orange`, `purple`, `blue`, `emerald`, `rose` or `slate`.
    color: String,
    /// Handles in order of joining; the owner is not among them.
    members: Vec<String>,
    /// Posts, whoever sees them.
    count: i64,
    is_owner: bool,
    owner: Owner,
    /// Milliseconds since 1970.
    created_at: i64,
    /// Of the circle or its members; milliseconds since 1970.
    updated_at: i64,
}

#[derive(Serialize, ToSchema)]
#[schema(as = CircleOwner)]
struct Owner {
    handle: String,
    /// His name in the circle's side.
    name: String,
}

impl CircleObject {
    /// # Errors
    /// A side that this release does not know.
    pub fn of(circle: Circle) -> Result<Self, Refused> {
        let side = side::from_proto(circle.side()).ok_or_else(Refused::server_error)?;
        let millis = |at| timestamp::millis(timestamp::from_proto(at));
        Ok(Self {
            side: side.into(),
            members: circle.members.iter().map(|name| handle(name)).collect(),
            count: circle.post_count,
            is_owner: circle.is_owner,
            owner: Owner { handle: handle(&circle.owner_username), name: circle.owner_name },
            created_at: millis(circle.created_at),
            updated_at: millis(circle.updated_at),
            id: circle.id,
            label: circle.label,
            color: circle.color,
        })
    }
}

/// What a change of a circle came to.
#[derive(Serialize, ToSchema)]
pub struct ChangedCircle {
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

impl ChangedCircle {
    /// # Errors
    /// An answer without a circle.
    pub fn of(ctx: &Ctx, changed: ChangedCircleResponse) -> Result<Self, Refused> {
        let circle = changed.circle.ok_or_else(Refused::server_error)?;
        Ok(Self {
            ok: true,
            restricted: false,
            viewer: ctx.viewer_token(),
            role: Role::of(ctx),
            item: CircleObject::of(circle)?,
            invited: changed.invited.iter().map(|name| handle(name)).collect(),
            skipped: changed.skipped,
        })
    }
}

pub fn handle(username: &str) -> String {
    format!("@{}", username.to_lowercase())
}

/// Waits for the service's answer. What is refused about a circle never reads as a lost session.
pub async fn ask<T>(
    ctx: &Ctx,
    call: impl Future<Output = Result<tonic::Response<T>, tonic::Status>>,
) -> Result<T, Refused> {
    ctx.ask(call).await.map_err(|refused| match refused.status.as_u16() {
        400 | 404 | 409 => refused.with("restricted", false),
        _ => refused,
    })
}

/// A list of names; anything else is as if it were absent, and so is what in it is no text.
#[derive(Clone, Debug, Default, PartialEq, Eq, ToSchema)]
#[schema(value_type = Vec<String>)]
pub struct Names(pub Option<Vec<String>>);

impl<'de> Deserialize<'de> for Names {
    fn deserialize<D: Deserializer<'de>>(member: D) -> Result<Self, D::Error> {
        let Some(Value::Array(items)) = Option::<Value>::deserialize(member)? else { return Ok(Self(None)) };
        let text = |item| if let Value::String(text) = item { Some(text) } else { None };
        Ok(Self(Some(items.into_iter().filter_map(text).collect())))
    }
}

#[cfg(test)]
mod tests {
    use proto::common::v1::Side as WireSide;
    use serde_json::{from_value, json};

    use super::*;

    #[test]
    fn only_lists_are_lists_and_an_empty_one_is_not_an_absent_one() {
        let read = |value: Value| from_value::<Names>(value).expect("every value has a reading").0;
        assert_eq!(read(json!(["@ben", 5, "cara", null])), Some(vec!["@ben".to_owned(), "cara".to_owned()]));
        assert_eq!(read(json!([])), Some(vec![]));
        for other in [json!("@ben"), json!({ "0": "@ben" }), json!(null), json!(5)] {
            assert_eq!(read(other), None);
        }
    }

    #[test]
    fn the_circle_object_is_whole() {
        let circle = Circle {
            id: "set_1_a".to_owned(),
            side: WireSide::Close.into(),
            label: "Family".to_owned(),
            color: "rose".to_owned(),
            members: vec!["Ben".to_owned()],
            post_count: 3,
            owner_username: "ann".to_owned(),
            owner_name: "A.".to_owned(),
            ..Circle::default()
        };
        let object = serde_json::to_value(CircleObject::of(circle).expect("a circle")).expect("json");
        assert_eq!(
            object,
            json!({
                "id": "set_1_a", "side": "close", "label": "Family", "color": "rose", "members": ["@ben"], "count": 3,
                "isOwner": false, "owner": { "handle": "@ann", "name": "A." }, "createdAt": 0, "updatedAt": 0,
            })
        );
    }
}
