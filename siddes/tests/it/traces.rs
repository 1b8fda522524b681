//! One request is one trace, whatever it passes through; only those we trust may name it.

use http::{HeaderMap, Method};
use opentelemetry_proto::tonic::trace::v1::{Span, span::SpanKind};
use platform::{Role, Side};
use testkit::{Answer, World};

use crate::watched::Watched;

const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";

fn find<'a>(spans: &'a [Span], name: &str, kind: SpanKind) -> &'a Span {
    let names: Vec<&str> = spans.iter().map(|span| span.name.as_str()).collect();
    let found = spans.iter().find(|span| span.name == name && span.kind == kind as i32);
    assert!(found.is_some(), "no span {name} of {kind:?} among {names:?}");
    found.expect("checked")
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |text, byte| text + &format!("{byte:02x}"))
}

/// An anonymous read with a `traceparent` of somebody's.
async fn read_within(world: &World, flags: &str) -> Answer {
    let mut headers = HeaderMap::new();
    headers.insert("traceparent", format!("00-{TRACE}-00f067aa0ba902b7-{flags}").parse().unwrap());
    world.http.send(Method::GET, "/api/feed?side=public", headers, "").await.expect(200)
}

#[tokio::test(flavor = "multi_thread")]
async fn one_request_is_one_trace_from_the_door_to_the_statement() {
    let watched = Watched::start(1.0).await;
    let world = World::new().await;
    world.anonymous().feed(Side::Public).await;
    let spans = watched.spans().await;
    let rpc = "siddes.social.v1.Feed/List";
    let door = find(&spans, "/api/feed", SpanKind::Server);
    let asked = find(&spans, rpc, SpanKind::Client);
    let answered = find(&spans, rpc, SpanKind::Server);
    let statement = find(&spans, "social.feed.public", SpanKind::Client);
    assert!(door.parent_span_id.is_empty(), "the head of the trace");
    for (above, below) in [(door, asked), (asked, answered), (answered, statement)] {
        assert_eq!(hex(&below.trace_id), hex(&above.trace_id), "{}", below.name);
        assert_eq!(hex(&below.parent_span_id), hex(&above.span_id), "{}", below.name);
        let inside = above.start_time_unix_nano..=above.end_time_unix_nano;
        assert!(below.start_time_unix_nano >= *inside.start(), "{}", below.name);
    }
    let line = watched.access_log().pop().expect("a line");
    assert_eq!(line["trace_id"], hex(&door.trace_id));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_proxy_that_we_trust_names_the_trace() {
    let watched = Watched::start(0.0).await;
    let world = World::new().await;
    read_within(&world, "01").await;
    assert_eq!(watched.access_log().pop().expect("a line")["trace_id"], TRACE);
    let spans = watched.spans().await;
    let door = find(&spans, "/api/feed", SpanKind::Server);
    assert_eq!((hex(&door.trace_id).as_str(), hex(&door.parent_span_id).as_str()), (TRACE, "00f067aa0ba902b7"));
    find(&spans, "social.feed.public", SpanKind::Client);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stranger_names_no_trace_and_has_none_kept() {
    let watched = Watched::start(0.0).await;
    let world = World::builder().setting("SIDDES_TRUSTED_PROXIES", "203.0.113.0/24").build().await;
    read_within(&world, "01").await;
    let line = watched.access_log().pop().expect("a line");
    assert_eq!(line["trace_id"].as_str().map(str::len), Some(32));
    assert_ne!(line["trace_id"], TRACE);
    assert!(watched.spans().await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failure_is_kept_though_its_trace_is_not_sampled() {
    let watched = Watched::start(0.0).await;
    let world = World::new().await;
    world.anonymous().feed(Side::Public).await;
    assert!(world.running.local.take(Role::Social).is_some());
    world.anonymous().feed_status(Side::Public).await.refused(503, "unavailable");
    let spans = watched.spans().await;
    let names: Vec<&str> = spans.iter().map(|span| span.name.as_str()).collect();
    assert_eq!(names, ["siddes.social.v1.Feed/List", "/api/feed"], "only the request that failed, and all of it");
    assert!(spans.iter().all(|span| span.status.as_ref().is_some_and(|status| status.message == "unavailable")));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_is_linked_to_the_request_that_added_it() {
    let watched = Watched::start(1.0).await;
    let world = World::new().await;
    world.people(["ann"]).await;
    world.jobs_done().await;
    let spans = watched.spans().await;
    let door = find(&spans, "/api/auth/signup", SpanKind::Server);
    let job = find(&spans, "auth.person.push", SpanKind::Consumer);
    assert_eq!(job.links.len(), 1);
    assert_eq!(hex(&job.links[0].trace_id), hex(&door.trace_id));
    assert_ne!(hex(&job.trace_id), hex(&door.trace_id), "nobody waits for it");
    let told = find(&spans, "siddes.social.v1.Copies/PutPersons", SpanKind::Client);
    assert_eq!(hex(&told.trace_id), hex(&job.trace_id));
}
