//! `GET /api/auth/sessions` and `POST /api/auth/sessions/revoke`: where somebody is signed in.

use platform::timestamp;
use proto::auth::v1::{
    self as pb, ListOwnSessionsRequest, RevokeSessionRequest, own_sessions_client::OwnSessionsClient,
};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use crate::{
    api::Ctx,
    door::{Answer, Door, Json, door, ok, with_cookie},
    error::Refused,
};

pub const LIST: Door = door!(list, "Lists where the viewer is signed in.", []);
pub const REVOKE: Door =
    door!(revoke, "Ends one of the viewer's sessions; again is no error.", ["400 invalid_id", "404 not_found"]);

#[derive(Serialize, ToSchema)]
struct OwnSessions {
    ok: bool,
    /// The last used first, at most 50.
    sessions: Vec<OwnSession>,
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct OwnSession {
    id: i64,
    /// The one that asks.
    current: bool,
    created_at: String,
    last_seen_at: String,
    /// "" where it is not known.
    ip: String,
    /// At most 256 characters.
    user_agent: String,
    /// Only live ones are listed.
    #[schema(required)]
    revoked_at: Option<String>,
}

async fn list(ctx: Ctx) -> Answer<OwnSessions> {
    let answer = ctx.ask(OwnSessionsClient::new(ctx.auth()).list(ListOwnSessionsRequest {})).await?;
    ok(&OwnSessions { ok: true, sessions: answer.sessions.into_iter().map(Into::into).collect() })
}

impl From<pb::OwnSession> for OwnSession {
    fn from(session: pb::OwnSession) -> Self {
        Self {
            user_agent: agent(&session),
            id: session.id,
            current: session.current,
            created_at: timestamp::iso(timestamp::from_proto(session.created_at)),
            last_seen_at: timestamp::iso(timestamp::from_proto(session.last_seen_at)),
            ip: session.address,
            revoked_at: None,
        }
    }
}

/// Behind the web client's server a browser names itself to that one only.
fn agent(session: &pb::OwnSession) -> String {
    match (session.agent.as_str(), session.region.as_str()) {
        ("", "") => "Web browser".to_owned(),
        ("", region) => format!("Web browser · {region}"),
        (agent, _) => agent.to_owned(),
    }
}

/// A whole number above 0, as such or in decimal digits; 0 = neither.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ToSchema)]
struct Id(i64);

impl<'de> Deserialize<'de> for Id {
    fn deserialize<D: Deserializer<'de>>(member: D) -> Result<Self, D::Error> {
        let number = match Option::<Value>::deserialize(member)?.unwrap_or_default() {
            Value::Number(number) => number.as_i64(),
            Value::String(text) => digits(text.trim()),
            _ => None,
        };
        Ok(Self(number.filter(|id| *id > 0).unwrap_or_default()))
    }
}

fn digits(text: &str) -> Option<i64> {
    text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok()).flatten()
}

#[derive(Deserialize, ToSchema)]
struct Body {
    /// As a number, or in digits.
    id: Option<Id>,
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct SessionRevoked {
    ok: bool,
    revoked: bool,
    /// It was the one that asked.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    logged_out: bool,
}

async fn revoke(ctx: Ctx, Json(body): Json<Body>) -> Answer<SessionRevoked> {
    let id = body.id.unwrap_or_default().0;
    if id == 0 {
        return Err(Refused::bad_request("invalid_id"));
    }
    let answer = ctx.ask(OwnSessionsClient::new(ctx.auth()).revoke(RevokeSessionRequest { id })).await?;
    let revoked = ok(&SessionRevoked { ok: true, revoked: true, logged_out: answer.current });
    with_cookie(revoked, answer.current.then(|| ctx.jar().no_session()).flatten())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_id_is_a_number_or_its_digits() {
        let read = |value: Value| serde_json::from_value::<Id>(value).expect("every value has a reading").0;
        assert_eq!((read(json!(7)), read(json!("7")), read(json!(i64::MAX))), (7, 7, i64::MAX));
        for none in [json!(true), json!(0), json!(-1), json!(1.5), json!(u64::MAX), json!("9223372036854775808")] {
            assert_eq!(read(none.clone()), 0, "{none}");
        }
        for none in [json!(""), json!("+7"), json!("7x"), json!("7\0"), json!(null), json!([7]), json!({})] {
            assert_eq!(read(none.clone()), 0, "{none}");
        }
    }

    #[test]
    fn who_came_through_the_web_clients_server_has_a_browser() {
        let of = |name: &str, region: &str| {
            agent(&pb::OwnSession { agent: name.to_owned(), region: region.to_owned(), ..pb::OwnSession::default() })
        };
        assert_eq!(of("", ""), "Web browser");
        assert_eq!(of("", "KE"), "Web browser · KE");
        assert_eq!(of("Mozilla/5.0", "KE"), "Mozilla/5.0");
    }
}
