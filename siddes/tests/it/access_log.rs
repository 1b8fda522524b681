//! The access log: one line a request, these members and no others; and every line within a request carries its id.

use platform::Side;
use serde_json::Value;
use testkit::World;

use crate::watched::Watched;

#[tokio::test(flavor = "multi_thread")]
async fn an_access_line_has_these_members_and_no_others_and_probes_have_none() {
    let watched = Watched::start(0.0).await;
    let world = World::new().await;
    let [ann] = world.people(["ann"]).await;
    ann.get("/readyz").await;
    ann.get("/healthz").await.expect(200);
    let answer = ann.feed(Side::Friends).await;
    let line = watched.access_log().pop().expect("a line");
    let members: Vec<&str> = line.as_object().expect("an object").keys().map(String::as_str).collect();
    let expected = "ts level event service env version request_id trace_id method route status error latency_ms \
                    bytes_in bytes_out viewer_hash side upstream_ms sql_count";
    assert_eq!(members, expected.split_whitespace().collect::<Vec<_>>());
    let told = [("level", "info"), ("route", "/api/feed"), ("method", "GET"), ("side", "friends"), ("error", "")];
    for (member, value) in told {
        assert_eq!(line[member], value, "{member}");
    }
    assert_eq!(line["request_id"], answer.headers["x-request-id"].to_str().expect("text"));
    assert_eq!((line["status"].as_u64(), line["sql_count"].as_u64()), (Some(200), Some(answer.statements().into())));
    assert_eq!(line["viewer_hash"].as_str().map(str::len), Some(16));
    assert!(!watched.log().contains("/readyz") && !watched.log().contains("/healthz"));
    ann.reads("p_1_nowhere").await.expect(404);
    let line = watched.access_log().pop().expect("a line");
    assert_eq!((line["level"].as_str(), line["error"].as_str()), (Some("info"), Some("not_found")));
}

#[tokio::test(flavor = "multi_thread")]
async fn every_line_within_a_request_carries_its_id() {
    let watched = Watched::start(0.0).await;
    let world = World::builder().chaos().build().await;
    let [ann] = world.people(["ann"]).await;
    world.chaos.as_ref().expect("a proxy").refuse().await;
    let answer = ann.feed_status(Side::Friends).await;
    answer.clone().refused(503, "unavailable");
    let id = answer.headers["x-request-id"].to_str().expect("text").to_owned();
    let log = watched.log();
    let lines = log.lines().map(|line| serde_json::from_str::<Value>(line).expect("JSON"));
    let told: Vec<Value> = lines.filter(|line| line["request_id"] == id.as_str()).collect();
    assert!(told.iter().any(|line| line["target"] == "platform::error"), "the service said why: {told:?}");
    assert!(told.iter().any(|line| line["event"] == "api_request" && line["level"] == "error"));
}
