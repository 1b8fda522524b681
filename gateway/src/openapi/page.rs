//! The document as a page to read: areas with their calls, then types. No script, and nothing from elsewhere.

use std::fmt::Write;

use base64::{Engine, engine::general_purpose::STANDARD};
use http::HeaderValue;
use serde_json::Value;
use sha2::{Digest, Sha256};

const STYLE: &str = include_str!("page.css");

/// What the page may do: be styled by its own sheet.
pub fn policy() -> HeaderValue {
    let hash = STANDARD.encode(Sha256::digest(STYLE));
    let policy = format!("default-src 'none'; style-src 'sha256-{hash}'; frame-ancestors 'none'");
    HeaderValue::try_from(policy).unwrap_or(HeaderValue::from_static("default-src 'none'"))
}

pub fn write(document: &Value) -> String {
    let info = &document["info"];
    let title = escaped(&info["title"]);
    let calls = calls(document);
    let (mut links, mut areas) = (String::new(), String::new());
    for area in list(&document["tags"]).map(|tag| &tag["name"]) {
        let name = escaped(area);
        push(&mut links, format_args!("<a href=\"#{name}\">{name}</a> "));
        push(&mut areas, format_args!("<h2 id=\"{name}\">{name}</h2>"));
        calls.iter().filter(|call| call.operation["tags"][0] == *area).for_each(|call| areas += &call.html());
    }
    let mut types = String::new();
    for (name, schema) in pairs(&document["components"]["schemas"]) {
        let (name, about, members) = (escape(name), description(schema), members(schema));
        push(&mut types, format_args!("<h3 id=\"type-{name}\">{name}</h3>{about}{members}"));
    }
    let mut guards = String::new();
    for (name, group) in pairs(&document["x-guards"]) {
        let (name, when, codes) = (escape(name), escaped(&group["description"]), codes(&group["codes"]));
        push(&mut guards, format_args!("<tr><th>{name}</th><td>{when}</td><td>{codes}</td></tr>"));
    }
    let refused = &document["components"]["responses"]["Refused"]["content"]["application/json"]["schema"];
    format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" \
         content=\"width=device-width\"><title>{title} API</title><style>{STYLE}</style></head><body>\
         <h1>{title} API {version}</h1><p>{about}</p><nav>{links}<a href=\"#types\">types</a> \
         <a href=\"#refusals\">refusals</a> <a href=\"openapi.json\">openapi.json</a></nav>{areas}\
         <h2 id=\"types\">types</h2>{types}<h2 id=\"refusals\">refusals</h2><table>{guards}</table>{refused}\
         </body></html>",
        version = escaped(&info["version"]),
        about = prose(text(&info["description"])),
        refused = members(refused),
    )
}

struct Call<'a> {
    method: &'a str,
    path: &'a str,
    operation: &'a Value,
}

fn calls(document: &Value) -> Vec<Call<'_>> {
    let mut calls = Vec::new();
    for (path, methods) in pairs(&document["paths"]) {
        calls.extend(pairs(methods).map(|(method, operation)| Call { method, path, operation }));
    }
    calls
}

impl Call<'_> {
    fn html(&self) -> String {
        let own = self.operation;
        let mut html = format!(
            "<details><summary><b class=\"{method}\">{method}</b> <code>{path}</code> <i>{access}</i> {summary}\
             </summary>",
            method = escape(self.method),
            path = escape(self.path),
            access = escaped(&own["x-access"]),
            summary = prose(text(&own["summary"])),
        );
        let mut part = |title: &str, content: String| {
            if !content.is_empty() {
                push(&mut html, format_args!("<h4>{title}</h4>{content}"));
            }
        };
        part("Parameters", parameters(&own["parameters"]));
        part("Body", json_schema(&own["requestBody"]).map(members).unwrap_or_default());
        for (status, response) in pairs(&own["responses"]).filter(|(status, _)| *status != "default") {
            let schema = pairs(&response["content"]).next().map(|(_, content)| &content["schema"]);
            part(&format!("Answer {}", escape(status)), schema.map(members).unwrap_or_default());
        }
        part("Refuses", codes(&own["x-errors"]));
        let facts = [("guards", "x-guards"), ("limits", "x-throttle"), ("account state", "x-account-state")];
        let facts = facts.into_iter().chain([("rpc", "x-rpc")]).map(|(title, name)| (title, codes(&own[name])));
        let facts = facts.filter(|(_, codes)| !codes.is_empty()).map(|(title, codes)| format!("{title}: {codes}"));
        part("Before it", format!("<p>{}</p>", facts.collect::<Vec<_>>().join("; ")));
        html + "</details>"
    }
}

fn json_schema(content: &Value) -> Option<&Value> {
    content["content"]["application/json"].get("schema")
}

fn parameters(parameters: &Value) -> String {
    let mut rows = String::new();
    for parameter in list(parameters) {
        let (name, place) = (escaped(&parameter["name"]), escaped(&parameter["in"]));
        let (kind, about) = (kind(&parameter["schema"]), prose(text(&parameter["description"])));
        push(&mut rows, format_args!("<tr><th>{name}</th><td>{place}, {kind}</td><td>{about}</td></tr>"));
    }
    table(&rows)
}

/// The members of an object, or what else it is.
fn members(schema: &Value) -> String {
    if schema.get("properties").is_none() {
        return format!("<p>{}</p>", kind(schema));
    }
    let mut rows = String::new();
    for (name, member) in pairs(&schema["properties"]) {
        let may = if list(&schema["required"]).any(|own| own == name) { "" } else { "?" };
        let (name, kind, about) = (escape(name), kind(member), prose(text(&member["description"])));
        push(&mut rows, format_args!("<tr><th>{name}{may}</th><td>{kind}</td><td>{about}</td></tr>"));
    }
    table(&rows)
}

fn kind(schema: &Value) -> String {
    if let Some(name) = text(&schema["$ref"]).strip_prefix("#/components/schemas/") {
        return format!("<a href=\"#type-{0}\">{0}</a>", escape(name));
    }
    if schema["enum"].is_array() {
        return codes(&schema["enum"]);
    }
    if schema["oneOf"].is_array() {
        return list(&schema["oneOf"]).map(kind).collect::<Vec<_>>().join(" or ");
    }
    if schema["type"] == "array" {
        return format!("list of {}", kind(&schema["items"]));
    }
    match &schema["type"] {
        Value::Array(kinds) => kinds.iter().map(escaped).collect::<Vec<_>>().join(" or "),
        kind => escaped(kind),
    }
}

fn description(schema: &Value) -> String {
    let text = text(&schema["description"]);
    if text.is_empty() { String::new() } else { format!("<p>{}</p>", prose(text)) }
}

/// One word, several, or none.
fn codes(words: &Value) -> String {
    let words = match words {
        Value::Null => &[],
        Value::Array(words) => words.as_slice(),
        word => std::slice::from_ref(word),
    };
    words.iter().map(|word| format!("<code>{}</code>", escaped(word))).collect::<Vec<_>>().join(" ")
}

fn table(rows: &str) -> String {
    if rows.is_empty() { String::new() } else { format!("<table>{rows}</table>") }
}

fn push(html: &mut String, more: std::fmt::Arguments<'_>) {
    // A string takes whatever is written to it.
    let _always = html.write_fmt(more);
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

fn pairs(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().into_iter().flatten()
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

fn escaped(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), escape)
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// What stands between backticks is code.
fn prose(text: &str) -> String {
    let parts = text.split('`').enumerate();
    let part = |(at, part)| if at % 2 == 1 { format!("<code>{}</code>", escape(part)) } else { escape(part) };
    parts.map(part).collect()
}
