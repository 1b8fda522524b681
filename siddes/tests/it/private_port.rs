//! The private port: metrics, and health with details; neither is to be had at the front door.

use std::collections::BTreeSet;

use http::{HeaderMap, Method};
use platform::{
    Role, Side,
    telemetry::metrics::{Kind, table},
};
use proto::status::v1::{GetRequest, status_client::StatusClient};
use serde_json::Value;
use testkit::{Answer, Http, World, chaos::Mode};
use time::Duration;

async fn get(http: &Http, path: &str) -> Answer {
    http.send(Method::GET, path, HeaderMap::new(), "").await
}

async fn metrics(world: &World) -> String {
    let answer = get(&world.private, "/metrics").await.expect(200);
    String::from_utf8(answer.bytes.to_vec()).expect("text")
}

#[tokio::test(flavor = "multi_thread")]
async fn the_private_port_tells_of_health_and_metrics_and_the_public_one_has_no_metrics() {
    let world = World::new().await;
    world.ready().await;
    get(&world.private, "/healthz").await.expect(200);
    let ready = get(&world.private, "/readyz").await.expect(200).json();
    for service in Role::SERVICES {
        let of = &ready["services"][service.as_str()];
        let words = ["database", "migrations", "jobs"].map(|member| of[member].as_str());
        assert_eq!(words, [Some("ok"); 3], "{ready}");
    }
    assert_eq!(
        (&ready["ok"], &ready["draining"], &ready["gateway"]["panic_mode"]),
        (&true.into(), &false.into(), &false.into())
    );
    assert!(metrics(&world).await.contains("siddes_build_info{"));
    get(&world.http, "/metrics").await.refused(404, "not_found");
    get(&world.http, "/api/metrics").await.refused(404, "not_found");
    get(&world.private, "/api/feed").await.expect(404);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_measured_is_in_the_table_under_its_labels_and_all_that_can_be_met_today_is_measured() {
    let world = World::new().await;
    let [ann, ben] = world.people(["ann", "ben"]).await;
    ann.places(&ben, Side::Friends).await;
    ben.feed(Side::Friends).await;
    ben.reads("p_1_nowhere").await.expect(404);
    world.anonymous().post("/api/post", &Value::Null).await.expect(401);
    world.jobs_done().await;
    let text = metrics(&world).await;
    let mut met = BTreeSet::new();
    for line in text.lines().filter(|line| !line.starts_with('#') && !line.is_empty()) {
        let name = line.split(['{', ' ']).next().expect("a name");
        let metric = table::ALL.iter().find(|metric| {
            let histogram = matches!(metric.kind(), Kind::Histogram(_));
            let ends = ["_bucket", "_sum", "_count"];
            metric.name() == name || (histogram && ends.iter().any(|end| name.strip_suffix(end) == Some(metric.name())))
        });
        let metric = metric.unwrap_or_else(|| panic!("{name} is in no row of the table"));
        let labels =
            line.split_once('{').map_or("", |(_, rest)| rest).split("\",").filter_map(|part| part.split_once('='));
        for (label, _) in labels {
            assert!(metric.labels().contains(&label) || label == "le", "{line}");
        }
        met.insert(metric.name());
    }
    // What needs trouble, or a part that this world has not.
    let unmet = ["siddes_grpc_client_retries_total", "siddes_trace_spans_dropped_total", "siddes_throttle_backend"];
    for metric in table::ALL.iter().filter(|metric| !unmet.contains(&metric.name())) {
        assert!(met.contains(metric.name()), "{} is measured nowhere", metric.name());
    }
    assert!(!text.contains("query=\"unnamed\""), "a statement without a name");
    for line in [
        r#"siddes_http_requests_total{route="/api/feed",method="GET",status="2xx"} 1"#,
        r#"siddes_http_errors_total{route="/api/post/{id}",code="not_found"} 1"#,
        r#"siddes_guard_refused_total{guard="write",scope=""} 1"#,
        r#"siddes_auth_total{action="signup",result="ok"} 2"#,
        r#"siddes_grpc_server_total{service="social",method="Feed/List",code="ok"} 1"#,
        r#"siddes_db_query_seconds_count{service="social",query="social.feed.private"} 1"#,
    ] {
        assert!(text.contains(line), "{line} in\n{text}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn readiness_is_what_the_background_found_and_never_what_a_probe_asks() {
    let world = World::builder().chaos().without_worker().build().await;
    world.people(["ann"]).await;
    let chaos = world.chaos.as_ref().unwrap();
    chaos.refuse().await;
    world.running.ask_databases().await;
    let ready = get(&world.private, "/readyz").await.expect(503).json();
    assert_eq!(ready["services"]["auth"]["database"], "error");
    chaos.set(Mode::Pass);
    world.running.ask_databases().await;
    get(&world.private, "/readyz").await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_schema_that_a_newer_release_has_added_to_serves_and_one_that_lacks_a_migration_does_not() {
    let world = World::new().await;
    world.ready().await;
    let mut owner = world.database.connect().await;
    let newer =
        "insert into social._migrations select 9999, 'newer', now(), true, checksum, 0 from social._migrations limit 1";
    for (change, status, word) in
        [(newer, 200, "ok"), ("delete from social._migrations where version = 1", 503, "pending")]
    {
        sqlx::query(change).execute(&mut owner).await.expect("changed");
        world.running.ask_databases().await;
        let ready = get(&world.private, "/readyz").await.expect(status).json();
        assert_eq!(ready["services"]["social"]["migrations"], word, "{change}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn jobs_that_nobody_runs_are_late_after_two_minutes() {
    let world = World::builder().without_worker().build().await;
    world.people(["ann"]).await;
    world.running.ask_databases().await;
    let ready = get(&world.private, "/readyz").await.expect(200).json();
    assert_eq!(ready["services"]["auth"]["jobs"], "ok");
    world.ambient.clock.advance(Duration::minutes(3));
    world.running.ask_databases().await;
    let ready = get(&world.private, "/readyz").await.expect(200).json();
    assert_eq!(ready["services"]["auth"]["jobs"], "late", "and still ready");
    assert_eq!(ready["services"]["safety"]["jobs"], "ok");
    let mut status = StatusClient::new(world.channel(Role::Gateway, Role::Auth));
    assert!(status.get(GetRequest {}).await.expect("told").into_inner().jobs_late);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_process_that_is_being_stopped_is_ready_no_more_and_still_answers() {
    let world = World::builder().setting("SIDDES_DRAIN_SECONDS", "60").build().await;
    let (public, private) = (world.http.clone(), world.private.clone());
    world.ready().await;
    tokio::spawn(world.running.stop());
    loop {
        let answer = get(&private, "/readyz").await;
        if answer.status == 503 {
            assert_eq!(answer.json()["draining"], true);
            break;
        }
        tokio::task::yield_now().await;
    }
    loop {
        if get(&public, "/readyz").await.status == 503 {
            break;
        }
        tokio::task::yield_now().await;
    }
    get(&public, "/api/feed?side=public").await.expect(200);
    get(&private, "/metrics").await.expect(200);
}
