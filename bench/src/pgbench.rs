//! pgbench, prepared statements: the limit that everything is measured against.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, bail};
use tokio::process::Command;

use crate::{
    rounds::Run,
    scenario::Scenario,
    stage::{ROLE, SESSION, Stage},
};

/// Over which kind of connection.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Way {
    Socket,
    Tcp,
}

/// Runs the scenario's script; `connections` at once.
pub async fn run(stage: &Stage, scenario: &Scenario, way: Way, connections: u32, seconds: u32) -> anyhow::Result<Run> {
    let folder = scratch()?;
    let script = folder.join("script.sql");
    fs::write(&script, &scenario.script)?;
    let mut command = Command::new(stage.bin.join("pgbench"));
    command.current_dir(&folder).env("PGOPTIONS", SESSION).args(["-n", "-M", "prepared", "-U", ROLE, "-j", "1"]);
    match way {
        Way::Socket => command.arg("-h").arg(&stage.socket),
        Way::Tcp => command.args(["-h", "127.0.0.1"]),
    };
    for (name, value) in &scenario.defines {
        command.arg("-D").arg(format!("{name}={value}"));
    }
    let output = command
        .args(["-c", &connections.to_string(), "-T", &seconds.to_string(), "--log", "--log-prefix", "latency", "-f"])
        .arg(&script)
        .arg("siddes")
        .output()
        .await
        .context("pgbench")?;
    let text = String::from_utf8_lossy(&output.stdout);
    let errors = String::from_utf8_lossy(&output.stderr);
    if !output.status.success() || errors.contains("ERROR") {
        bail!("pgbench on {}: {errors}", scenario.name);
    }
    let rate = text.lines().find_map(|line| line.strip_prefix("tps = ")?.split(' ').next()?.parse().ok());
    let rate: f64 = rate.context("pgbench told no rate")?;
    let (p50, p99, transactions) = latencies(&folder)?;
    fs::remove_dir_all(&folder)?;
    Ok(Run { requests: transactions, rate, p50_ms: p50, p99_ms: p99, errors: 0 })
}

/// Middle, 99th of a hundred, and number of transactions in pgbench's own logs: microseconds in the third column.
fn latencies(folder: &Path) -> anyhow::Result<(f64, f64, u64)> {
    let mut micros: Vec<u32> = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.file_name().and_then(|name| name.to_str()).is_some_and(|name| name.starts_with("latency")) {
            let text = fs::read_to_string(&path)?;
            micros.extend(text.lines().filter_map(|line| line.split(' ').nth(2)?.parse::<u32>().ok()));
        }
    }
    micros.sort_unstable();
    let at = |share: usize| micros.get(micros.len() * share / 100).map(|micros| f64::from(*micros) / 1e3);
    Ok((at(50).context("no latency")?, at(99).context("no latency")?, micros.len() as u64))
}

fn scratch() -> anyhow::Result<PathBuf> {
    let folder = std::env::temp_dir().join(format!("siddes-bench-{}", std::process::id()));
    fs::create_dir_all(&folder)?;
    Ok(folder)
}
