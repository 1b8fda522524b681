//! The plans of the feed's statements at 200,000 posts: never a scan of all posts, never more rows than a page needs.

use std::{fs, path::Path};

use serde_json::Value;
use sqlx::{AssertSqlSafe, Executor, PgConnection, Row};
use testkit::TestDatabase;

const LIMIT: i64 = 20;
const PEOPLE: i64 = 2_000;

/// 2,000 people with 60 placements each, 200,000 posts whose author and Side are independent, and blocks and mutes.
async fn load(conn: &mut PgConnection) {
    let statements = [
        "insert into social.person (id, username, full_name, state, staff, email_verified, created_at, version)
         select n, 'p' || n, '', case when n % 97 = 0 then 'banned' else 'active' end, false, false, now(), 1
         from generate_series(1, 2000) n",
        "insert into social.placement (owner, member, side, created_at, updated_at)
         select owner, 1 + (owner + step * 31) % 2000,
                case when step <= 40 then 'friends' when step <= 50 then 'close' else 'work' end, now(), now()
         from generate_series(1, 2000) owner, generate_series(1, 60) step
         where owner <> 1 + (owner + step * 31) % 2000",
        "insert into social.post (id, author, side, body, channel, created_at)
         select 'p_' || n || '_00000000', 1 + abs(hashint8(n)) % 2000, side, 'post #t' || n % 50,
                case when side = 'public' and n % 3 = 0 then 'tech' end, timestamptz '2026-01-01' + n * interval '1 second'
         from generate_series(1, 200000) n,
              lateral (select (array['public','public','public','public','friends','friends','friends','friends','close','work'])
                              [1 + abs(hashint8(n * 7919)) % 10] as side) s",
        "insert into social.post_tag (post, tag, author, side, created_at)
         select id, 't' || substr(body, 8), author, side, created_at from social.post",
        "insert into social.blocked (blocker, blocked, block_id) select 1, n, n from generate_series(2, 100) n",
        "insert into social.muted (muter, muted, active, version) select 1, n, true, 1 from generate_series(101, 200) n",
        "analyze",
        // As the services run them: one plan for all arguments.
        "set plan_cache_mode = force_generic_plan",
    ];
    for statement in statements {
        conn.execute(statement).await.expect(statement);
    }
}

/// The text of the one recorded statement that has all of these parts and none of those.
fn statement(with: &[&str], without: &[&str]) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../.sqlx");
    let mut found: Vec<String> = fs::read_dir(folder)
        .expect("recorded statements")
        .map(|entry| fs::read_to_string(entry.expect("entry").path()).expect("text"))
        .map(|text| serde_json::from_str::<Value>(&text).expect("json")["query"].as_str().unwrap().to_owned())
        .filter(|sql| with.iter().all(|part| sql.contains(part)) && !without.iter().any(|part| sql.contains(part)))
        .collect();
    assert_eq!(found.len(), 1, "one statement with {with:?}");
    found.pop().expect("one")
}

/// Plans and runs it with these arguments; answers the plan and the rows of `social.post` it read.
async fn explain(conn: &mut PgConnection, sql: &str, arguments: &str) -> (Value, i64) {
    conn.execute(AssertSqlSafe(format!("prepare feed as {sql}"))).await.expect("prepared");
    let explain = format!("explain (analyze, format json) execute feed({arguments})");
    let row = conn.fetch_one(AssertSqlSafe(explain)).await.expect("explained");
    conn.execute("deallocate feed").await.expect("deallocated");
    let plan = row.get::<Value, _>(0)[0]["Plan"].clone();
    let mut read = 0;
    visit(&plan, &mut |node| {
        if node["Relation Name"] == "post" {
            assert_ne!(node["Node Type"], "Seq Scan", "{node}");
            let rows = |name: &str| node[name].as_f64().unwrap_or(0.0);
            let each = rows("Actual Rows") + rows("Rows Removed by Filter") + rows("Rows Removed by Index Recheck");
            #[expect(clippy::cast_possible_truncation, reason = "a count of rows")]
            let all = (each * rows("Actual Loops")).ceil() as i64;
            read += all;
        }
    });
    (plan, read)
}

fn visit(node: &Value, each: &mut impl FnMut(&Value)) {
    each(node);
    for child in node["Plans"].as_array().into_iter().flatten() {
        visit(child, each);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_feed_reads_no_more_of_200_000_posts_than_its_page_needs() {
    let database = TestDatabase::create().await;
    let mut conn = database.connect().await;
    load(&mut conn).await;
    let rows = LIMIT + 1;
    let page = rows * rows + 3 * rows;
    let authors = conn
        .fetch_one("select count(*) from social.placement where member = 1 and side in ('friends', 'close')")
        .await
        .unwrap()
        .get::<i64, _>(0);
    assert!(authors > 30 && authors < PEOPLE);

    let private = statement(&["pl.member = $1", "candidate"], &["post_tag"]);
    let tagged = statement(&["pl.member = $1", "candidate", "post_tag"], &[]);
    let public = statement(&["candidate", "p.side = 'public'"], &["coalesce(p.channel", "post_tag"]);
    let topic = statement(&["candidate", "coalesce(p.channel, 'general') = $6"], &["post_tag"]);
    let public_tag = statement(&["candidate", "t.side = 'public' and t.tag = $6"], &[]);
    let end = "'9999-12-31'::timestamptz, ''";
    let middle = "'2026-01-02'::timestamptz, ''";
    let opens = "array['friends', 'close']";
    // Of the public page, one in twenty rows ahead of it is cut off (99 blocked, 100 muted, 20 gone of 2,000).
    let cut_off = 40;
    // A feed by tag reads the post behind each tag's row once more.
    for (name, sql, arguments, most) in [
        ("friends", &private, format!("1, {rows}, {end}, false, 'friends', {opens}"), authors + page),
        ("friends, later page", &private, format!("1, {rows}, {middle}, false, 'friends', {opens}"), authors + page),
        ("work of nobody", &private, format!("999999, {rows}, {end}, false, 'work', array['work']"), page),
        ("friends by tag", &tagged, format!("1, {rows}, {end}, false, 'friends', {opens}, 't7'"), authors + 2 * page),
        ("public", &public, format!("1, {rows}, {end}, false"), page + cut_off),
        ("public, signed out", &public, format!("null, {rows}, {end}, false"), page + cut_off),
        ("public, later page", &public, format!("1, {rows}, {middle}, false"), page + cut_off),
        ("topic", &topic, format!("1, {rows}, {end}, false, 'tech'"), page + cut_off),
        ("general", &topic, format!("1, {rows}, {end}, false, 'general'"), page + cut_off),
        ("public by tag", &public_tag, format!("1, {rows}, {end}, false, 't7', null"), 2 * page + cut_off),
    ] {
        let (plan, read) = explain(&mut conn, sql, &arguments).await;
        assert!(read <= most, "{name}: {read} rows of post read, {most} allowed\n{plan:#}");
    }
}
