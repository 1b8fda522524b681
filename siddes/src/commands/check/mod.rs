//! `siddes check`: are the settings, the database and the world's view of both fit for production?

mod accounts;
mod database;
mod door;
mod finding;
mod limits;
mod online;
mod redis;
mod secrets;
mod seen;
#[cfg(test)]
mod tests;

use std::{path::PathBuf, process::ExitCode};

use clap::Args;
use platform::{clock::Clock, config::Source};
use serde_json::json;

use self::{
    finding::{Finding, Level},
    seen::Seen,
};
use super::say;

/// What is to be looked at.
#[derive(Args)]
pub struct Options {
    /// Warnings count as errors; as `SIDDES_LAUNCH_STRICT=1`.
    #[arg(long)]
    strict: bool,
    /// Findings as JSON.
    #[arg(long)]
    json: bool,
    /// How many processes of each role there will be: what their pools and limits add up to.
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    replicas: u32,
    /// Look also from outside, as a browser would: at --app and --api.
    #[arg(long, requires_all = ["app", "api"])]
    online: bool,
    /// Origin of the web client, such as `https://app.example.com`.
    #[arg(long, value_name = "ORIGIN", requires = "online")]
    app: Option<String>,
    /// Origin of the gateway, such as `https://api.example.com`.
    #[arg(long, value_name = "ORIGIN", requires = "online")]
    api: Option<String>,
    /// A certificate authority of your own (PEM) that is trusted beside the public ones.
    #[arg(long, value_name = "FILE", requires = "online")]
    ca: Option<PathBuf>,
}

pub async fn run(options: Options) -> anyhow::Result<ExitCode> {
    let seen = Seen::of(Source::env_vars());
    let mut findings = offline(&seen, options.replicas, &Clock::default()).await;
    if let (true, Some(app), Some(api)) = (options.online, &options.app, &options.api) {
        findings.extend(online::look(app, api, options.ca.as_deref()).await?);
    }
    let strict = options.strict || seen.strict;
    let safe = findings.iter().all(|finding| match finding.level {
        Level::Info => true,
        Level::Warning => !strict,
        Level::Error => false,
    });
    if options.json {
        say(&serde_json::to_string_pretty(&json!({ "safe": safe, "findings": findings }))?);
    } else {
        for finding in &findings {
            say(&format!("[{}] {}", finding.code, finding.sentence));
        }
        say(if safe { "SAFE TO SHIP" } else { "NOT SAFE TO SHIP" });
    }
    Ok(if safe { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// What the settings alone tell.
fn settings(seen: &Seen) -> Vec<Finding> {
    let mut findings: Vec<Finding> = seen.problems.iter().map(finding::refused).collect();
    findings.extend(seen.warnings.iter().map(finding::warned));
    findings.extend(secrets::look(seen));
    findings.extend(door::look(seen));
    findings.extend(limits::look(seen));
    findings.extend(accounts::look(seen));
    findings
}

/// Everything that can be known from here.
async fn offline(seen: &Seen, replicas: u32, clock: &Clock) -> Vec<Finding> {
    let mut findings = settings(seen);
    findings.extend(redis::look(seen, replicas).await);
    findings.extend(database::look(seen, replicas, clock).await);
    findings
}
