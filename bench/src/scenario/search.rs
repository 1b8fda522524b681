//! Search of posts, for what is common, seldom, and nowhere.

use super::{PERSON, Scenario, TOKEN_HASH, defines, get};
use crate::{dataset::PEOPLE, statements};

/// Posts asked for, as the web client does, and how many are walked for each; of a stretch at least so many.
const LIMIT: i64 = 25;
const WALKED: i64 = 80;
const EACH: &str = "50";

/// In most posts.
pub fn common(name: &'static str) -> anyhow::Result<Scenario> {
    search(name, "coffee", "coffee", false)
}

/// In one of two hundred: too few among the newest.
pub fn seldom(name: &'static str) -> anyhow::Result<Scenario> {
    search(name, "#t37", "%23t37", true)
}

/// In no post.
pub fn nowhere(name: &'static str) -> anyhow::Result<Scenario> {
    search(name, "quokka", "quokka", true)
}

/// `typed` is the text as a query holds it. What is not common is looked for in the index of words too.
fn search(name: &'static str, text: &str, typed: &str, by_words: bool) -> anyhow::Result<Scenario> {
    let common = [":person", ":staff", ":stranger", ":limit", ":public", ":pattern", ":none"];
    let walk = statements::named("social.search.public")?.with(&[&common[..], &[":walked", ":each"]].concat())?;
    let words = statements::named("social.search.words")?.with(&[&common[..], &["null"]].concat())?;
    let page = statements::named("social.search.page")?.with(&[":person", ":staff", ":stranger", ":ids"])?;
    let authenticate = statements::authenticate()?.with(&[TOKEN_HASH, ":now", ":idle"])?;
    let words = if by_words { format!("{}\\gset\n", kept(&words)) } else { String::new() };
    // A service asks for no page where nothing was found; the difference is a look into an index.
    let script = format!("{PERSON}{authenticate};\n{}\\gset\n{words}{page};\n", kept(&walk));
    let mut defines = defines();
    defines.extend([
        ("pattern", format!("%{text}%")),
        ("none", "{}".to_owned()),
        ("limit", LIMIT.to_string()),
        ("walked", (LIMIT * WALKED).to_string()),
        ("each", EACH.to_owned()),
    ]);
    let path = format!("/api/search/posts?q={typed}&limit={LIMIT}");
    Ok(Scenario {
        name,
        route: "/api/search/posts",
        requests: (1..=PEOPLE).map(|person| get(path.clone(), person)).collect(),
        script,
        defines,
        by_hand: false,
        writes: false,
    })
}

/// With columns that pgbench can keep as variables.
fn kept(statement: &str) -> String {
    format!("{} ", statement.replace("\"ids!\"", "ids").replace("\"whole!\"", "whole"))
}
