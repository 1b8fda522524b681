//! Metrics: their recorder and its text. What is measured, and under which labels, is in [`table`].

mod handles;
mod kinds;
pub mod table;

use std::{sync::OnceLock, time::Duration};

use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};

pub use metrics::{Counter as CounterHandle, Gauge as GaugeHandle, Histogram as HistogramHandle};

pub use self::{
    handles::Handles,
    kinds::{Counter, Described, Gauge, Histogram, Kind, Value},
};

/// Samples of histograms are folded into their buckets this often, whether or not anybody reads them.
const FOLD: Duration = Duration::from_secs(5);

static RECORDER: OnceLock<PrometheusHandle> = OnceLock::new();

/// Starts measuring for the whole process; a second call changes nothing. What was measured before is lost.
pub fn install() {
    RECORDER.get_or_init(|| {
        let mut builder = PrometheusBuilder::new();
        for metric in table::ALL {
            if let Kind::Histogram(bounds) = metric.kind() {
                // Refused are only empty bounds, and the table has none.
                builder = builder
                    .set_buckets_for_metric(Matcher::Full(metric.name().to_owned()), bounds)
                    .unwrap_or_else(|_| PrometheusBuilder::new());
            }
        }
        let recorder = builder.build_recorder();
        let handle = recorder.handle();
        if metrics::set_global_recorder(recorder).is_err() {
            tracing::warn!("metrics go to another recorder of this process");
        }
        for metric in table::ALL {
            metric.describe();
        }
        handle
    });
}

/// Everything measured so far, in Prometheus' text format.
pub fn render() -> String {
    RECORDER.get().map(PrometheusHandle::render).unwrap_or_default()
}

/// Keeps the memory of histograms small, until the task is ended.
pub async fn fold() {
    let mut ticks = tokio::time::interval(FOLD);
    loop {
        ticks.tick().await;
        if let Some(recorder) = RECORDER.get() {
            recorder.run_upkeep();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_measured_is_in_the_text_under_its_labels_and_buckets() {
        install();
        table::HTTP_REQUESTS.with(["/api/feed".into(), "GET".into(), "2xx".into()]).increment(2);
        table::HTTP_SECONDS.with(["/api/feed".into(), "GET".into()]).record(0.004);
        table::IN_FLIGHT.with([]).set(3.0);
        let text = render();
        assert!(
            text.contains(r#"siddes_http_requests_total{route="/api/feed",method="GET",status="2xx"} 2"#),
            "{text}"
        );
        assert!(text.contains(r#"siddes_http_request_seconds_bucket{route="/api/feed",method="GET",le="0.005"} 1"#));
        assert!(text.contains("siddes_http_in_flight 3"));
        assert!(text.contains("# HELP siddes_http_requests_total "));
    }

    #[test]
    fn every_metric_has_one_name_in_the_house_style_and_a_sentence() {
        let mut names = std::collections::BTreeSet::new();
        for metric in table::ALL {
            let name = metric.name();
            assert!(names.insert(name), "{name} twice");
            assert!(name.starts_with("siddes_") && metric.help().ends_with('.'), "{name}");
            assert_eq!(name.ends_with("_total"), matches!(metric.kind(), Kind::Counter), "{name}");
            if let Kind::Histogram(bounds) = metric.kind() {
                assert!(bounds.is_sorted() && !bounds.is_empty(), "{name}");
            }
        }
    }
}
