//! Daily quotas: exact whoever counts at once, and spent by what was made and by nothing else.

use futures::future::join_all;
use platform::Role;
use serde_json::{Value, json};
use testkit::{Answer, Person, World, WorldBuilder};
use time::{Duration, OffsetDateTime, Time};

const LIMIT: &str = "SIDDES_QUOTA_POST_CREATE_PER_DAY";
const USED: &str = "select coalesce(sum(used), 0)::bigint from social.quota";
const POSTS: &str = "select count(*) from social.post";

fn limited(limit: &str) -> WorldBuilder {
    World::builder().setting(LIMIT, limit).setting("SIDDES_THROTTLE_POST_CREATE", "off")
}

/// Tomorrow at noon, so that no test meets a midnight that it does not want.
fn until_noon() -> Duration {
    let now = platform::clock::Clock::default().now();
    now.date().next_day().unwrap().with_time(Time::from_hms(12, 0, 0).unwrap()).assume_utc() - now
}

async fn create(author: &Person, text: &str) -> Answer {
    author.post("/api/post", &json!({ "text": text })).await
}

fn id(answer: &Answer) -> Value {
    answer.json()["post"]["id"].clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn forty_creations_at_once_through_two_gateways_make_three_posts() {
    let first = limited("3").build().await;
    let second = limited("3").beside(&first).build().await;
    let ahead = until_noon();
    first.ambient.clock.advance(ahead);
    second.ambient.clock.advance(ahead);
    let [author, other] = first.people(["author", "other"]).await;
    let there = author.at(second.http.clone());
    // A machine that is busy with forty at once may say 503, which may be repeated: under a key of its own, each makes
    // one post at most, and hears of it.
    let insist = async |number: usize| {
        let author = if number.is_multiple_of(2) { &author } else { &there };
        let body = json!({ "text": "x", "client_key": format!("k{number}") });
        loop {
            let answer = author.post("/api/post", &body).await;
            if answer.status != 503 {
                return answer;
            }
        }
    };
    let answers = join_all((0..40).map(insist)).await;
    let (made, refused): (Vec<_>, Vec<_>) = answers.into_iter().partition(|answer| answer.status == 201);
    assert_eq!((made.len(), refused.len()), (3, 37));
    for answer in refused {
        answer.refused(429, "quota_exceeded");
    }
    assert_eq!((first.count(POSTS).await, first.count(USED).await), (3, 3));
    create(&other, "another account has its own").await.expect(201);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_says_what_is_limited_and_until_when() {
    let world = limited("1").build().await;
    world.ambient.clock.advance(until_noon());
    let [author] = world.people(["author"]).await;
    create(&author, "the only one").await.expect(201);
    let answer = create(&author, "one too many").await.expect(429);
    let json = answer.json();
    let keys: Vec<&String> = json.as_object().unwrap().keys().collect();
    assert_eq!(keys, ["ok", "error", "action", "limit", "retry_after_ms", "requestId"]);
    assert_eq!(
        (&json["error"], &json["action"], &json["limit"]),
        (&json!("quota_exceeded"), &json!("post_create"), &json!(1))
    );
    let left = json["retry_after_ms"].as_u64().unwrap();
    assert!((11 * 3_600_000..=12 * 3_600_000).contains(&left), "{left}");
    let seconds: u64 = answer.headers["retry-after"].to_str().unwrap().parse().unwrap();
    assert_eq!(seconds, left.div_ceil(1_000));
}

#[tokio::test(flavor = "multi_thread")]
async fn only_what_was_made_counts() {
    let world = limited("2").chaos().build().await;
    world.ambient.clock.advance(until_noon());
    let [author] = world.people(["author"]).await;
    // Refused for what it says.
    create(&author, "").await.refused(400, "empty_text");
    author.post("/api/post", &json!({ "text": "x", "side": "nowhere" })).await.refused(400, "invalid_side");
    // Written, and lost before it was committed.
    let held = world.ambient.pauses.hold("social.create.before_commit");
    let doomed = tokio::spawn({
        let author = author.clone();
        async move { create(&author, "lost").await }
    });
    held.reached().await;
    let chaos = world.chaos.as_ref().unwrap();
    chaos.refuse().await;
    held.release();
    doomed.await.unwrap().refused(503, "unavailable");
    chaos.set(testkit::chaos::Mode::Pass);
    assert_eq!(world.count(USED).await, 0);
    // Deleting gives nothing back.
    let first = create(&author, "first").await.expect(201);
    author.delete(&format!("/api/post/{}", id(&first).as_str().unwrap())).await.expect(200);
    create(&author, "second").await.expect(201);
    create(&author, "third").await.refused(429, "quota_exceeded");
    assert_eq!(world.count(USED).await, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_repeat_at_the_limit_gets_the_first_answer_and_a_refused_key_stays_free() {
    let world = limited("1").build().await;
    world.ambient.clock.advance(until_noon());
    let [author] = world.people(["author"]).await;
    let keyed = |key: &str| json!({ "text": "once", "client_key": key });
    let body = keyed("a");
    let first = author.post("/api/post", &body).await.expect(201);
    for answer in join_all((0..8).map(|_| author.post("/api/post", &body))).await {
        assert_eq!(id(&answer.expect(201)), id(&first));
    }
    author.post("/api/post", &keyed("b")).await.refused(429, "quota_exceeded");
    world.ambient.clock.advance(Duration::days(1));
    author.post("/api/post", &keyed("b")).await.expect(201);
    assert_eq!(world.count(POSTS).await, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_next_day_of_utc_begins_anew_and_old_counters_are_forgotten() {
    let world = limited("1").build().await;
    world.ambient.clock.advance(until_noon());
    let [author] = world.people(["author"]).await;
    create(&author, "today").await.expect(201);
    let midnight = |now: OffsetDateTime| now.date().next_day().unwrap().midnight().assume_utc() - now;
    let left = midnight(world.ambient.clock.now());
    world.ambient.clock.advance(left - Duration::minutes(1));
    create(&author, "still today").await.refused(429, "quota_exceeded");
    world.ambient.clock.advance(Duration::minutes(2));
    create(&author, "tomorrow").await.expect(201);
    create(&author, "and no more").await.refused(429, "quota_exceeded");

    world.run_scheduled(Role::Social, "social.quota.purge").await;
    assert_eq!(world.count(USED).await, 2, "three days are not over");
    world.ambient.clock.advance(Duration::days(3));
    world.run_scheduled(Role::Social, "social.quota.purge").await;
    assert_eq!(world.count(USED).await, 1, "the first day is four days past, the second three");
    world.run_scheduled(Role::Social, "social.quota.purge").await;
    assert_eq!(world.count(USED).await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_operator_turns_quotas_off() {
    for (name, value) in [(LIMIT, "0"), (LIMIT, "-1"), ("SIDDES_DISABLE_DAILY_QUOTAS", "yes")] {
        let world = limited("1").setting(name, value).build().await;
        let [author] = world.people(["author"]).await;
        for _ in 0..3 {
            create(&author, "x").await.expect(201);
        }
        assert_eq!(world.count(USED).await, 0, "{name}={value}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_creation_that_is_counted_keeps_its_budget() {
    let world = limited("9").build().await;
    let [author] = world.people(["author"]).await;
    let created = author.post("/api/post", &json!({ "text": "a #b #c", "client_key": "k" })).await.expect(201);
    assert!(created.statements() <= 8, "{}", created.statements());
    let bare = create(&author, "no key, no tag").await.expect(201);
    assert!(bare.statements() < created.statements());
}
