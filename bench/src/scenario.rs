//! What is measured: each request, and the statements that pgbench runs for it.

mod engaged;
mod search;

use anyhow::Context;
use platform::timestamp;

use crate::{
    dataset::{BEGIN_MS, LONERS, PEOPLE, STRIDE, blocked, public_authors, public_id, public_step},
    pages::{self, Deep, PAGE},
    statements,
    system::System,
};

/// One kind of request.
pub struct Scenario {
    pub name: &'static str,
    /// As the access log names it.
    pub route: &'static str,
    /// What wrk sends, in random order.
    pub requests: Vec<Request>,
    /// What pgbench runs.
    pub script: String,
    /// Texts that the script names.
    pub defines: Vec<(&'static str, String)>,
    /// The hand-written handler knows it.
    pub by_hand: bool,
    pub writes: bool,
}

pub struct Request {
    pub path: String,
    /// 0 = nobody: no cookie.
    pub person: i64,
    pub post: bool,
}

/// What is asked for, before anything is measured.
pub const NAMES: [&str; 19] = [
    "feed-public",
    "feed-public-page20",
    "feed-friends",
    "feed-friends-page20",
    "feed-friends-nobody",
    "post-detail",
    "post-create",
    "profile",
    "siders",
    "circles",
    "search-common",
    "search-seldom",
    "search-nowhere",
    "replies",
    "feed-echoes",
    "feed-public-wary",
    "notifications",
    "like",
    "me",
];

const PERSON: &str = "\\set person random(1, 2000)\n";
/// `array_fill` of an expression is as opaque to the planner as the array that the service sends.
const TOKEN_HASH: &str = "array_fill(sha256(lpad(:person, 43, '0')::bytea), array[1])";
const ONE_PERSON: &str = "array_fill(:person::bigint, array[1])";

pub async fn build(name: &'static str, system: &System, posts: i64) -> anyhow::Result<Scenario> {
    let scenario = match name {
        "feed-public" => feed(name, "public", &[]),
        "feed-friends" => feed(name, "friends", &[]),
        "feed-public-page20" => feed(name, "public", &pages::of(system, "public").await?),
        "feed-friends-page20" => feed(name, "friends", &pages::of(system, "friends").await?),
        "feed-friends-nobody" => nobody(name),
        "post-detail" => detail(name, posts),
        "post-create" => create(name),
        "profile" => profile(name),
        "siders" => siders(name),
        "circles" => circles(name),
        "search-common" => search::common(name),
        "search-seldom" => search::seldom(name),
        "search-nowhere" => search::nowhere(name),
        "replies" => engaged::replies(name, posts),
        "feed-echoes" => engaged::echoes(name),
        "feed-public-wary" => engaged::wary(name),
        "notifications" => engaged::notifications(name, posts),
        "like" => engaged::like(name, posts),
        _ => me(name),
    };
    scenario.with_context(|| name.to_owned())
}

fn get(path: String, person: i64) -> Request {
    Request { path, person, post: false }
}

/// Variables that the statements name. None stands as a constant: the planner must know no more than it does of ours.
fn defines() -> Vec<(&'static str, String)> {
    let now = platform::Ambient::default().clock.now();
    vec![
        ("now", timestamp::iso(now)),
        ("idle", timestamp::iso(now - time::Duration::days(14))),
        ("place_at", "9999-12-31 00:00:00+00".to_owned()),
        // The services send an empty text; pgbench's command line takes none.
        ("place_id", "-".to_owned()),
        ("opens", "{friends,close}".to_owned()),
        ("rows", (PAGE + 1).to_string()),
        ("side", "friends".to_owned()),
        ("public", "public".to_owned()),
        ("staff", "false".to_owned()),
        ("stranger", "false".to_owned()),
    ]
}

fn authenticated(set: &str, statements: &[String]) -> anyhow::Result<String> {
    let first = statements::authenticate()?.with(&[TOKEN_HASH, ":now", ":idle"])?;
    let all: Vec<String> = std::iter::once(first).chain(statements.iter().cloned()).collect();
    Ok(format!("{set}{};\n", all.join(";\n")))
}

fn feed(name: &'static str, side: &str, deep: &[Deep]) -> anyhow::Result<Scenario> {
    let path = format!("/api/feed?side={side}&limit={PAGE}");
    let requests = if deep.is_empty() {
        (1..=PEOPLE).map(|person| get(path.clone(), person)).collect()
    } else {
        deep.iter().map(|deep| get(format!("{path}&cursor={}", deep.cursor), deep.person)).collect()
    };
    let mut defines = defines();
    if let Some(middle) = pages::middle(deep) {
        let at = timestamp::from_micros(middle.micros).context("a time")?;
        defines.push(("place_at", timestamp::iso(at)));
        defines.push(("place_id", middle.id.clone()));
    }
    let script = authenticated(PERSON, &[feed_statement(side)?])?;
    Ok(Scenario { name, route: "/api/feed", requests, script, defines, by_hand: true, writes: false })
}

fn feed_statement(side: &str) -> anyhow::Result<String> {
    let common = [":person", ":staff", ":stranger", ":rows", ":place_at", ":place_id"];
    if side == "public" {
        return statements::feed_public()?.with(&[&common[..], &[":public"]].concat());
    }
    statements::feed_private()?.with(&[&common[..], &[":side", ":opens"]].concat())
}

/// People whom nobody shows anything.
fn nobody(name: &'static str) -> anyhow::Result<Scenario> {
    let path = format!("/api/feed?side=friends&limit={PAGE}");
    let last = PEOPLE + LONERS;
    Ok(Scenario {
        name,
        route: "/api/feed",
        requests: (PEOPLE + 1..=last).map(|person| get(path.clone(), person)).collect(),
        script: authenticated(
            &format!("\\set person random({}, {last})\n", PEOPLE + 1),
            &[feed_statement("friends")?],
        )?,
        defines: defines(),
        by_hand: true,
        writes: false,
    })
}

/// Public posts, so that everybody gets one.
fn detail(name: &'static str, posts: i64) -> anyhow::Result<Scenario> {
    let authors = public_authors(posts);
    let many = i64::try_from(authors.len())?;
    let set = format!("{PERSON}\\set k random(1, {many})\n\\set millis {BEGIN_MS} + :k * {}\n", public_step(posts));
    let id = "'p_' || :millis || '_0' || lpad(:k, 7, '0')";
    let statement = statements::post()?.with(&[":person", ":staff", ":stranger", id])?;
    // A sample spread over all of them, without people whom the author keeps away.
    let pairs = (1..=10_000_i64).map(|n| ((n * 7_919) % many, 1 + n % PEOPLE));
    let open = |&(place, person): &(i64, i64)| {
        usize::try_from(place).ok().and_then(|place| authors.get(place)).is_some_and(|author| !blocked(*author, person))
    };
    let requests =
        pairs.filter(open).map(|(place, person)| get(format!("/api/post/{}", public_id(posts, place + 1)), person));
    Ok(Scenario {
        name,
        route: "/api/post/{id}",
        requests: requests.collect(),
        script: authenticated(&set, &[statement])?,
        defines: defines(),
        by_hand: false,
        writes: false,
    })
}

/// Posts of one person that no run reaches.
pub const MANY: &str = "1000000";

/// A friends post with a client key of its own.
fn create(name: &'static str) -> anyhow::Result<Scenario> {
    let (id, word) = ("'p_1795000000000_' || lpad(to_hex(:r::bigint), 8, '0')", "'bench-' || :r || '-' || :s");
    let name_of = "array_fill('person_' || :person, array[1])";
    let full = "array_fill('Person ' || :person, array[1])";
    let none = "array_fill(null::timestamptz, array[1])";
    let joined = "array_fill('2025-06-01 00:00:00+00'::timestamptz, array[1])";
    let person = [ONE_PERSON, name_of, full, "'{active}'", none, "'{f}'", "'{t}'", joined, "'{1}'", "null"];
    let statement = |name: &str, arguments: &[&str]| statements::named(name)?.with(arguments);
    let insert =
        [id, ":person", ":side", ":body", "null", ":staff", ":now", ":tags", "null", "null", "array[]::bigint[]"];
    let statements = [
        statement("social.post.before", &[":person", word, ":idle", "null"])?,
        "begin".to_owned(),
        statement("social.client_key.take", &[":person", word, id, ":side", ":now", ":idle", ":kind"])?,
        statement("social.person.put", &person)?,
        statement("social.person.share", &[ONE_PERSON])?,
        statement("social.quota.count", &[":person", ":action", ":subject", ":now", ":one", ":many"])?,
        statement("social.post.insert", &insert)?,
        statement("social.post.visible", &[":person", ":staff", ":stranger", id])?,
        "commit".to_owned(),
    ];
    let set = format!("{PERSON}\\set r random(1, 4000000000)\n\\set s random(1, 1000000000)\n");
    let mut defines = defines();
    let text = |name, value: &str| (name, value.to_owned());
    defines.extend([text("body", crate::wrk::TEXT), text("tags", "{}"), text("action", "post_create")]);
    defines.extend([text("kind", "post"), text("subject", "-"), text("one", "1"), text("many", MANY)]);
    let requests = (1..=PEOPLE).map(|person| Request { path: "/api/post".to_owned(), person, post: true });
    Ok(Scenario {
        name,
        route: "/api/post",
        requests: requests.collect(),
        script: authenticated(&set, &statements)?,
        defines,
        by_hand: false,
        writes: true,
    })
}

/// Of somebody who shows the caller Friends: the face, and 20 posts.
fn profile(name: &'static str) -> anyhow::Result<Scenario> {
    let set = format!("{PERSON}\\set target 1 + mod(:person - 1 + {PEOPLE} - {STRIDE}, {PEOPLE})\n");
    let target = |person: i64| 1 + (person - 1 + PEOPLE - STRIDE) % PEOPLE;
    let stretch = [":person", ":staff", ":stranger", ":target", ":place_at", ":place_id", ":side", ":rows", ":opens"];
    let statements = [
        statements::named("auth.people.by_names")?.with(&["array_fill('person_' || :target, array[1])"])?,
        statements::named("social.profile.head")?.with(&[":target", ":person", ":stranger", "null"])?,
        statements::named("social.profile.posts")?.with(&stretch)?,
    ];
    Ok(Scenario {
        name,
        route: "/api/profile/{token}",
        requests: (1..=PEOPLE)
            .map(|person| get(format!("/api/profile/person_{}?limit={PAGE}", target(person)), person))
            .collect(),
        script: authenticated(&set, &statements)?,
        defines: defines(),
        by_hand: false,
        writes: false,
    })
}

/// The 60 people whom the caller shows a Side.
fn siders(name: &'static str) -> anyhow::Result<Scenario> {
    let statement = statements::named("social.placement.siders")?.with(&[":person", ":bucket"])?;
    let mut defines = defines();
    defines.push(("bucket", "5001".to_owned()));
    Ok(Scenario {
        name,
        route: "/api/siders",
        requests: (1..=PEOPLE).map(|person| get("/api/siders".to_owned(), person)).collect(),
        script: authenticated(PERSON, &[statement])?,
        defines,
        by_hand: false,
        writes: false,
    })
}

/// The caller's own three circles, and about 25 that he is in.
fn circles(name: &'static str) -> anyhow::Result<Scenario> {
    let statement = statements::named("social.circle.list")?.with(&[":person", ":stranger", "null"])?;
    Ok(Scenario {
        name,
        route: "/api/circles",
        requests: (1..=PEOPLE).map(|person| get("/api/circles".to_owned(), person)).collect(),
        script: authenticated(PERSON, &[statement])?,
        defines: defines(),
        by_hand: false,
        writes: false,
    })
}

/// The statement that recognises the caller, and nothing else; it is no request.
pub fn authenticate_only() -> anyhow::Result<Scenario> {
    Ok(Scenario {
        name: "authenticate",
        route: "",
        requests: Vec::new(),
        script: authenticated(PERSON, &[])?,
        defines: defines(),
        by_hand: false,
        writes: false,
    })
}

fn me(name: &'static str) -> anyhow::Result<Scenario> {
    let statement = statements::me()?.with(&[TOKEN_HASH, ":now", ":idle"])?;
    Ok(Scenario {
        name,
        route: "/api/auth/me",
        requests: (1..=PEOPLE).map(|person| get("/api/auth/me".to_owned(), person)).collect(),
        script: format!("{PERSON}{statement};\n"),
        defines: defines(),
        by_hand: false,
        writes: false,
    })
}
