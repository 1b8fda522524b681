//! Dashboards and alerts ask for what is measured: every metric and label in them is in the table.

use std::{collections::BTreeSet, fs, path::Path};

use platform::telemetry::metrics::{Described, Kind, table};
use serde_json::Value;

fn read(name: &str) -> String {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../deploy/grafana").join(name);
    fs::read_to_string(file).expect("a file of deploy/grafana")
}

fn word(char: char) -> bool {
    char.is_ascii_alphanumeric() || char == '_'
}

/// The metric behind a series; the three of a histogram are one.
fn metric(series: &str) -> Option<&'static dyn Described> {
    table::ALL.iter().copied().find(|metric| match metric.kind() {
        Kind::Counter | Kind::Gauge => metric.name() == series,
        Kind::Histogram(_) => {
            ["_bucket", "_sum", "_count"].iter().any(|end| series.strip_suffix(end) == Some(metric.name()))
        }
    })
}

/// Fails unless a query asks for series that exist, by labels that they have; answers the metrics.
fn asks_for(query: &str) -> BTreeSet<&'static str> {
    let mut names = BTreeSet::new();
    let mut labels = BTreeSet::from(["le", "instance", "job"]);
    for (at, _) in query.match_indices("siddes_") {
        let series = query[at..].split(|char| !word(char)).next().expect("a name");
        let metric = metric(series);
        assert!(metric.is_some(), "nobody measures {series}: {query}");
        let metric = metric.expect("checked");
        names.insert(metric.name());
        labels.extend(metric.labels());
        let matchers = query[at + series.len()..].strip_prefix('{').and_then(|rest| rest.split_once('}'));
        for matcher in matchers.map_or("", |(inside, _)| inside).split(',').filter(|text| !text.is_empty()) {
            let label = matcher.split(|char| !word(char)).find(|text| !text.is_empty()).expect("a label");
            assert!(metric.labels().contains(&label), "{series} has no label {label}: {query}");
        }
    }
    for (at, _) in query.match_indices("by (") {
        for label in query[at + 4..].split(')').next().expect("labels").split(',').map(str::trim) {
            assert!(labels.contains(label), "no label {label}: {query}");
        }
    }
    names
}

#[test]
fn the_dashboard_shows_everything_that_is_measured_and_nothing_else() {
    let dashboard: Value = serde_json::from_str(&read("dashboards/siddes.json")).expect("JSON");
    assert_eq!(dashboard["uid"], "siddes");
    let panels = dashboard["panels"].as_array().expect("panels");
    let mut ids = BTreeSet::new();
    let mut shown = BTreeSet::new();
    for panel in panels {
        assert!(ids.insert(panel["id"].as_u64().expect("an id")), "{panel}");
        for target in panel["targets"].as_array().into_iter().flatten() {
            let names = asks_for(target["expr"].as_str().expect("a query"));
            assert!(!names.is_empty(), "{target}");
            shown.extend(names);
        }
    }
    // The same calls, told once by code and once by time.
    let told_by_another = ["siddes_grpc_server_total"];
    let missing: Vec<&str> =
        table::ALL.iter().map(|metric| metric.name()).filter(|name| !shown.contains(name)).collect();
    assert_eq!(missing, told_by_another);
}

#[test]
fn every_alert_asks_for_what_is_measured_and_says_what_to_do() {
    let rules = read("alerts.yml");
    let (_, rules) = rules.split_once("rules:").expect("rules");
    let alerts: Vec<&str> = rules.split("- alert:").skip(1).collect();
    assert!(alerts.len() >= 9, "{} alerts", alerts.len());
    let mut names = BTreeSet::new();
    for alert in alerts {
        assert!(names.insert(alert.lines().next().expect("a name")), "twice: {alert}");
        for part in ["expr:", "severity:", "summary:", "description:"] {
            assert!(alert.contains(part), "no {part} {alert}");
        }
        let (_, query) = alert.split_once("expr:").expect("a query");
        let query = query.split("labels: {").next().expect("a query");
        assert!(!asks_for(query).is_empty() || query.contains("up{"), "{alert}");
    }
}
