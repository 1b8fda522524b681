//! The OpenAPI document: the router's table, with what the types and declarations of each handler say.

mod guards;
pub mod page;
mod schema;
#[cfg(test)]
mod tests;

use std::sync::LazyLock;

use http::Method;
use serde_json::{Map, Value, json};

use self::schema::Schemas;
use crate::{
    door::Shape,
    router::{self, Access, AccountState, Route, Session},
};

const ABOUT: &str = "The API behind the web client. An answer is a JSON object with `ok: true`; what is refused has \
    `ok: false`, a code in `error`, and a `requestId` to ask us about. In bodies, null is the same as absent, a member \
    of another type than it should be counts as absent, and unknown members are ignored. Times are ISO 8601 unless \
    they say otherwise. `x-errors` of a call are the codes that it may answer itself; `x-guards` names the groups of \
    codes of those who stand before it.";

/// The whole document.
pub fn document() -> &'static Value {
    static DOCUMENT: LazyLock<Value> = LazyLock::new(|| write(router::routes()));
    &DOCUMENT
}

fn write(routes: &[Route]) -> Value {
    let shapes: Vec<(&Route, Shape)> = routes.iter().map(|route| (route, (route.door.shape)())).collect();
    let schemas = Schemas::of(shapes.iter().flat_map(|(_, shape)| &shape.parts));
    let mut paths: Map<String, Value> = Map::new();
    let mut areas = Vec::new();
    for (route, shape) in &shapes {
        let path = paths.entry(route.path).or_insert_with(|| json!({}));
        path[route.method.as_str().to_lowercase()] = operation(route, shape, &schemas);
        if !areas.contains(&route.door.area()) {
            areas.push(route.door.area());
        }
    }
    json!({
        "openapi": "3.1.0",
        "info": { "title": "Siddes", "version": env!("CARGO_PKG_VERSION"), "description": ABOUT },
        "tags": areas.iter().map(|area| json!({ "name": area })).collect::<Vec<_>>(),
        "paths": paths,
        "components": {
            "schemas": schemas.named(),
            "responses": { "Refused": guards::refused() },
            "securitySchemes": guards::schemes(),
        },
        "x-guards": guards::groups(),
    })
}

fn operation(route: &Route, shape: &Shape, schemas: &Schemas) -> Value {
    let mut operation = json!({
        "operationId": operation_id(&route.method, route.path),
        "tags": [route.door.area()],
        "summary": route.door.summary,
        "security": guards::security(route),
    });
    let mut put = |name: &str, value: Value| operation[name] = value;
    let parameters = parameters(route, shape, schemas);
    if !parameters.is_empty() {
        put("parameters", parameters.into());
    }
    if let Some(body) = &shape.body {
        put("requestBody", json!({ "content": { "application/json": { "schema": schemas.tidy(body) } } }));
    }
    put("responses", responses(shape, schemas));
    put("x-access", word(route.access));
    put("x-account-state", word(route.account_state));
    put("x-throttle", json!(route.throttle));
    if !route.rpc.is_empty() {
        put("x-rpc", json!(route.rpc));
    }
    put("x-errors", json!(route.door.errors));
    put("x-guards", json!(guards::before(route, shape)));
    operation
}

/// `post_blocks`, `delete_blocks_token`: what generators of clients name the call.
fn operation_id(method: &Method, path: &str) -> String {
    let words = path.split('/').filter(|word| !word.is_empty() && *word != "api");
    let words = words.map(|word| word.trim_matches(['{', '}']).replace(['-', '.'], "_"));
    [method.as_str().to_lowercase()].into_iter().chain(words).collect::<Vec<_>>().join("_")
}

fn parameters(route: &Route, shape: &Shape, schemas: &Schemas) -> Vec<Value> {
    let named = route.path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'));
    let in_path =
        named.map(|name| json!({ "name": name, "in": "path", "required": true, "schema": { "type": "string" } }));
    let query = shape.query.as_ref().map(|query| schemas.tidy(query)).unwrap_or_default();
    let in_query = query["properties"].as_object().into_iter().flatten().map(|(name, schema)| {
        let mut schema = schema.clone();
        let description = schema.as_object_mut().and_then(|schema| schema.remove("description"));
        // A query that lacks something, or has it wrong, is read as one without it.
        json!({ "name": name, "in": "query", "required": false, "description": description, "schema": schema })
    });
    in_path.chain(in_query).collect()
}

fn responses(shape: &Shape, schemas: &Schemas) -> Value {
    let mut responses = Map::new();
    for status in &shape.statuses {
        if *status == 304 {
            responses.insert("304".to_owned(), json!({ "description": "As the caller has it." }));
            continue;
        }
        let mut schema = schemas.tidy(&shape.answer);
        let media_type = schema.as_object_mut().and_then(|schema| schema.remove("contentMediaType"));
        let media_type = media_type.as_ref().and_then(Value::as_str).unwrap_or("application/json");
        let description = if *status < 400 { "Done." } else { "The same, while it is not ready." };
        let answer = json!({ "description": description, "content": { media_type: { "schema": schema } } });
        responses.insert(status.to_string(), answer);
    }
    responses.insert("default".to_owned(), json!({ "$ref": "#/components/responses/Refused" }));
    responses.into()
}

/// A word of the table, as `account_state`.
fn word(word: impl std::fmt::Debug) -> Value {
    format!("{word:?}").to_lowercase().into()
}
