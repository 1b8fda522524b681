//! Logs: JSON lines on standard error, filtered by `RUST_LOG`, else `SD_LOG_LEVEL`.

use std::io::IsTerminal;

use tracing_subscriber::{EnvFilter, fmt, layer::SubscriberExt, util::SubscriberInitExt};

use crate::config::Environment;

/// Starts logging for the whole process; a second call changes nothing.
pub fn init(environment: Environment, rust_log: Option<&str>, level: &str) {
    let default = format!("{},sqlx=warn,graphile_worker=warn,h2=warn,hyper=warn", level.to_lowercase());
    let filter = rust_log.map_or_else(|| EnvFilter::try_new(default), EnvFilter::try_new);
    let filter = filter.unwrap_or_else(|_| EnvFilter::new("info"));
    let registry = tracing_subscriber::registry().with(filter);
    let started = match environment {
        Environment::Production => {
            registry.with(fmt::layer().json().flatten_event(true).with_writer(std::io::stderr)).try_init()
        }
        Environment::Development => {
            let colours = std::io::stderr().is_terminal();
            registry.with(fmt::layer().compact().with_ansi(colours).with_writer(std::io::stderr)).try_init()
        }
    };
    if started.is_err() {
        tracing::debug!("logging was started before");
    }
}
