//! A wave of log-ins: passwords are hashed with what is left over, so who reads must hardly notice.

use std::{
    process::ExitCode,
    time::{Duration, Instant},
};

use anyhow::ensure;
use clap::Args;
use serde::Serialize;
use tokio::time::sleep;

use super::{
    crowd::{self, Met},
    seekers,
};
use crate::{
    Place,
    machine::Machine,
    note, report, say,
    stage::{self, Stage},
    system::System,
};

#[derive(Args, Clone, Debug)]
pub struct Plan {
    /// Seconds of reading, idle and under log-ins.
    #[arg(long, default_value_t = 8)]
    seconds: u64,
    /// Times that both are measured, in turn; all answers count.
    #[arg(long, default_value_t = 3)]
    rounds: u32,
    /// Log-ins at once.
    #[arg(long, default_value_t = 50)]
    parallel: usize,
    /// What is read meanwhile.
    #[arg(long, default_value = "/api/feed?side=friends&limit=20")]
    path: String,
}

/// How much longer the slowest hundredth of readers may wait.
const SLOWER: f64 = 3.0;
/// The wave has begun before reading is measured.
const RAMP: Duration = Duration::from_secs(1);

/// What each side met.
#[derive(Default)]
struct Waves {
    idle: Met,
    loaded: Met,
    entered: Met,
    /// Of log-ins.
    took: Duration,
}

#[derive(Serialize)]
struct Found {
    machine: Machine,
    parallel: usize,
    idle_p50_ms: f64,
    idle_p99_ms: f64,
    loaded_p50_ms: f64,
    loaded_p99_ms: f64,
    log_ins: usize,
    log_ins_per_second: f64,
    refused_503: usize,
}

pub async fn run(place: &Place, plan: &Plan) -> anyhow::Result<ExitCode> {
    let shown = stage::on(place, false, async |stage| {
        let system = stage.start_system(&[]).await?;
        let waves = measure(stage, &system, plan).await;
        system.stop().await?;
        seekers::forget(stage).await?;
        show(stage, plan, &waves?)
    });
    Ok(if shown.await? { ExitCode::SUCCESS } else { ExitCode::from(2) })
}

async fn measure(stage: &Stage, system: &System, plan: &Plan) -> anyhow::Result<Waves> {
    seekers::make(stage, system, plan.parallel).await?;
    let how_long = Duration::from_secs(plan.seconds);
    crowd::ask(system.address, &plan.path, 1, RAMP).await;
    let mut waves = Waves::default();
    for round in 1..=plan.rounds {
        note(&format!("round {round} of {}: reading, then reading under {} log-ins", plan.rounds, plan.parallel));
        waves.idle.add(crowd::ask(system.address, &plan.path, 1, how_long).await);
        let started = Instant::now();
        let log_ins = async {
            let met = crowd::log_in(system.address, plan.parallel, RAMP + how_long).await;
            (met, started.elapsed())
        };
        let reading = async {
            sleep(RAMP).await;
            crowd::ask(system.address, &plan.path, 1, how_long).await
        };
        let ((entered, took), loaded) = tokio::join!(log_ins, reading);
        waves.entered.add(entered);
        waves.took += took;
        waves.loaded.add(loaded);
        sleep(RAMP).await;
    }
    Ok(waves)
}

fn show(stage: &Stage, plan: &Plan, waves: &Waves) -> anyhow::Result<bool> {
    let Waves { idle, loaded, entered, took } = waves;
    ensure!(idle.count(200) > 0, "nothing was read: {}", idle.describe());
    let found = Found {
        machine: Machine::here(&stage.bin.join("pgbench")),
        parallel: plan.parallel,
        idle_p50_ms: idle.within_ms(200, 50),
        idle_p99_ms: idle.within_ms(200, 99),
        loaded_p50_ms: loaded.within_ms(200, 50),
        loaded_p99_ms: loaded.within_ms(200, 99),
        log_ins: entered.count(200),
        log_ins_per_second: entered.rate(200, *took),
        refused_503: entered.count(503),
    };
    let slower = found.loaded_p99_ms / found.idle_p99_ms;
    say(&format!("  reading, idle       {}", idle.describe()));
    say(&format!("  … under log-ins     {}", loaded.describe()));
    say(&format!("  log-ins             {}", entered.describe()));
    say(&format!(
        "  {:.1} log-ins a second, {} refused with 503; p99 of reading {slower:.2} times its idle value",
        found.log_ins_per_second, found.refused_503
    ));
    report::keep(&found.machine, "logins", &found)?;
    let reads = |met: &Met| met.answers.keys().eq([&200]) && met.broken == 0;
    let mut good = true;
    for (what, met) in [
        ("p99 of reading under log-ins less than 3 times its idle value", slower < SLOWER),
        ("every page was read", reads(idle) && reads(loaded)),
        (
            "log-ins succeed or are refused with 503",
            found.log_ins > 0
                && entered.broken == 0
                && entered.answers.keys().all(|status| [200, 503].contains(status)),
        ),
    ] {
        say(&format!("  {} {what}", if met { "yes" } else { " NO" }));
        good &= met;
    }
    Ok(good)
}
