//! What telemetry reads: how much to log, and where traces go.

use tracing_subscriber::EnvFilter;

use super::traces::Otlp;
use crate::config::{Environment, Source};

#[derive(Clone, Debug)]
pub struct Settings {
    pub environment: Environment,
    /// `RUST_LOG`; wins.
    pub rust_log: Option<String>,
    /// `SD_LOG_LEVEL`.
    pub log_level: String,
    /// Traces are off without it.
    pub otlp: Option<Otlp>,
}

impl Settings {
    pub fn read(source: &mut Source) -> Self {
        let endpoint = source.optional("OTEL_EXPORTER_OTLP_ENDPOINT");
        let url = |text: &String| text.parse::<http::Uri>().is_ok_and(|uri| uri.scheme().is_some());
        if endpoint.as_ref().is_some_and(|text| !url(text)) {
            source.problem("OTEL_EXPORTER_OTLP_ENDPOINT", "is a URL such as http://collector:4317");
        }
        let service = source.text("OTEL_SERVICE_NAME", "siddes");
        let ratio = source.text("OTEL_TRACES_SAMPLER_ARG", "0.05");
        let ratio = ratio.parse::<f64>().ok().filter(|ratio| (0.0..=1.0).contains(ratio)).unwrap_or_else(|| {
            source.problem("OTEL_TRACES_SAMPLER_ARG", "is a number from 0 to 1");
            0.0
        });
        let version = source.text("SIDDES_VERSION", env!("CARGO_PKG_VERSION"));
        Self {
            environment: source.environment(),
            rust_log: rust_log(source),
            log_level: log_level(source),
            otlp: endpoint.map(|endpoint| Otlp { endpoint, service, version, ratio }),
        }
    }
}

fn rust_log(source: &mut Source) -> Option<String> {
    let directives = source.optional("RUST_LOG")?;
    if EnvFilter::try_new(&directives).is_err() {
        source.problem("RUST_LOG", "is a filter such as info,siddes=debug");
    }
    Some(directives)
}

/// Also in the words of earlier backends.
fn log_level(source: &mut Source) -> String {
    let word = source.text("SD_LOG_LEVEL", "info").to_lowercase();
    let level = match word.as_str() {
        "warning" => "warn",
        "critical" | "fatal" => "error",
        other => other,
    };
    if !["trace", "debug", "info", "warn", "error"].contains(&level) {
        source.problem("SD_LOG_LEVEL", "is trace, debug, info, warn or error");
    }
    level.to_owned()
}
