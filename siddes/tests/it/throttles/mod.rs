//! Limits: exactly so many in any period, refused in the contract's words, and counted for whom they are about.

mod address;
mod identifiers;
mod outage;
mod redis;
mod scopes;

use futures::future::join_all;
use http::{HeaderMap, Method};
use platform::{Side, config::Source};
use serde_json::json;
use siddes::Settings;
use sqlx::postgres::PgConnectOptions;
use testkit::{Answer, Person, World};
use time::Duration;

/// A call as it comes through a proxy of ours, from that address.
async fn from(world: &World, address: &str, person: &Person, method: Method, path: &str, body: &str) -> Answer {
    let mut headers = person.headers();
    headers.insert("x-forwarded-for", address.parse().unwrap());
    world.http.send(method, path, headers, body.to_owned()).await
}

/// How many passed; the others were refused by that scope, and nothing else happened.
fn passed(answers: &[Answer], scope: &str) -> usize {
    let refused = answers.iter().filter(|answer| answer.status != 200);
    for answer in refused {
        answer.refused(429, "rate_limited");
        assert_eq!(answer.json()["scope"], scope);
    }
    answers.iter().filter(|answer| answer.status == 200).count()
}

async fn feeds(person: &Person, times: usize) -> Vec<Answer> {
    join_all((0..times).map(|_| person.feed_status(Side::Public))).await
}

/// Calls that nothing but their limit stands before: no service and no database.
async fn tokens(person: &Person, times: usize) -> Vec<Answer> {
    join_all((0..times).map(|_| person.get("/api/auth/csrf"))).await
}

#[tokio::test(flavor = "multi_thread")]
async fn of_forty_parallel_calls_at_a_limit_of_three_exactly_three_pass() {
    let world = World::builder()
        .setting("SIDDES_THROTTLE_FEED", "3/min")
        .setting("SIDDES_THROTTLE_AUTH_ME_ANON", "3/min")
        .build()
        .await;
    let [ann, ben] = world.people(["ann", "ben"]).await;
    let nobody = world.anonymous();
    for _ in 0..3 {
        assert_eq!(passed(&tokens(&nobody, 40).await, "auth_me"), 3);
        assert_eq!(passed(&feeds(&ann, 8).await, "feed"), 3);
        assert_eq!(passed(&feeds(&ben, 8).await, "feed"), 3, "each account has its own");
        world.ambient.clock.advance(Duration::seconds(61));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_window_slides_and_refused_calls_are_not_counted() {
    let world = World::builder().setting("SIDDES_THROTTLE_FEED", "2/min").build().await;
    let [ann] = world.people(["ann"]).await;
    let feed = async || ann.feed_status(Side::Public).await.status.as_u16();
    assert_eq!(feed().await, 200);
    world.ambient.clock.advance(Duration::seconds(40));
    assert_eq!(feed().await, 200);
    for _ in 0..10 {
        assert_eq!(feed().await, 429);
    }
    // The first has left the window, the ten refused ones never were in it.
    world.ambient.clock.advance(Duration::seconds(25));
    assert_eq!([feed().await, feed().await], [200, 429]);
    // Calls that fail count like any other.
    world.ambient.clock.advance(Duration::seconds(61));
    ann.get("/api/feed?side=close").await.expect(200);
    assert_eq!([feed().await, feed().await], [200, 429]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_says_which_scope_and_when_to_come_back() {
    let world = World::builder().setting("SIDDES_THROTTLE_FEED", "1/min").build().await;
    let [ann] = world.people(["ann"]).await;
    ann.feed(Side::Public).await;
    let told = |answer: &Answer| {
        let json = answer.json();
        let millis = json["retry_after_ms"].as_u64().unwrap();
        let seconds = millis.div_ceil(1_000);
        let request_id = answer.headers["x-request-id"].to_str().unwrap();
        let expected = json!({
            "ok": false,
            "error": "rate_limited",
            "scope": "feed",
            "retry_after_ms": millis,
            "message": format!("Slow down — try again in {seconds}s."),
            "requestId": request_id,
        });
        assert_eq!(json, expected);
        assert_eq!(answer.headers["retry-after"], seconds.to_string());
        millis
    };
    let refused = ann.feed_status(Side::Public).await.expect(429);
    assert!((30_001..=60_000).contains(&told(&refused)), "{}", refused.json());
    // A moment before there is room again, nobody is told to come back at once.
    world.ambient.clock.advance(Duration::milliseconds(told(&refused).try_into().unwrap()) - Duration::seconds(2));
    let mut shortest = u64::MAX;
    loop {
        let answer = ann.feed_status(Side::Public).await;
        if answer.status == 200 {
            break;
        }
        shortest = shortest.min(told(&answer));
        world.ambient.clock.advance(Duration::milliseconds(50));
    }
    assert_eq!(shortest, 250);
}

#[tokio::test(flavor = "multi_thread")]
async fn callers_without_a_session_have_numbers_of_their_own_by_address() {
    let world = World::builder()
        .setting("SIDDES_THROTTLE_FEED", "1/hour")
        .setting("SIDDES_THROTTLE_FEED_ANON", "3/hour")
        .setting("SIDDES_THROTTLE_AUTH_ME", "1/hour")
        .setting("SIDDES_THROTTLE_AUTH_ME_ANON", "2/hour")
        .build()
        .await;
    let [ann] = world.people(["ann"]).await;
    assert_eq!(passed(&feeds(&world.anonymous(), 10).await, "feed"), 3);
    assert_eq!(passed(&feeds(&ann, 10).await, "feed"), 1, "who is signed in is not counted by the address");
    let (one, other) = ("203.0.113.1", "203.0.113.2");
    for address in [one, other] {
        let calls = (0..10).map(|_| from(&world, address, &ann, Method::GET, "/api/auth/me", ""));
        let all = join_all(calls).await;
        assert_eq!(passed(&all, "auth_me"), usize::from(address == one), "one account, whatever its address");
        let nobody = world.anonymous();
        let calls = (0..10).map(|_| from(&world, address, &nobody, Method::GET, "/api/auth/me", ""));
        assert_eq!(passed(&join_all(calls).await, "auth_me"), 2);
    }
    // A cookie that is no session makes nobody an account.
    let dead = world.anonymous();
    dead.set_cookie("siddes_session", &"A".repeat(43));
    let again = from(&world, one, &dead, Method::GET, "/api/auth/me", "").await;
    again.refused(429, "rate_limited");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_brake_holds_over_all_scopes_of_an_account() {
    let world = World::builder().setting("SIDDES_THROTTLE_GLOBAL", "5/min").build().await;
    let [ann, ben] = world.people(["ann", "ben"]).await;
    ann.feed(Side::Public).await;
    ann.get("/api/siders").await.expect(200);
    ann.get("/api/auth/me").await.expect(200);
    ann.get("/api/blocks").await.expect(200);
    ann.posts(Side::Public, "the fifth").await;
    for path in ["/api/feed", "/api/mutes", "/api/auth/me"] {
        let refused = ann.get(path).await;
        refused.refused(429, "rate_limited");
        assert_eq!(refused.json()["scope"], "global", "{path}");
    }
    ben.feed(Side::Public).await;
    assert_eq!(feeds(&world.anonymous(), 10).await.iter().filter(|answer| answer.status == 200).count(), 10);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_brake_is_1200_a_minute_unless_it_is_set() {
    let settings = read(&[]).expect("settings");
    let rates = settings.gateway.rates.of("global", true).iter().map(|rate| (rate.hits, rate.period.as_secs()));
    assert_eq!(rates.collect::<Vec<_>>(), [(1_200, 60)]);
}

#[tokio::test(flavor = "multi_thread")]
async fn off_is_no_limit_and_zero_refuses_everything() {
    let world = World::builder()
        .setting("SIDDES_THROTTLE_HEALTH", "off")
        .setting("SIDDES_THROTTLE_LEDGER_READ", "0/day")
        .setting("SIDDES_THROTTLE_SAFETY_READ", " ")
        .build()
        .await;
    let [ann] = world.people(["ann"]).await;
    world.ready().await;
    let all = join_all((0..130).map(|_| ann.get("/api/health"))).await;
    assert_eq!(passed(&all, "health"), 130, "more than the 120 of the table");
    let refused = ann.get("/api/siders").await;
    refused.refused(429, "rate_limited");
    assert_eq!(
        (&refused.json()["scope"], &refused.headers["retry-after"]),
        (&json!("ledger_read"), &"86400".parse().unwrap())
    );
    ann.get("/api/blocks").await.expect(200);
}

#[test]
fn a_rate_that_cannot_be_read_stops_the_start() {
    for rate in ["many/min", "20", "20/fortnight", "20/MIN", "-1/min", "12345678/min", "20 / min", "unlimited", "0"] {
        let problems = read(&[("SIDDES_THROTTLE_FEED", rate)]).expect_err("no start");
        assert_eq!(problems.0[0].name, "SIDDES_THROTTLE_FEED", "{rate}");
        assert!(!problems.to_string().contains("fortnight"), "never the value");
    }
    for rate in ["20/m", "20/second", "1/d", "1234567/hour", "off", "0/sec", ""] {
        assert!(read(&[("SIDDES_THROTTLE_FEED", rate)]).is_ok(), "{rate}");
    }
}

fn read(vars: &[(&str, &str)]) -> Result<Settings, platform::config::Problems> {
    let vars = [("SIDDES_ENV", "development")].iter().chain(vars);
    let source = Source::from_vars(vars.map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
    Settings::read(source, Some(PgConnectOptions::new_without_pgpass()))
}

/// Signs nobody in: what is left of a request that only its address tells apart.
fn plain() -> HeaderMap {
    HeaderMap::from_iter([("content-type".parse().unwrap(), "application/json".parse().unwrap())])
}
