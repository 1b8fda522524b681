//! The very SQL that the services run, read from what the compiler recorded of it (`.sqlx`).

use std::{fs, path::Path};

use anyhow::{Context, bail};
use serde_json::Value;

/// One recorded statement, and the SQL types of its parameters.
#[derive(Clone, Debug)]
pub struct Statement {
    pub sql: String,
    types: Vec<String>,
}

/// The statement that is named so in a comment at its beginning: `/* social.feed.public */`.
pub fn named(name: &str) -> anyhow::Result<Statement> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../.sqlx");
    let comment = format!("/* {name} */");
    for entry in fs::read_dir(&folder).with_context(|| folder.display().to_string())? {
        let recorded: Value = serde_json::from_str(&fs::read_to_string(entry?.path())?)?;
        let sql = recorded["query"].as_str().unwrap_or_default();
        if sql.contains(&comment) {
            return Ok(Statement { sql: sql.to_owned(), types: types(&recorded)? });
        }
    }
    bail!("no statement in .sqlx is named {name}")
}

/// What recognises the caller, at every request.
pub fn authenticate() -> anyhow::Result<Statement> {
    named("auth.session.find")
}

/// The same with the whole account.
pub fn me() -> anyhow::Result<Statement> {
    named("auth.session.find_account")
}

pub fn feed_public() -> anyhow::Result<Statement> {
    named("social.feed.public")
}

pub fn feed_private() -> anyhow::Result<Statement> {
    named("social.feed.private")
}

pub fn post() -> anyhow::Result<Statement> {
    named("social.post.visible")
}

fn types(recorded: &Value) -> anyhow::Result<Vec<String>> {
    let parameters = recorded["describe"]["parameters"]["Left"].as_array();
    parameters.into_iter().flatten().map(|name| sql_type(name.as_str().unwrap_or_default())).collect()
}

fn sql_type(name: &str) -> anyhow::Result<String> {
    let (name, array) = name.strip_suffix("Array").map_or((name, ""), |name| (name, "[]"));
    let sql = match name {
        "Int8" => "bigint",
        "Int4" => "integer",
        "Text" => "text",
        "Bool" => "boolean",
        "Bytea" => "bytea",
        "Timestamptz" => "timestamptz",
        "Date" => "date",
        _ => bail!("a parameter of type {name}: say in bench/src/statements.rs what SQL calls it"),
    };
    Ok(format!("{sql}{array}"))
}

impl Statement {
    /// The statement with an expression for each parameter, of the parameter's type.
    pub fn with(&self, arguments: &[&str]) -> anyhow::Result<String> {
        if arguments.len() != self.types.len() {
            bail!("{} arguments for {} parameters: {}", arguments.len(), self.types.len(), self.sql);
        }
        let mut out = String::with_capacity(self.sql.len() * 2);
        let mut rest = self.sql.as_str();
        while let Some((before, after)) = rest.split_once('$') {
            out.push_str(before);
            let digits = after.bytes().take_while(u8::is_ascii_digit).count();
            let place = after[..digits].parse::<usize>().ok().and_then(|place| place.checked_sub(1));
            let place = place.filter(|place| *place < arguments.len()).context("a parameter")?;
            let (argument, sql_type) = (arguments[place], &self.types[place]);
            // A plain variable stays one: a parameter whose type is then known.
            let plain =
                argument.starts_with(':') && !argument[1..].contains(|c: char| !c.is_alphanumeric() && c != '_');
            let text = if plain { format!("{argument}::{sql_type}") } else { format!("({argument})::{sql_type}") };
            out.push_str(&text);
            rest = &after[digits..];
        }
        out.push_str(rest);
        Ok(out)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_statement_has_its_name() {
        for found in [authenticate(), me(), feed_public(), feed_private(), post()] {
            found.expect("a statement");
        }
    }

    #[test]
    fn parameters_become_typed_expressions() {
        let statement = Statement {
            sql: "select $1, $2 limit $1".to_owned(),
            types: vec!["bigint".to_owned(), "text[]".to_owned()],
        };
        let sql = statement.with(&[":n", "array_fill(:x, array[1])"]).expect("two arguments");
        assert_eq!(sql, "select :n::bigint, (array_fill(:x, array[1]))::text[] limit :n::bigint");
        assert!(statement.with(&[":n"]).is_err());
    }
}
