//! The document is whole, says what the table says, and is the one in the repository.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

use platform::access;
use proto::access::v1::Access as RpcAccess;

use super::*;
use crate::layers::throttle::table;

fn operations() -> BTreeMap<(String, String), &'static Value> {
    let paths = document()["paths"].as_object().expect("paths");
    let of_path = |(path, methods): (&'static String, &'static Value)| {
        let methods = methods.as_object().expect("methods").iter();
        methods.map(move |(method, operation)| ((method.to_uppercase(), path.clone()), operation))
    };
    paths.iter().flat_map(of_path).collect()
}

#[test]
fn table_document_and_rpcs_say_the_same() {
    let rules = access::rules("siddes.").expect("declarations");
    let mut documented = operations();
    for route in router::routes() {
        let key = (route.method.to_string(), route.path.to_owned());
        let operation = documented.remove(&key).unwrap_or_else(|| panic!("{key:?} is not in the document"));
        let access = operation["x-access"].as_str().expect("an access");
        let expected = match access {
            "anonymous" => (Access::Anonymous, RpcAccess::Anonymous),
            "viewer" => (Access::Viewer, RpcAccess::Viewer),
            other => panic!("{key:?}: {other}"),
        };
        assert_eq!(route.access, expected.0, "{key:?}");
        match operation["x-rpc"].as_str() {
            Some(rpc) => assert_eq!(rules[&format!("/{rpc}")].access, expected.1, "{key:?}"),
            None => assert_eq!(route.rpc, "", "{key:?}"),
        }
        let signed_in_only = operation["security"]
            .as_array()
            .is_some_and(|ways| !ways.is_empty() && ways.iter().all(|way| way.get("session").is_some()));
        assert_eq!(signed_in_only, route.access == Access::Viewer, "{key:?}");
        let scopes = operation["x-throttle"].as_array().expect("scopes");
        assert!(scopes.iter().all(|name| table::scope(name.as_str().unwrap_or_default()).is_some()), "{key:?}");
    }
    assert!(documented.is_empty(), "not in the table: {:?}", documented.keys());
}

#[test]
fn names_are_unique() {
    let mut ids = BTreeSet::new();
    for (key, operation) in operations() {
        assert!(ids.insert(operation["operationId"].to_string()), "{key:?}: a second {}", operation["operationId"]);
    }
    let mut types = BTreeMap::new();
    for route in router::routes() {
        for (name, schema) in (route.door.shape)().parts {
            let schema = serde_json::to_value(schema).expect("a schema");
            let known = types.entry(name.clone()).or_insert_with(|| schema.clone());
            // Shown to clients: another name, or #[schema(as = …)].
            assert_eq!(*known, schema, "two types are called {name}; {} has one of them", route.door.module);
        }
    }
}

#[test]
fn every_door_is_described() {
    let guarded: BTreeSet<&str> =
        document()["x-guards"].as_object().expect("groups").values().flat_map(|group| codes(&group["codes"])).collect();
    for ((method, path), operation) in operations() {
        let what = format!("{method} {path}");
        let summary = operation["summary"].as_str().expect("a summary");
        assert!(summary.len() > 10 && (summary.ends_with('.') || summary.ends_with('?')), "{what}: {summary}");
        for code in codes(&operation["x-errors"]) {
            let (status, name) = code.split_once(' ').unwrap_or_else(|| panic!("{what}: {code}"));
            let snake = name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_');
            assert!(matches!(status.parse::<u16>(), Ok(400..=599)) && snake, "{what}: {code}");
            let groups = operation["x-guards"].as_array().expect("groups");
            let before = |group: &Value| codes(&document()["x-guards"][group.as_str().unwrap_or_default()]["codes"]);
            assert!(!groups.iter().any(|group| before(group).contains(&code)), "{what}: {code} is a guard's already");
        }
        let text = operation.to_string();
        assert!(guarded.len() > 10 && !text.contains("null,\"schema\":null"), "{what}");
    }
}

fn codes(list: &'static Value) -> Vec<&'static str> {
    list.as_array().into_iter().flatten().filter_map(Value::as_str).collect()
}

/// No reference leads nowhere, and no type is in the document that nothing refers to.
#[test]
fn every_type_that_is_named_is_there_and_used() {
    let text = document().to_string();
    let named: BTreeSet<&str> =
        text.split("#/components/schemas/").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    let there = document()["components"]["schemas"].as_object().expect("schemas");
    assert_eq!(named, there.keys().map(String::as_str).collect());
}

#[test]
fn the_page_shows_every_call_and_runs_nothing() {
    let html = page::write(document());
    for ((_, path), operation) in operations() {
        assert!(html.contains(&format!("<code>{path}</code>")), "{path}");
        assert!(html.contains(operation["summary"].as_str().expect("text").split('`').next().expect("a part")));
    }
    for foreign in ["<script", "src=", "http://", "https://", "url(", "style=\"", "undefined"] {
        assert!(!html.contains(foreign), "{foreign}");
    }
}

/// `docs/openapi.json` is what reviewers and other programs read; `./dev openapi` writes it anew.
#[test]
fn the_snapshot_in_docs_is_this_document() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/openapi.json");
    let written = format!("{:#}\n", document());
    if std::env::var_os("WRITE_DOCS").is_some() {
        fs::write(&path, &written).expect("docs/openapi.json is written");
    }
    let kept = fs::read_to_string(&path).unwrap_or_default();
    let changed = kept.lines().zip(written.lines()).find(|(kept, written)| kept != written);
    assert!(kept == written, "docs/openapi.json is not what the code says: run ./dev openapi. First: {changed:?}");
}
