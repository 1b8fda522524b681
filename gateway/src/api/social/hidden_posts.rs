//! `POST` and `GET /api/hidden-posts`.

use proto::social::v1::{ListHiddenPostsRequest, SetHiddenPostRequest, hidden_posts_client::HiddenPostsClient};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use crate::{
    api::Ctx,
    door::{
        Answer, Door, Json, door,
        fields::{Name, first},
        ok,
    },
};

pub const POST: Door = door!(
    post,
    "Puts a post out of the viewer's own sight, or shows it again.",
    ["400 invalid_post_id", "400 invalid_hidden", "400 cannot_hide_own", "409 limit_reached"]
);
pub const LIST: Door = door!(list, "Lists the posts that the viewer has hidden, newest first.", []);

#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct Body {
    /// 1 to 64 letters, digits, `_`, `.` and `-`; the first of the three that is not blank counts.
    post_id: Option<Name>,
    /// Another spelling of `postId`.
    #[serde(rename = "post_id")]
    post_id_too: Option<Name>,
    /// Another spelling of `postId`.
    id: Option<Name>,
    /// Yes if absent.
    hidden: Option<YesOrNo>,
}

/// `true`, `false`, or a word or number for one of them; anything else is none, and is not taken for either.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ToSchema)]
#[schema(value_type = bool)]
struct YesOrNo(Option<bool>);

impl<'de> Deserialize<'de> for YesOrNo {
    fn deserialize<D: Deserializer<'de>>(member: D) -> Result<Self, D::Error> {
        Ok(Self(match Value::deserialize(member)? {
            Value::Bool(yes) => Some(yes),
            Value::Number(number) => match number.as_i64() {
                Some(1) => Some(true),
                Some(0) => Some(false),
                _ => None,
            },
            Value::String(text) => match text.trim().to_lowercase().as_str() {
                "true" | "1" | "yes" | "y" => Some(true),
                "false" | "0" | "no" | "n" => Some(false),
                _ => None,
            },
            _ => None,
        }))
    }
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct HiddenChange {
    ok: bool,
    post_id: String,
    hidden: bool,
}

async fn post(ctx: Ctx, Json(body): Json<Body>) -> Answer<HiddenChange> {
    let id = first([body.post_id, body.post_id_too, body.id]);
    let hidden = body.hidden.map_or(Some(true), |hidden| hidden.0);
    let message = SetHiddenPostRequest { post: id.clone(), hidden };
    ctx.ask(HiddenPostsClient::new(ctx.social()).set(message)).await?;
    ok(&HiddenChange { ok: true, post_id: id, hidden: hidden.unwrap_or(true) })
}

#[derive(Serialize, ToSchema)]
struct HiddenList {
    ok: bool,
    /// At most 5000.
    hidden: Vec<String>,
}

async fn list(ctx: Ctx) -> Answer<HiddenList> {
    let answer = ctx.ask(HiddenPostsClient::new(ctx.social()).list(ListHiddenPostsRequest {})).await?;
    ok(&HiddenList { ok: true, hidden: answer.posts })
}

#[cfg(test)]
mod tests {
    use serde_json::{from_value, json};

    use super::*;

    #[test]
    fn only_what_means_yes_or_no_is_taken_for_it() {
        for (value, meant) in [
            (json!(true), Some(true)),
            (json!(0), Some(false)),
            (json!(" YES "), Some(true)),
            (json!("n"), Some(false)),
            (json!("zzz"), None),
            (json!(""), None),
            (json!("on"), None),
            (json!(2), None),
            (json!(1.5), None),
            (json!([]), None),
            (json!({}), None),
        ] {
            assert_eq!(from_value::<YesOrNo>(value.clone()).expect("no error").0, meant, "{value}");
        }
    }
}
