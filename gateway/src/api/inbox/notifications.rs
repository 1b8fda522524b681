//! `GET /api/notifications`, `POST /api/notifications/mark-read` and `/api/notifications/mark-all-read`.

use std::time::Duration;

use http::StatusCode;
use platform::{Side, timestamp};
use proto::{
    common::v1 as common,
    inbox::v1::{
        self as pb, ListRequest, MarkAllReadRequest, MarkReadRequest, notifications_client::NotificationsClient,
    },
};
use serde::{Deserialize, Deserializer, Serialize, de::Error};
use serde_json::Value;
use utoipa::ToSchema;

use crate::{
    api::{Ctx, common::Role},
    door::{Answer, Door, Json, Query, door, fields::Text, ok},
    error::Refused,
    json::has_nul,
};

pub const LIST: Door = door!(
    list,
    "Lists what the caller is told of one Side, newest first, 50 at most; a header `X-SD-Side` goes before the query.",
    ["503 store_unavailable"]
);
pub const MARK: Door = door!(
    mark_read,
    "Marks some as read; what is not there, not the caller's or of another Side is left alone.",
    ["503 store_unavailable"]
);
pub const MARK_ALL: Door =
    door!(mark_all_read, "Marks all of one Side as read, also beyond the newest.", ["503 store_unavailable"]);

/// Ids of one request; the rest is dropped.
const MOST: usize = 200;
const SIDE: &str = "x-sd-side";

#[derive(Deserialize, ToSchema)]
struct Params {
    /// `public` (if absent or unknown), `friends`, `close` or `work`.
    side: Text,
}

#[derive(Serialize, ToSchema)]
struct NotificationList {
    ok: bool,
    /// Nobody is signed in.
    restricted: bool,
    #[schema(required)]
    viewer: Option<String>,
    role: Role,
    count: usize,
    items: Vec<Item>,
}

/// What somebody did, once for each kind and post.
#[derive(Serialize, ToSchema)]
#[schema(as = Notification)]
#[serde(rename_all = "camelCase")]
struct Item {
    id: String,
    /// A handle.
    actor: String,
    #[serde(rename = "type")]
    kind: Kind,
    /// Of the newest time that he did it, in milliseconds since 1970.
    ts: i64,
    /// At most 220 characters of what there is to read.
    glimpse: String,
    #[schema(required)]
    post_id: Option<String>,
    /// The beginning of the post.
    #[schema(required)]
    post_title: Option<String>,
    read: bool,
}

#[derive(Clone, Copy, Serialize, ToSchema)]
#[schema(as = NotificationKind)]
#[serde(rename_all = "lowercase")]
enum Kind {
    Reply,
    Like,
    Mention,
    Echo,
}

async fn list(ctx: Ctx, Query(params): Query<Params>) -> Answer<NotificationList> {
    let message = ListRequest { side: side(&ctx, &params).into() };
    let answer = ask(&ctx, NotificationsClient::new(ctx.inbox()).list(message)).await?;
    let items: Vec<Item> = answer.notifications.into_iter().filter_map(write).collect();
    let (viewer, role, count) = (ctx.viewer_token(), Role::of(&ctx), items.len());
    ok(&NotificationList { ok: true, restricted: answer.restricted, viewer, role, count, items })
}

#[derive(Deserialize, ToSchema)]
struct Body {
    /// The first 200 count.
    ids: Option<Ids>,
    /// Another spelling of `ids`.
    id: Option<Ids>,
}

/// A list of texts, or one text; blank ones are dropped.
#[derive(Clone, Debug, Default, PartialEq, Eq, ToSchema)]
struct Ids(Vec<String>);

#[derive(Serialize, ToSchema)]
struct MarkedRead {
    ok: bool,
    #[schema(required)]
    viewer: Option<String>,
    role: Role,
    /// How many turned from unread to read.
    marked: i64,
    /// Those that counted.
    ids: Vec<String>,
}

async fn mark_read(ctx: Ctx, Json(body): Json<Body>, Query(params): Query<Params>) -> Answer<MarkedRead> {
    let named = [body.ids, body.id].into_iter().flatten().map(|ids| ids.0);
    let mut ids = named.into_iter().find(|ids| !ids.is_empty()).unwrap_or_default();
    ids.truncate(MOST);
    let message = MarkReadRequest { side: side(&ctx, &params).into(), ids: ids.clone() };
    let answer = ask(&ctx, NotificationsClient::new(ctx.inbox()).mark_read(message)).await?;
    let (viewer, role) = (ctx.viewer_token(), Role::of(&ctx));
    ok(&MarkedRead { ok: true, viewer, role, marked: answer.marked, ids })
}

#[derive(Serialize, ToSchema)]
struct MarkedAllRead {
    ok: bool,
    #[schema(required)]
    viewer: Option<String>,
    role: Role,
    /// How many turned from unread to read.
    marked: i64,
}

async fn mark_all_read(ctx: Ctx, Query(params): Query<Params>) -> Answer<MarkedAllRead> {
    let message = MarkAllReadRequest { side: side(&ctx, &params).into() };
    let answer = ask(&ctx, NotificationsClient::new(ctx.inbox()).mark_all_read(message)).await?;
    let (viewer, role) = (ctx.viewer_token(), Role::of(&ctx));
    ok(&MarkedAllRead { ok: true, viewer, role, marked: answer.marked })
}

/// The Side that the web client shows, which it says in a header; else that of the query; else the public one.
fn side(ctx: &Ctx, params: &Params) -> common::Side {
    let header = ctx.headers.get(SIDE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let text = if header.trim().is_empty() { &params.side.0 } else { header };
    Side::parse(text).unwrap_or(Side::Public).into()
}

/// Waits for the service's answer. Nothing out of reach reads as a lost session.
async fn ask<T>(
    ctx: &Ctx,
    call: impl Future<Output = Result<tonic::Response<T>, tonic::Status>>,
) -> Result<T, Refused> {
    ctx.ask(call).await.map_err(|refused| {
        if refused.status == StatusCode::SERVICE_UNAVAILABLE {
            Refused::new(refused.status, "store_unavailable").retry_after(Duration::from_secs(1))
        } else {
            refused
        }
    })
}

/// What a later release tells of is left out.
fn write(row: pb::Notification) -> Option<Item> {
    let kind = match row.kind() {
        pb::Kind::Unspecified => return None,
        pb::Kind::Reply => Kind::Reply,
        pb::Kind::Like => Kind::Like,
        pb::Kind::Mention => Kind::Mention,
        pb::Kind::Echo => Kind::Echo,
    };
    Some(Item {
        kind,
        id: row.id,
        actor: format!("@{}", row.actor.to_lowercase()),
        ts: timestamp::millis(timestamp::from_proto(row.at)),
        glimpse: row.glimpse,
        post_id: Some(row.post),
        post_title: Some(row.post_title).filter(|title| !title.is_empty()),
        read: row.read,
    })
}

impl<'de> Deserialize<'de> for Ids {
    fn deserialize<D: Deserializer<'de>>(member: D) -> Result<Self, D::Error> {
        let value = Option::<Value>::deserialize(member)?.unwrap_or_default();
        if has_nul(&value) {
            return Err(D::Error::custom("NUL in a text"));
        }
        let items = if let Value::Array(items) = value { items } else { vec![value] };
        let texts = items.iter().filter_map(Value::as_str).map(str::trim).filter(|text| !text.is_empty());
        Ok(Self(texts.map(str::to_owned).collect()))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{from_value, json};

    use super::*;

    #[test]
    fn ids_are_a_list_or_one_text_without_blanks() {
        let read = |value: Value| from_value::<Ids>(value).expect("every value has a reading").0;
        assert_eq!(read(json!(["n_1", " n_2 ", "", " ", 5, null, "n_1"])), ["n_1", "n_2", "n_1"]);
        assert_eq!(read(json!("n_1,n_2")), ["n_1,n_2"]);
        for nothing in [json!(null), json!(" "), json!(5), json!({}), json!([])] {
            assert!(read(nothing.clone()).is_empty(), "{nothing}");
        }
        assert!(from_value::<Ids>(json!(["a\0"])).is_err());
    }

    #[test]
    fn an_item_is_told_as_the_web_client_reads_it() {
        let row = pb::Notification {
            id: "n_1".to_owned(),
            side: common::Side::Work.into(),
            kind: pb::Kind::Echo.into(),
            actor: "Ben".to_owned(),
            post: "p_1_a".to_owned(),
            at: Some(timestamp::to_proto(time::OffsetDateTime::UNIX_EPOCH)),
            ..pb::Notification::default()
        };
        let json = serde_json::to_value(write(row).expect("a kind")).expect("json");
        let expected = json!({
            "id": "n_1", "actor": "@ben", "type": "echo", "ts": 0, "glimpse": "", "postId": "p_1_a", "postTitle": null,
            "read": false,
        });
        assert_eq!(json, expected);
        assert!(write(pb::Notification::default()).is_none());
    }
}
