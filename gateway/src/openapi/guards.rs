//! What stands before the handlers, as the document says it: who may call, and the codes of the layers.

use http::Method;
use serde_json::{Map, Value, json};

use super::{Access, AccountState, Route, Session, Shape};

/// Name, when it stands there, and its codes.
const GROUPS: [(&str, &str, &[&str]); 6] = [
    (
        "door",
        "Before everything.",
        &[
            "400 bad_host",
            "408 request_timeout",
            "413 too_large",
            "414 uri_too_long",
            "431 headers_too_large",
            "500 server_error",
            "503 unavailable",
        ],
    ),
    ("write", "Before whatever changes something.", &["403 https_required", "403 csrf_failed", "503 panic_mode"]),
    ("session", "Only for who is signed in.", &["401 restricted"]),
    ("account", "Not for restricted accounts.", &["403 account_restricted", "403 age_gate_required"]),
    ("body", "Where a body is read.", &["400 invalid_json", "400 invalid_text", "415 unsupported_media_type"]),
    ("limits", "As often as its scopes allow.", &["429 rate_limited"]),
];

/// The groups that stand before a route.
pub fn before(route: &Route, shape: &Shape) -> Vec<&'static str> {
    let api = route.path.starts_with("/api/");
    let stands = |group: &&str| match *group {
        "write" => api && writes(route),
        "session" => route.access == Access::Viewer,
        "account" => route.account_state == AccountState::Enforced,
        "body" => shape.body.is_some(),
        "limits" => !route.throttle.is_empty(),
        _ => true,
    };
    GROUPS.iter().map(|(name, ..)| *name).filter(stands).collect()
}

fn writes(route: &Route) -> bool {
    ![Method::GET, Method::HEAD, Method::OPTIONS].contains(&route.method)
}

pub fn groups() -> Value {
    let group = |(name, when, codes): &(&str, &str, &[&str])| {
        (name.to_string(), json!({ "description": when, "codes": codes }))
    };
    GROUPS.iter().map(group).collect::<Map<_, _>>().into()
}

/// OpenAPI reads a list of requirements as "one of these".
pub fn security(route: &Route) -> Value {
    let session = if writes(route) { json!({ "session": [], "csrf": [] }) } else { json!({ "session": [] }) };
    match (route.access, route.session) {
        (Access::Viewer, _) => json!([session]),
        (Access::Anonymous, Session::Unused) => json!([]),
        (Access::Anonymous, Session::Recognised | Session::Handler) => json!([{}, session]),
    }
}

pub fn schemes() -> Value {
    json!({
        "session": {
            "type": "apiKey", "in": "cookie", "name": "siddes_session",
            "description": "Set by every way of signing in.",
        },
        "csrf": {
            "type": "apiKey", "in": "header", "name": "X-CSRFToken",
            "description": "The value of the cookie `csrftoken`. Not asked of a browser that says that the request \
                comes from a page of ours (`Origin`, `Sec-Fetch-Site`).",
        },
    })
}

/// The one shape of whatever is no success; every member beside the first three belongs to some codes only.
pub fn refused() -> Value {
    let text = json!({ "type": "string" });
    let number = json!({ "type": "integer" });
    let mut schema = json!({
        "type": "object",
        "required": ["ok", "error", "requestId"],
        "properties": {
            "ok": { "type": "boolean", "enum": [false] },
            "error": { "type": "string", "description": "The code." },
            "requestId": text,
            "request_id": { "type": "string", "description": "The same, under its old name." },
            "detail": {
                "description": "What exactly is wrong.",
                "oneOf": [text, { "type": "array", "items": text }],
            },
            "message": { "type": "string", "description": "A sentence to show." },
            "max": { "type": "integer", "description": "The most that is allowed." },
            "scope": { "type": "string", "description": "The limit that was reached." },
            "action": { "type": "string", "description": "What was done as often a day as it may be." },
            "limit": { "type": "integer", "description": "How often that is." },
            "retry_after_ms": number,
            "restricted": { "type": "boolean" },
            "state": text,
            "until": { "type": ["string", "null"] },
            "retry_after_sec": { "type": ["integer", "null"] },
            "reason": { "type": ["string", "null"] },
            "minAge": number,
            "min_trust": { "type": "integer", "description": "The level of trust that it takes." },
            "handles": { "type": "array", "items": text, "description": "Who may not be named there." },
            "field": { "type": "string", "description": "The member that is no good." },
            "viewer": { "type": "null" },
            "role": text,
        },
    });
    if let (Some(members), Value::Object(locked)) = (schema["properties"].as_object_mut(), locked()) {
        members.extend(locked);
    }
    json!({ "description": "Refused, or failed.", "content": { "application/json": { "schema": schema } } })
}

/// What `locked` says beside its code: whose face is not shown, and what else is told of him.
fn locked() -> Value {
    let text = json!({ "type": "string" });
    let number = json!({ "type": "integer" });
    let flag = json!({ "type": "boolean" });
    json!({
        "user": {
            "type": "object",
            "description": "Whose face is not shown.",
            "required": ["id", "username", "handle"],
            "properties": { "id": number, "username": text, "handle": text },
        },
        "viewSide": { "type": ["string", "null"] },
        "requestedSide": { "type": ["string", "null"] },
        "allowedSides": { "type": "array", "items": text },
        "isOwner": flag,
        "viewerAuthed": flag,
        "viewerFollows": flag,
        "viewerFollowsPublic": flag,
        "followers": number,
        "publicFollowers": number,
        "publicFollowing": number,
    })
}
