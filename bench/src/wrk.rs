//! wrk, with a session of its own for each request.

use std::{fs, net::SocketAddr, path::PathBuf};

use anyhow::{Context, bail};
use serde::Deserialize;
use tokio::process::Command;

use crate::{
    client::{CSRF, cookie},
    rounds::Run,
    scenario::{Request, Scenario},
};

/// What is posted: 120 characters, without a tag.
pub const TEXT: &str = "morning walks by the river, and coffee with old friends again; a letter we found yesterday, \
                        slowly read in the garden";
/// Stands for a number that was never used before.
const FRESH: &str = "@@@@@@@@@@@@@@@@";

const SCRIPT: &str = include_str!("wrk.lua");

/// What `wrk.lua` prints at its end.
#[derive(Deserialize)]
struct Summary {
    requests: u64,
    micros: f64,
    p50: f64,
    p99: f64,
    /// Connections, reads, writes that failed, and time-outs.
    socket_errors: u64,
    /// Answers of 400 and more.
    status_errors: u64,
}

/// Asks as fast as `connections` allow.
pub async fn run(address: SocketAddr, scenario: &Scenario, connections: u32, seconds: u32) -> anyhow::Result<Run> {
    let (script, requests) = (scratch("lua"), scratch("http"));
    fs::write(&script, SCRIPT)?;
    fs::write(&requests, all(address, &scenario.requests))?;
    let output = Command::new("wrk")
        .args(["-t1", &format!("-c{connections}"), &format!("-d{seconds}s"), "--timeout", "10s", "-s"])
        .arg(&script)
        .arg(format!("http://{address}"))
        .arg("--")
        .arg(&requests)
        .output()
        .await
        .context("wrk: ./dev bench installs it")?;
    fs::remove_file(&script)?;
    fs::remove_file(&requests)?;
    let text = String::from_utf8_lossy(&output.stdout);
    let Some(summary) = text.lines().rev().find(|line| line.starts_with('{')) else {
        bail!("wrk on {}: {text}{}", scenario.name, String::from_utf8_lossy(&output.stderr));
    };
    let summary: Summary = serde_json::from_str(summary)?;
    #[expect(clippy::cast_precision_loss, reason = "far below 2^53 requests")]
    let rate = summary.requests as f64 / (summary.micros / 1e6);
    Ok(Run {
        requests: summary.requests,
        rate,
        p50_ms: summary.p50 / 1e3,
        p99_ms: summary.p99 / 1e3,
        errors: summary.socket_errors + summary.status_errors,
    })
}

/// Whole requests, separated by a byte that none of them has.
fn all(address: SocketAddr, requests: &[Request]) -> String {
    let texts: Vec<String> = requests.iter().map(|request| whole(address, request)).collect();
    texts.join("\0")
}

fn whole(address: SocketAddr, Request { path, person, post }: &Request) -> String {
    if *person == 0 {
        return format!("GET {path} HTTP/1.1\r\nHost: {address}\r\n\r\n");
    }
    let cookie = cookie(*person);
    if !post {
        return format!("GET {path} HTTP/1.1\r\nHost: {address}\r\nCookie: {cookie}\r\n\r\n");
    }
    let body = format!("{{\"text\":\"{TEXT}\",\"side\":\"friends\",\"client_key\":\"{FRESH}-{person:04}\"}}");
    let length = body.len();
    format!(
        "POST {path} HTTP/1.1\r\nHost: {address}\r\nCookie: {cookie}\r\nX-CSRFToken: {CSRF}\r\n\
         Content-Type: application/json\r\nContent-Length: {length}\r\n\r\n{body}"
    )
}

fn scratch(extension: &str) -> PathBuf {
    std::env::temp_dir().join(format!("siddes-bench-{}.{extension}", std::process::id()))
}
