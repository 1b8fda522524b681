//! Every statement has a name of its own: what metrics, traces and Postgres' own statistics call it.

use std::{collections::BTreeMap, fs, path::Path};

use platform::pg::query_name;
use serde_json::Value;

#[test]
fn every_statement_begins_with_a_name_of_its_own() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../.sqlx");
    let mut named = BTreeMap::new();
    for entry in fs::read_dir(folder).expect("recorded statements") {
        let text = fs::read_to_string(entry.expect("entry").path()).expect("text");
        let sql = serde_json::from_str::<Value>(&text).expect("json")["query"].as_str().expect("sql").to_owned();
        let name = query_name(&sql).to_owned();
        let parts: Vec<&str> = name.split('.').collect();
        let [service, noun, verb] = parts[..] else {
            panic!("begin it with /* service.noun.verb */ and run ./dev sqlx: {sql}")
        };
        let word = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
        assert!(word(service) && word(noun) && word(verb), "{name}");
        assert!(sql.contains(&format!("{service}.")), "{name} touches another service's schema");
        if let Some(other) = named.insert(name.clone(), sql.clone()) {
            panic!("two statements are called {name}:\n{other}\n{sql}");
        }
    }
    assert!(named.len() > 60, "{} statements", named.len());
}
