//! Pages of a feed: exact, full, and undisturbed by those who write meanwhile.

use std::collections::HashSet;

use platform::Side;
use testkit::{Person, World};

/// All pages from the first to the last, with something done between them.
async fn pages<F: AsyncFnMut()>(reader: &Person, query: &str, limit: usize, mut between: F) -> Vec<String> {
    let (mut contents, mut cursor) = (Vec::new(), String::new());
    loop {
        let answer = reader.get(&format!("/api/feed?{query}&limit={limit}{cursor}")).await.expect(200);
        let json = answer.json();
        let page = answer.contents();
        contents.extend(page.clone());
        assert_eq!(json["count"], page.len());
        assert_eq!(json["hasMore"], !json["nextCursor"].is_null());
        let Some(next) = json["nextCursor"].as_str() else { return contents };
        assert_eq!(page.len(), limit, "a page before the last is full");
        cursor = format!("&cursor={next}");
        between().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_neither_repeat_nor_skip_while_others_write() {
    let world = World::new().await;
    let [author, reader, noisy] = world.people(["author", "reader", "noisy"]).await;
    author.places(&reader, Side::Friends).await;
    noisy.places(&reader, Side::Friends).await;
    for side in [Side::Public, Side::Friends] {
        for number in 0..13 {
            author.posts(side, &format!("{side} {number}")).await;
        }
        let mut later = 0;
        let query = format!("side={side}");
        let seen = pages(&reader, &query, 3, async || {
            later += 1;
            noisy.posts(side, &format!("later {later}")).await;
        })
        .await;
        let expected: Vec<String> = (0..13).rev().map(|number| format!("{side} {number}")).collect();
        assert_eq!(seen.into_iter().filter(|text| !text.starts_with("later")).collect::<Vec<_>>(), expected);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_with_blocked_rows_everywhere() {
    let world = World::new().await;
    let [author, blocked, muted, reader] = world.people(["author", "blocked", "muted", "reader"]).await;
    for other in [&author, &blocked, &muted] {
        other.places(&reader, Side::Friends).await;
    }
    for number in 0..8 {
        for other in [&blocked, &author, &muted] {
            other.posts(Side::Public, &format!("{} {number}", other.name)).await;
        }
    }
    reader.blocks(&blocked).await;
    reader.mutes(&muted).await;
    let seen = pages(&reader, "side=public", 2, async || {}).await;
    let expected: Vec<String> = (0..8).rev().map(|number| format!("author {number}")).collect();
    assert_eq!(seen, expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_exactly_full_last_page_says_that_it_is_the_last() {
    let world = World::new().await;
    let [author] = world.people(["author"]).await;
    for number in 0..4 {
        author.posts(Side::Work, &number.to_string()).await;
    }
    assert_eq!(pages(&author, "side=work", 2, async || {}).await, ["3", "2", "1", "0"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cursor_that_is_foreign_or_broken_gives_the_first_page() {
    let world = World::new().await;
    let [author, other] = world.people(["author", "other"]).await;
    for number in 0..4 {
        author.posts(Side::Public, &number.to_string()).await;
    }
    let json = author.get("/api/feed?side=public&limit=2").await.json();
    let cursor = json["nextCursor"].as_str().unwrap().to_owned();
    for (reader, query) in [(&other, "side=public"), (&author, "side=public&topic=general")] {
        let answer = reader.get(&format!("/api/feed?{query}&limit=2&cursor={cursor}")).await.expect(200);
        assert_eq!(answer.contents(), ["3", "2"]);
    }
    // Another character in the seal, whatever it was.
    let (body, seal) = cursor.split_at(cursor.len() - 8);
    let tampered = format!("{body}{}{}", if seal.starts_with('A') { 'B' } else { 'A' }, &seal[1..]);
    for junk in ["%00", "zzz", "..%2F", tampered.as_str()] {
        let answer = author.get(&format!("/api/feed?side=public&limit=2&cursor={junk}")).await.expect(200);
        assert_eq!(answer.contents(), ["3", "2"], "{junk}");
    }
    let ids: HashSet<String> = json["items"].as_array().unwrap().iter().map(|item| item["id"].to_string()).collect();
    assert_eq!(ids.len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn topics_and_tags_narrow_a_feed_exactly() {
    let world = World::new().await;
    let [author] = world.people(["author"]).await;
    for (text, channel) in
        [("plain #Sea", "all"), ("said general", "general"), ("about #sea and tech", "tech"), ("#seaside", "tech")]
    {
        let body = serde_json::json!({ "text": text, "publicChannel": channel });
        author.post("/api/post", &body).await.expect(201);
    }
    let read = async |query: &str| author.get(&format!("/api/feed?side=public&{query}")).await.contents();
    assert_eq!(read("topic=tech").await, ["#seaside", "about #sea and tech"]);
    assert_eq!(read("topic=general").await, ["said general", "plain #Sea"]);
    assert_eq!(read("topic=All").await.len(), 4);
    assert_eq!(read("tag=%23SEA").await, ["about #sea and tech", "plain #Sea"]);
    assert_eq!(read("tag=sea&topic=tech").await, ["about #sea and tech"]);
    assert_eq!(read("tag=none").await, Vec::<String>::new());
    assert_eq!(read("set=seed_me_1_work_team").await, Vec::<String>::new());
}
