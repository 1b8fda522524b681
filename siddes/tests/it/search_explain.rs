//! The plans of search at 200,000 posts: what is common is found among the newest, what is rare by its words, and neither by
//! going through all posts.

use sqlx::{Executor, PgConnection, Row};
use testkit::TestDatabase;

use crate::explain::{explain, load, statement};

const LIMIT: i64 = 25;
/// Posts that the services walk for so many.
const NEAR: i64 = 80 * LIMIT;
const FRIENDS: i64 = 400 * LIMIT;

/// Twelve posts among the oldest hold a word that no other has.
async fn plant(conn: &mut PgConnection) {
    for sql in [
        "update social.post set body = 'a quokka at dawn' where id in (
             select 'p_' || n * 40 || '_00000000' from generate_series(1, 12) n)",
        "vacuum analyze social.post",
    ] {
        conn.execute(sql).await.expect(sql);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn search_reads_few_of_200_000_posts_for_common_and_for_rare_words() {
    let database = TestDatabase::create().await;
    let mut conn = database.connect().await;
    load(&mut conn).await;
    plant(&mut conn).await;
    let (opens, none) = ("array['friends', 'close']", "array[]::text[]");
    let of = |side: &str, word: &str, opens: &str| format!("1, false, false, {LIMIT}, '{side}', '%{word}%', {opens}");
    // The stretch itself twice: where it ends, and what is in it; and those of circles and one's own.
    let walk = |near: i64| 4 * near;
    let public = statement("social.search.public");
    let topic = statement("social.search.topic");
    let private = statement("social.search.private");
    let words = statement("social.search.words");
    let tag = statement("social.search.tag");
    let circle = statement("social.search.circle");
    for (what, sql, arguments, most) in [
        ("common", &public, format!("{}, {NEAR}, 50", of("public", "post", none)), walk(NEAR)),
        ("rare, near", &public, format!("{}, {NEAR}, 50", of("public", "quokka", none)), walk(NEAR)),
        ("topic", &topic, format!("{}, {NEAR}, 50, 'tech'", of("public", "quokka", none)), walk(NEAR)),
        ("friends, common", &private, format!("{}, {FRIENDS}, 50", of("friends", "post", opens)), walk(FRIENDS)),
        ("friends, rare", &private, format!("{}, {FRIENDS}, 50", of("friends", "quokka", opens)), walk(FRIENDS)),
        ("rare, by its words", &words, format!("{}, null", of("public", "quokka", none)), 100),
        ("friends, by its words", &words, format!("{}, null", of("friends", "quokka", opens)), 100),
        ("nowhere", &words, format!("{}, null", of("public", "nowhere", none)), 0),
        ("tag", &tag, format!("{}, 't7', null", of("public", "quokka", none)), 5_000),
        ("tag, common", &tag, format!("{}, 't7', null", of("public", "post", none)), 8 * LIMIT),
        ("circle", &circle, format!("{}, 'set_1', null, null", of("friends", "quokka", opens)), 1_000),
    ] {
        let (plan, read) = explain(&mut conn, sql, &arguments).await;
        assert!(read <= most, "{what}: {read} rows of post read, {most} allowed\n{plan:#}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn names_are_found_by_their_beginning_without_going_through_all_people() {
    let database = TestDatabase::create().await;
    let mut conn = database.connect().await;
    for sql in [
        "insert into social.person (id, username, full_name, state, staff, email_verified, created_at, version)
         select n, 'p' || n, '', 'active', false, false, now(), 1 from generate_series(1, 100000) n",
        "analyze social.person",
        "set plan_cache_mode = force_generic_plan",
    ] {
        conn.execute(sql).await.expect(sql);
    }
    let people = statement("social.search.people");
    conn.execute(sqlx::AssertSqlSafe(format!("prepare people as {people}"))).await.expect("prepared");
    let last = char::MAX;
    for (start, found) in [("p77", 20), ("p9999", 11), ("7777", 19)] {
        let arguments = format!("1, '{start}', '{start}{last}', '%{start}%', 20, 8");
        let run = format!("explain (analyze, format json) execute people({arguments})");
        let plan = conn.fetch_one(sqlx::AssertSqlSafe(run)).await.expect("explained").get::<serde_json::Value, _>(0);
        assert!(!plan.to_string().contains("Seq Scan"), "{start}: {plan:#}");
        assert_eq!(plan[0]["Plan"]["Actual Rows"].as_f64(), Some(f64::from(found)), "{start}");
    }
}
