//! The table of settings as Markdown: rows say what a setting means, the code that reads it says the rest.

use std::fmt::Write;

use platform::config::{
    How, Read, Source,
    table::{GROUPS, Kind, Setting},
    unread::{DROPPED, IGNORED, WITHOUT_EFFECT},
};

use crate::{Settings, private};

/// Who reads what is read for all roles.
const EVERY_PROCESS: &str = "every process";

/// Everything that the program asks its environment for, when nothing is set: in production, or in development.
pub fn reads(environment: &str) -> Vec<Read> {
    let mut source = Source::from_vars([("SIDDES_ENV".to_owned(), environment.to_owned())]);
    let _settings = Settings::gather(&mut source, None);
    let _bin = private::find_postgres(&mut source);
    let _strict = strict(&mut source);
    source.reads().to_vec()
}

/// `siddes check` is strict without being told.
pub fn strict(source: &mut Source) -> bool {
    source.reader("siddes check");
    source.flag("SIDDES_LAUNCH_STRICT", false)
}

/// The whole chapter, without a title.
pub fn markdown() -> String {
    let (production, development) = (reads("production"), reads("development"));
    let mut text = String::new();
    for (title, settings) in GROUPS {
        let _fits =
            write!(text, "### {title}\n\n| setting | value | default | read by | meaning |\n|---|---|---|---|---|\n");
        for setting in *settings {
            let mut names: Vec<&str> = vec![setting.name];
            if setting.is_open() && setting.kind != Kind::Rate {
                names = production.iter().map(|read| read.name.as_str()).filter(|name| setting.names(name)).collect();
            }
            for name in names {
                line(&mut text, setting, name, &production, &development);
            }
        }
        text.push('\n');
    }
    scopes(&mut text);
    others(&mut text);
    text
}

fn line(text: &mut String, setting: &Setting, name: &str, production: &[Read], development: &[Read]) {
    let of = |reads: &[Read]| reads.iter().find(|read| read.name == name || setting.names(&read.name)).cloned();
    let (production_read, development_read) = (of(production), of(development));
    let how = production_read.as_ref().map(|read| &read.how);
    let default =
        setting.default.map_or_else(|| default(production_read.as_ref(), development_read.as_ref()), str::to_owned);
    let mut readers: Vec<&str> =
        production.iter().filter(|read| setting.names(&read.name)).map(|read| read.reader).collect();
    readers.dedup();
    let readers = match readers.as_slice() {
        [first, ..] if *first == EVERY_PROCESS => EVERY_PROCESS.to_owned(),
        [_, _, _, ..] => "every service".to_owned(),
        few => few.join(", "),
    };
    let guard = setting.guard.map(|guard| format!(" **Production refuses:** {guard}.")).unwrap_or_default();
    let (value, meaning) = (value(setting, how), setting.meaning);
    let _fits = writeln!(text, "| `{name}` | {value} | {default} | {readers} | {meaning}{guard} |");
}

/// What may be written there.
fn value(setting: &Setting, how: Option<&How>) -> String {
    match (setting.kind, how) {
        (Kind::Number(unit), Some(How::Number { from, to })) => format!("{from} to {to} {unit}").trim_end().to_owned(),
        (Kind::Number(unit), _) => format!("number {unit}").trim_end().to_owned(),
        (Kind::Flag, _) => "1 or 0".to_owned(),
        (Kind::Word(words), _) => words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", "),
        (Kind::Text, _) => "text".to_owned(),
        (Kind::List(of), _) => format!("{of}, with commas"),
        (Kind::Secret, _) => "secret; also `…_FILE`".to_owned(),
        (Kind::Origin, _) => "origin".to_owned(),
        (Kind::Url, _) => "URL".to_owned(),
        (Kind::Address, _) => "address:port".to_owned(),
        (Kind::Rate, _) => "rates, with commas, or `off`".to_owned(),
        (Kind::Folder, _) => "folder".to_owned(),
    }
}

fn default(production: Option<&Read>, development: Option<&Read>) -> String {
    let of = |read: Option<&Read>| read.and_then(|read| read.default.clone()).filter(|text| !text.is_empty());
    let shown =
        |text: Option<String>| text.map_or_else(|| "none".to_owned(), |text| format!("`{}`", text.replace(',', ", ")));
    match (of(production), of(development)) {
        (None, None) => "–".to_owned(),
        (production, development) if production == development => shown(production),
        (production, development) => format!("{}; in development {}", shown(production), shown(development)),
    }
}

/// The scopes that some route uses, with their numbers.
fn scopes(text: &mut String) {
    text.push_str("### Throttle scopes\n\n");
    text.push_str("`SIDDES_THROTTLE_` and the scope in upper case; for the last column, `_ANON` after it.\n\n");
    text.push_str("| scope | an account | an address without a session |\n|---|---|---|\n");
    let used = |name: &str| gateway::routes().iter().any(|route| route.throttle.contains(&name)) || name == "global";
    for scope in gateway::SCOPES.iter().filter(|scope| used(scope.name)) {
        let anonymous = match (scope.counts_addresses(), scope.anonymous) {
            (false, _) => "–",
            (true, "") => "the same",
            (true, numbers) => numbers,
        };
        let numbers = scope.numbers.replace(',', ", ");
        let _fits = writeln!(text, "| `{}` | {numbers} | {anonymous} |", scope.name);
    }
    let unused = gateway::SCOPES.iter().map(|scope| scope.name).filter(|name| !used(name));
    let _fits = writeln!(text, "\nKnown, and used by no route of this release: {}.\n", codes(unused));
}

/// Names that are known and that nothing reads.
fn others(text: &mut String) {
    let _fits = writeln!(
        text,
        "### Accepted, and without effect in this release\n\nOf parts that it does not have; told in the log once, at the \
         start.\n\n{}.\n",
        codes(WITHOUT_EFFECT.iter().copied())
    );
    text.push_str("### Gone\n\nOf earlier backends; each is warned of at the start.\n\n| setting | |\n|---|---|\n");
    for (name, rule) in DROPPED {
        let _fits = writeln!(text, "| `{name}` | {rule} |");
    }
    let _fits = writeln!(
        text,
        "\n### Ignored without a word\n\nThe web client's own, and those of the server program of earlier backends: {}, \
         `NEXT_PUBLIC_*`.",
        codes(IGNORED.iter().copied())
    );
}

fn codes<'a>(names: impl Iterator<Item = &'a str>) -> String {
    names.map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}
