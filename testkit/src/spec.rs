//! Holds every answer of the gateway against its own OpenAPI document: what the document does not say is a bug.

use http::{HeaderMap, Method, StatusCode, header::CONTENT_TYPE};
use serde_json::Value;

use crate::schema;

/// # Panics
/// The answer is not as the document says: a status or code that it does not list, or a body of another shape.
#[track_caller]
pub fn check(method: &Method, uri: &str, status: StatusCode, headers: &HeaderMap, body: &[u8]) {
    // HEAD is GET without a body; OPTIONS and redirections say nothing.
    if *method == Method::HEAD || body.is_empty() {
        return;
    }
    let path = uri.split('?').next().unwrap_or_default();
    let operation = operation(method, path);
    if let Err(problem) = answer(operation, status, headers, body) {
        let body = String::from_utf8_lossy(body);
        panic!("{method} {path} {status} is not as the OpenAPI document says: {problem}\n{body}");
    }
}

fn answer(operation: Option<&Value>, status: StatusCode, headers: &HeaderMap, body: &[u8]) -> Result<(), String> {
    let listed = operation.map(|operation| &operation["responses"][status.as_str()]).filter(|known| !known.is_null());
    let response = match listed {
        Some(response) => response,
        None if status.is_success() => return Err("this status is not listed".to_owned()),
        None => &gateway::document()["components"]["responses"]["Refused"],
    };
    let (media_type, content) = response["content"].as_object().and_then(|types| types.iter().next()).expect("content");
    let told = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if !told.starts_with(media_type) {
        return Err(format!("the content type {told} is not {media_type}"));
    }
    if media_type != "application/json" {
        return Ok(());
    }
    let body: Value = serde_json::from_slice(body).map_err(|error| format!("no JSON: {error}"))?;
    schema::check(gateway::document(), &content["schema"], &body)?;
    match operation {
        Some(operation) if listed.is_none() => listed_code(operation, status, &body),
        _ => Ok(()),
    }
}

/// A refusal of a call that exists is one of its own, or one of what stands before it.
fn listed_code(operation: &Value, status: StatusCode, body: &Value) -> Result<(), String> {
    let code = format!("{} {}", status.as_str(), body["error"].as_str().unwrap_or_default());
    let listed = |codes: &Value| codes.as_array().is_some_and(|codes| codes.iter().any(|own| *own == *code));
    let guards = operation["x-guards"].as_array().into_iter().flatten().filter_map(Value::as_str);
    let mut guards = guards.map(|name| &gateway::document()["x-guards"][name]["codes"]);
    let known = listed(&operation["x-errors"]) || guards.any(listed);
    if known { Ok(()) } else { Err(format!("`{code}` is in neither x-errors nor x-guards")) }
}

/// The call that the document has under this method and path.
fn operation(method: &Method, path: &str) -> Option<&'static Value> {
    let paths = gateway::document()["paths"].as_object().expect("paths");
    let methods = paths.iter().find(|(template, _)| fits(template, path))?.1;
    methods.get(method.as_str().to_lowercase())
}

fn fits(template: &str, path: &str) -> bool {
    let (ours, theirs): (Vec<&str>, Vec<&str>) = (template.split('/').collect(), path.split('/').collect());
    let same = |(our, their): (&&str, &&str)| our == their || (our.starts_with('{') && !their.is_empty());
    ours.len() == theirs.len() && ours.iter().zip(&theirs).all(same)
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;
    use serde_json::json;

    use super::*;

    fn told(method: &Method, path: &str, status: u16, content_type: &'static str, body: &Value) -> Result<(), String> {
        let headers = HeaderMap::from_iter([(CONTENT_TYPE, HeaderValue::from_static(content_type))]);
        let status = StatusCode::from_u16(status).expect("a status");
        answer(operation(method, path), status, &headers, body.to_string().as_bytes())
    }

    fn refusal(code: &str) -> Value {
        json!({ "ok": false, "error": code, "requestId": "x" })
    }

    #[test]
    fn what_the_document_says_may_be_answered() {
        let blocked = json!({ "ok": true, "blocked": false, "target": "@ann" });
        for (path, status, body) in [
            ("/api/blocks/%40ann", 200, blocked),
            ("/api/blocks/%40ann", 400, refusal("invalid_target")),
            ("/api/blocks/%40ann", 403, refusal("csrf_failed")),
            ("/api/blocks/%40ann", 401, refusal("restricted")),
            ("/api/nowhere", 404, refusal("not_found")),
        ] {
            told(&Method::DELETE, path, status, "application/json", &body).expect(path);
        }
    }

    #[test]
    fn whatever_it_does_not_say_fails() {
        let json = "application/json";
        let blocked = json!({ "ok": true, "blocked": true, "target": "@ann", "id": 7 });
        let mut talkative = refusal("invalid_target");
        talkative["sql"] = "select 1".into();
        for (status, content_type, body, problem) in [
            (200, json, &blocked, "$.id is not in the schema"),
            (200, json, &json!({ "ok": true, "blocked": true }), "$.target is missing"),
            (200, "text/html", &blocked, "the content type text/html is not application/json"),
            (204, json, &json!({}), "this status is not listed"),
            (400, json, &talkative, "$.sql is not in the schema"),
            (404, json, &refusal("not_found"), "`404 not_found` is in neither x-errors nor x-guards"),
            (403, json, &refusal("invalid_target"), "`403 invalid_target` is in neither x-errors nor x-guards"),
            (400, json, &json!({ "detail": "Not found." }), "$."),
        ] {
            let found = told(&Method::DELETE, "/api/blocks/%40ann", status, content_type, body);
            assert!(found.as_ref().is_err_and(|found| found.starts_with(problem)), "{problem}: {found:?}");
        }
    }
}
