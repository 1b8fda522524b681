//! 1,000 kept connections that ask nothing, and 200 requests in flight beside them.

use std::{
    process::ExitCode,
    time::{Duration, Instant},
};

use anyhow::{Context, ensure};
use clap::Args;
use tokio::time::sleep;

use super::crowd;
use crate::{
    Place,
    client::Client,
    note, process, say,
    stage::{self, Stage},
    system::System,
};

#[derive(Args, Clone, Debug)]
pub struct Plan {
    /// Seconds of load.
    #[arg(long, default_value_t = 60)]
    seconds: u64,
    #[arg(long, default_value_t = 1_000)]
    idle: usize,
    #[arg(long, default_value_t = 200)]
    in_flight: usize,
    /// Seconds to go back to idle afterwards.
    #[arg(long, default_value_t = 20)]
    rest: u64,
    /// What is asked.
    #[arg(long, default_value = "/api/feed?side=friends&limit=20")]
    path: String,
}

/// MB that the process may hold at any time.
const MEMORY_MB: f64 = 250.0;
/// A 503 is no answer to wait for.
const FAST_MS: f64 = 1_000.0;

pub async fn run(place: &Place, plan: &Plan) -> anyhow::Result<ExitCode> {
    let shown = stage::on(place, false, async |stage| {
        let system = stage.start_system(&[]).await?;
        let shown = show(stage, &system, plan).await?;
        system.stop().await?;
        Ok(shown)
    });
    Ok(if shown.await? { ExitCode::SUCCESS } else { ExitCode::from(2) })
}

async fn show(stage: &Stage, system: &System, plan: &Plan) -> anyhow::Result<bool> {
    let pid = system.pid()?;
    let (fresh, _) = process::memory(pid)?;
    let mut idle = Vec::new();
    for _ in 0..plan.idle {
        let mut client = Client::connect(system.address).await.context("an idle connection: ulimit -n 4096?")?;
        client.get("/healthz", None).await?;
        idle.push(client);
    }
    sleep(Duration::from_secs(2)).await;
    let (with_idle, _) = process::memory(pid)?;
    note(&format!("{} idle connections; {} in flight for {} s", plan.idle, plan.in_flight, plan.seconds));
    let started = Instant::now();
    let met = crowd::ask(system.address, &plan.path, plan.in_flight, Duration::from_secs(plan.seconds)).await;
    let took = started.elapsed();
    let (loaded, most) = process::memory(pid)?;

    // Idle connections are closed by the server after 75 s; those that are not yet must still answer.
    let mut alive = 0;
    for client in &mut idle {
        alive += usize::from(client.get("/healthz", None).await.is_ok());
    }
    drop(idle);
    sleep(Duration::from_secs(plan.rest)).await;
    let before = process::cpu(pid)?;
    sleep(Duration::from_secs(5)).await;
    let idle_cores = process::cpu(pid)?.saturating_sub(before).as_secs_f64() / 5.0;
    let (rested, _) = process::memory(pid)?;
    let sockets = std::fs::read_dir(format!("/proc/{pid}/fd"))?.count();
    let row = stage.client.query_one("select count(*) from pg_stat_activity where state = 'active'", &[]).await?;
    let busy_backends: i64 = row.get::<_, i64>(0) - 1;
    let still_answers = Client::connect(system.address).await?.json(&plan.path, Some(1)).await.is_ok();

    let slow = met.answers.get(&503).into_iter().flatten().filter(|millis| **millis > FAST_MS).count();
    let others = met.server_errors() - met.count(503);
    say(&format!("  answers             {} ({:.0}/s)", met.describe(), met.rate(200, took)));
    say(&format!("  idle connections    {alive} of {} still answer afterwards", plan.idle));
    say(&format!(
        "  memory, MB          fresh {fresh:.0}, with idle connections {with_idle:.0}, under load {loaded:.0}, most ever {most:.0}, after rest {rested:.0}"
    ));
    say(&format!(
        "  after {} s of rest   {idle_cores:.3} cores, {sockets} open files, {busy_backends} busy backends",
        plan.rest
    ));
    let mut good = true;
    for (what, met) in [
        ("no error but fast 503", others == 0 && met.broken == 0 && slow == 0),
        ("memory at most 250 MB", most <= MEMORY_MB),
        ("back to idle", idle_cores < 0.05 && busy_backends <= 0 && still_answers),
    ] {
        say(&format!("  {} {what}", if met { "yes" } else { " NO" }));
        good &= met;
    }
    ensure!(met.count(200) > 0, "nothing was answered");
    Ok(good)
}
