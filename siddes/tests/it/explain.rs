//! The plans of the feed's statements at 200,000 posts: never a scan of all posts, never more rows than a page needs.

use std::{fs, path::Path};

use serde_json::Value;
use sqlx::{AssertSqlSafe, Executor, PgConnection, Row};
use testkit::TestDatabase;

const LIMIT: i64 = 20;
const PEOPLE: i64 = 2_000;

/// 2,000 people with 60 placements and a circle of 20 each, 200,000 posts whose author and Side are independent, one in
/// eight of them in a circle, and blocks and mutes.
pub async fn load(conn: &mut PgConnection) {
    let statements = [
        "insert into social.person (id, username, full_name, state, staff, email_verified, created_at, version)
         select n, 'p' || n, '', case when n % 97 = 0 then 'banned' else 'active' end, false, false, now(), 1
         from generate_series(1, 2000) n",
        "insert into social.placement (owner, member, side, created_at, updated_at)
         select owner, 1 + (owner + step * 31) % 2000,
                case when step <= 40 then 'friends' when step <= 50 then 'close' else 'work' end, now(), now()
         from generate_series(1, 2000) owner, generate_series(1, 60) step
         where owner <> 1 + (owner + step * 31) % 2000",
        "insert into social.post (id, author, side, body, channel, circle, created_at)
         select 'p_' || n || '_00000000', 1 + abs(hashint8(n)) % 2000, side, 'post #t' || n % 50,
                case when side = 'public' and n % 3 = 0 then 'tech' end,
                case when n % 8 = 0 and side <> 'close'
                     then 'set_' || 4 * (abs(hashint8(n * 31)) % 500)
                                    + case side when 'public' then 4 when 'friends' then 1 else 3 end end,
                timestamptz '2026-01-01' + n * interval '1 second'
         from generate_series(1, 200000) n,
              lateral (select (array['public','public','public','public','friends','friends','friends','friends','close','work'])
                              [1 + abs(hashint8(n * 7919)) % 10] as side) s",
        "insert into social.circle (id, owner, side, label, color, created_at, updated_at)
         select 'set_' || n, n, (array['public','friends','friends','work'])[1 + n % 4], 'Walks', 'blue', now(), now()
         from generate_series(1, 2000) n",
        "insert into social.circle_member (circle, account, via, joined_at)
         select 'set_' || owner, 1 + (owner + step * 47) % 2000, 'add', now()
         from generate_series(1, 2000) owner, generate_series(1, 20) step",
        "insert into social.post_tag (post, tag, author, side, created_at, circle)
         select id, 't' || substr(body, 8), author, side, created_at, circle from social.post",
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

/// The text of the one recorded statement of this name.
pub fn statement(name: &str) -> String {
    let name = format!("/* {name} */");
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../.sqlx");
    let mut found: Vec<String> = fs::read_dir(folder)
        .expect("recorded statements")
        .map(|entry| fs::read_to_string(entry.expect("entry").path()).expect("text"))
        .map(|text| serde_json::from_str::<Value>(&text).expect("json")["query"].as_str().unwrap().to_owned())
        .filter(|sql| sql.contains(&name))
        .collect();
    assert_eq!(found.len(), 1, "one statement {name}");
    found.pop().expect("one")
}

/// Plans and runs it with these arguments; answers the plan and the rows of `social.post` it read.
pub async fn explain(conn: &mut PgConnection, sql: &str, arguments: &str) -> (Value, i64) {
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

    let private = statement("social.feed.private");
    let tagged = statement("social.feed.private_tag");
    let public = statement("social.feed.public");
    let topic = statement("social.feed.public_topic");
    let public_tag = statement("social.feed.public_tag");
    let circle = statement("social.feed.circle");
    let circle_tag = statement("social.feed.circle_tag");
    let end = "'9999-12-31'::timestamptz, ''";
    let middle = "'2026-01-02'::timestamptz, ''";
    let friends = "'friends'";
    let opens = "array['friends', 'close']";
    let everybody = "'public'";
    // Of the public page, one in twenty rows ahead of it is cut off (99 blocked, 100 muted, 20 gone of 2,000); so it is
    // in circles, of which the newest post is looked for first, then a page of each that may be on the page.
    let cut_off = 40;
    let circles = 21;
    let in_circles = circles + rows * rows + 2 * cut_off;
    let public_page = page + cut_off + in_circles;
    // A feed by tag reads the post behind each tag's row once more.
    for (name, sql, arguments, most) in [
        (
            "friends",
            &private,
            format!("1, false, false, {rows}, {end}, {friends}, {opens}"),
            authors + page + in_circles,
        ),
        (
            "friends, later page",
            &private,
            format!("1, false, false, {rows}, {middle}, {friends}, {opens}"),
            authors + page + in_circles,
        ),
        ("work of nobody", &private, format!("999999, false, false, {rows}, {end}, 'work', array['work']"), page),
        (
            "friends by tag",
            &tagged,
            format!("1, false, false, {rows}, {end}, {friends}, 't7', {opens}"),
            authors + 2 * page + in_circles,
        ),
        ("public", &public, format!("1, false, false, {rows}, {end}, {everybody}"), public_page),
        ("public, signed out", &public, format!("null, false, false, {rows}, {end}, {everybody}"), page + cut_off),
        ("public, later page", &public, format!("1, false, false, {rows}, {middle}, {everybody}"), public_page),
        ("topic", &topic, format!("1, false, false, {rows}, {end}, {everybody}, 'tech'"), public_page),
        ("general", &topic, format!("1, false, false, {rows}, {end}, {everybody}, 'general'"), public_page),
        ("public by tag", &public_tag, format!("1, false, false, {rows}, {end}, {everybody}, 't7', null"), public_page),
        ("circle", &circle, format!("1, false, false, {rows}, {end}, {friends}, null, 'set_1'"), 8 * rows),
        (
            "somebody else's circle",
            &circle,
            format!("999999, false, false, {rows}, {end}, {friends}, null, 'set_1'"),
            0,
        ),
        (
            "circle by tag",
            &circle_tag,
            format!("1, false, false, {rows}, {end}, {friends}, 't7', null, 'set_1'"),
            8 * rows,
        ),
    ] {
        let (plan, read) = explain(&mut conn, sql, &arguments).await;
        assert!(read <= most, "{name}: {read} rows of post read, {most} allowed\n{plan:#}");
    }
}
