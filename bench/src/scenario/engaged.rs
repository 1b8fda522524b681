//! What people do with posts: replies, likes, echoes, notifications; and a reader who keeps many away.

use super::{ONE_PERSON, PAGE, PERSON, Request, Scenario, authenticated, defines, get};
use crate::{
    dataset::{BEGIN_MS, LONERS, PEOPLE, WARY, blocked, public_authors, public_id, public_step},
    statements,
};

/// A public post, as `:k`, and its id.
fn any_post(posts: i64) -> (String, &'static str, Vec<i64>) {
    let authors = public_authors(posts);
    let many = authors.len();
    let set = format!("{PERSON}\\set k random(1, {many})\n\\set millis {BEGIN_MS} + :k * {}\n", public_step(posts));
    (set, "'p_' || :millis || '_0' || lpad(:k, 7, '0')", authors)
}

/// A sample of posts, each with somebody whom its author does not keep away.
fn open(authors: &[i64], posts: i64, path: impl Fn(String) -> String, post: bool) -> anyhow::Result<Vec<Request>> {
    let many = i64::try_from(authors.len())?;
    let pairs = (1..=10_000_i64).map(|n| ((n * 7_919) % many, 1 + n % PEOPLE));
    let seen = |&(place, person): &(i64, i64)| {
        usize::try_from(place).ok().and_then(|place| authors.get(place)).is_some_and(|author| !blocked(*author, person))
    };
    let request = |(place, person)| Request { path: path(public_id(posts, place + 1)), person, post };
    Ok(pairs.filter(seen).map(request).collect())
}

/// All replies to a public post.
pub fn replies(name: &'static str, posts: i64) -> anyhow::Result<Scenario> {
    let (set, id, authors) = any_post(posts);
    let statement = statements::named("social.reply.list")?.with(&[":person", ":staff", ":stranger", id, ":most"])?;
    let mut defines = defines();
    defines.push(("most", "1000".to_owned()));
    Ok(Scenario {
        name,
        route: "/api/post/{id}/replies",
        requests: open(&authors, posts, |id| format!("/api/post/{id}/replies?tree=1"), false)?,
        script: authenticated(&set, &[statement])?,
        defines,
        by_hand: false,
        writes: false,
    })
}

/// A like of a public post. The job that tells its author is not in the script.
pub fn like(name: &'static str, posts: i64) -> anyhow::Result<Scenario> {
    let (set, id, authors) = any_post(posts);
    let joined = "array_fill('2025-06-01 00:00:00+00'::timestamptz, array[1])";
    let person = [
        ONE_PERSON,
        "array_fill('person_' || :person, array[1])",
        "array_fill('Person ' || :person, array[1])",
        "'{active}'",
        "array_fill(null::timestamptz, array[1])",
        "'{f}'",
        "'{t}'",
        joined,
        "'{1}'",
        ":person * 10000 + :author",
    ];
    let statement = |name: &str, arguments: &[&str]| statements::named(name)?.with(arguments);
    let statements = [
        "begin".to_owned(),
        statement("social.post.author_of", &[id])?,
        statement("social.person.put", &person)?,
        statement("social.relation.present", &[":person", ":author"])?,
        statement("social.post.fix", &[id, ":person"])?,
        statement("social.post.visible", &[":person", ":staff", ":stranger", id])?,
        statement("social.like.insert", &[id, ":person", ":counted", ":now"])?,
        "commit".to_owned(),
    ];
    let mut defines = defines();
    defines.push(("counted", "true".to_owned()));
    Ok(Scenario {
        name,
        route: "/api/post/{id}/like",
        requests: open(&authors, posts, |id| format!("/api/post/{id}/like"), true)?,
        script: authenticated(&format!("{set}\\set author random(1, {PEOPLE})\n"), &statements)?,
        defines,
        by_hand: false,
        writes: true,
    })
}

/// A page of the Close feed, whose newest posts are echoes.
pub fn echoes(name: &'static str) -> anyhow::Result<Scenario> {
    let arguments = [":person", ":staff", ":stranger", ":rows", ":place_at", ":place_id", ":close", ":closest"];
    let statement = statements::feed_private()?.with(&arguments)?;
    let mut defines = defines();
    defines.extend([("close", "close".to_owned()), ("closest", "{close}".to_owned())]);
    let path = format!("/api/feed?side=close&limit={PAGE}");
    Ok(Scenario {
        name,
        route: "/api/feed",
        requests: (1..=PEOPLE).map(|person| get(path.clone(), person)).collect(),
        script: authenticated(PERSON, &[statement])?,
        defines,
        by_hand: false,
        writes: false,
    })
}

/// The public feed of those who blocked 500 people and muted 500 others: half of all authors.
pub fn wary(name: &'static str) -> anyhow::Result<Scenario> {
    let (first, last) = (PEOPLE + LONERS - WARY + 1, PEOPLE + LONERS);
    let arguments = [":person", ":staff", ":stranger", ":rows", ":place_at", ":place_id", ":public"];
    let statement = statements::feed_public()?.with(&arguments)?;
    let path = format!("/api/feed?side=public&limit={PAGE}");
    Ok(Scenario {
        name,
        route: "/api/feed",
        requests: (first..=last).map(|person| get(path.clone(), person)).collect(),
        script: authenticated(&format!("\\set person random({first}, {last})\n"), &[statement])?,
        defines: defines(),
        by_hand: false,
        writes: false,
    })
}

/// The newest notifications of the public Side, of which social is asked what may be seen. The script asks that of one
/// post, since it has no list.
pub fn notifications(name: &'static str, posts: i64) -> anyhow::Result<Scenario> {
    let (set, id, _) = any_post(posts);
    let list = [":person", ":public", "null", ":place_id", ":none", ":most"];
    let post = format!("array_fill({id}, array[1])");
    let statements = [
        statements::named("inbox.notification.list")?.with(&list)?,
        statements::named("social.person.find")?.with(&[":person"])?,
        statements::named("social.post.visible_ids")?.with(&[":person", ":staff", ":stranger", &post])?,
    ];
    let mut defines = defines();
    defines.extend([("none", "{}".to_owned()), ("most", "100".to_owned())]);
    Ok(Scenario {
        name,
        route: "/api/notifications",
        requests: (1..=PEOPLE).map(|person| get("/api/notifications?side=public".to_owned(), person)).collect(),
        script: authenticated(&set, &statements)?,
        defines,
        by_hand: false,
        writes: false,
    })
}
