//! Telemetry: logs, metrics and traces. None of them holds what people wrote, who they are, or what lets them in.
//! Security events are lines of the log too: see [`crate::security`].

mod line;
pub mod logs;
pub mod metrics;
mod settings;
pub mod traces;

use std::panic;

use tracing_subscriber::{layer::SubscriberExt, util::SubscriberInitExt};

pub use self::settings::Settings;

/// Starts telemetry for the whole process; what was started before stays as it is. Wants to be called within a runtime.
pub fn start(settings: &Settings, lines: logs::Lines) {
    let wanted = logs::Wanted::new(settings.environment, settings.rust_log.as_deref(), &settings.log_level);
    if tracing_subscriber::registry().with(wanted).with(lines).try_init().is_err() {
        tracing::debug!("logging was started before");
    }
    metrics::install();
    if let Some(otlp) = &settings.otlp
        && traces::start(otlp).is_err()
    {
        tracing::warn!("no traces: OTEL_EXPORTER_OTLP_ENDPOINT is no address of a collector");
    }
}

/// As [`start`], for a process of ours: lines on standard error, and panics tell where, never what.
pub fn start_process(settings: &Settings) {
    start(settings, logs::Lines::standard(settings.environment));
    quiet_panics();
}

/// A panic's own words may hold what somebody sent. Its place is all that is logged.
pub fn quiet_panics() {
    panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        tracing::error!(target: "siddes.panic", place, "panicked");
    }));
}

/// Sends what is still to be sent.
pub async fn stop() {
    traces::stop().await;
}
