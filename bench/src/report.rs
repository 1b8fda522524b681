//! What was measured, as a table and as JSON.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::Context;
use serde::{Deserialize, Serialize};

use crate::{
    aims, calm,
    machine::Machine,
    note,
    rounds::{Contestant, Measurement},
    say, stage,
};

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Report {
    pub machine: Machine,
    pub posts: i64,
    pub seconds: u32,
    pub measurements: Vec<Measurement>,
}

/// The middle of several measurements of one contestant.
#[derive(Clone, Copy, Debug)]
pub struct Middle {
    pub rate: f64,
    pub p50_ms: f64,
    pub p99_ms: f64,
    /// Milliseconds of CPU time a request.
    pub app_ms: f64,
    pub postgres_ms: f64,
    pub generator_ms: f64,
    pub memory_mb: f64,
    pub errors: u64,
    pub statements: Option<u64>,
    /// Nobody else worked meanwhile.
    pub calm: bool,
}

impl Middle {
    /// All that a request costs the machine, the load generator's part too. Others who work meanwhile change it less
    /// than they change the rate.
    pub fn cpu_ms(&self) -> f64 {
        self.app_ms + self.postgres_ms + self.generator_ms
    }
}

impl Report {
    /// In the order in which they were measured.
    pub fn scenarios(&self) -> Vec<&str> {
        let mut names: Vec<&str> = Vec::new();
        for measurement in &self.measurements {
            if !names.contains(&measurement.scenario.as_str()) {
                names.push(&measurement.scenario);
            }
        }
        names
    }

    /// The middle of the calm measurements, or, if there is none, of all.
    pub fn middle(&self, scenario: &str, contestant: Contestant, alone: bool) -> Option<Middle> {
        let all: Vec<&Measurement> = self
            .measurements
            .iter()
            .filter(|one| one.scenario == scenario && one.contestant == contestant && (one.connections == 1) == alone)
            .collect();
        let calm: Vec<&Measurement> =
            all.iter().copied().filter(|one| one.spent.foreign_cores <= calm::FOREIGN).collect();
        let is_calm = !calm.is_empty();
        let used = if is_calm { calm } else { all };
        #[expect(clippy::cast_precision_loss, reason = "far below 2^53 requests")]
        let each = |spent: f64, one: &Measurement| spent / (one.run.requests.max(1) as f64);
        Some(Middle {
            rate: median(used.iter().map(|one| one.run.rate))?,
            p50_ms: median(used.iter().map(|one| one.run.p50_ms))?,
            p99_ms: median(used.iter().map(|one| one.run.p99_ms))?,
            app_ms: median(used.iter().map(|one| each(one.spent.app_ms, one)))?,
            postgres_ms: median(used.iter().map(|one| each(one.spent.postgres_ms, one)))?,
            generator_ms: median(used.iter().map(|one| each(one.spent.generator_ms, one)))?,
            memory_mb: used.iter().map(|one| one.spent.app_memory_mb).fold(0.0, f64::max),
            errors: used.iter().map(|one| one.run.errors).sum(),
            statements: used.iter().find_map(|one| one.statements),
            calm: is_calm,
        })
    }
}

pub fn median(values: impl Iterator<Item = f64>) -> Option<f64> {
    let mut sorted: Vec<f64> = values.collect();
    sorted.sort_by(f64::total_cmp);
    sorted.get(sorted.len() / 2).copied()
}

/// One measurement while it runs.
pub fn line(one: &Measurement) -> String {
    let Measurement { contestant, connections, run, spent, .. } = one;
    let noise = if spent.foreign_cores > calm::FOREIGN {
        format!("  NOISY: others used {:.1} cores", spent.foreign_cores)
    } else {
        String::new()
    };
    format!(
        "{:12} c={connections:<3} {:8.0}/s  p50 {:6.2} ms  p99 {:6.2} ms{noise}",
        name(*contestant),
        run.rate,
        run.p50_ms,
        run.p99_ms
    )
}

pub const fn name(contestant: Contestant) -> &'static str {
    match contestant {
        Contestant::Ours => "ours",
        Contestant::Pgbench => "pgbench",
        Contestant::PgbenchTcp => "pgbench tcp",
        Contestant::ByHand => "by hand",
    }
}

/// Into a file of its own and `latest`, and onto the screen.
pub fn write(report: &Report, name: &str) -> anyhow::Result<()> {
    fs::write(latest(report.posts)?, serde_json::to_string_pretty(report)?)?;
    print(report);
    keep(&report.machine, &format!("{name}-{}", report.posts), report)
}

/// Into a file of its own, whatever was measured.
pub fn keep(machine: &Machine, name: &str, measured: &impl Serialize) -> anyhow::Result<()> {
    let stamp: String = machine.measured_at.chars().take(19).filter(char::is_ascii_digit).collect();
    let file = stage::out()?.join(format!("{stamp}-{name}.json"));
    fs::write(&file, serde_json::to_string_pretty(measured)?)?;
    note(&format!("written to {}", file.display()));
    Ok(())
}

pub fn latest(posts: i64) -> anyhow::Result<PathBuf> {
    Ok(stage::out()?.join(format!("latest-{posts}.json")))
}

pub fn read(file: &Path) -> anyhow::Result<Report> {
    let text = fs::read_to_string(file).with_context(|| file.display().to_string())?;
    Ok(serde_json::from_str(&text)?)
}

pub fn again(file: Option<&Path>) -> anyhow::Result<()> {
    let file = file.map_or_else(|| latest(crate::dataset::POSTS), |file| Ok(file.to_owned()))?;
    print(&read(&file)?);
    Ok(())
}

fn print(report: &Report) {
    let Machine { cpu, cores, memory_gb, postgres, commit, measured_at, .. } = &report.machine;
    say("");
    say(&format!(
        "{measured_at}  {commit}  {} posts  {cores} cores of {cpu}, {memory_gb} GB, {postgres}",
        report.posts
    ));
    for (alone, title) in [(false, "as fast as 10 connections allow"), (true, "one connection, nothing else")] {
        if report.measurements.iter().any(|one| (one.connections == 1) == alone) {
            say("");
            table(report, alone, title);
        }
    }
    say("");
    say("  must be shown");
    for aim in aims::judge(report) {
        let met = match aim.met {
            Some(true) => "yes",
            Some(false) => "NO",
            None => "-",
        };
        say(&format!("    {met:>3}  {:<62} {}", aim.what, aim.found));
    }
    let noisy = report.measurements.iter().filter(|one| one.spent.foreign_cores > calm::FOREIGN).count();
    let most = report.measurements.iter().map(|one| one.spent.foreign_cores).fold(0.0, f64::max);
    say(&format!(
        "  {noisy} of {} measurements while others used more than {} cores (at most {most:.1}); ~ marks a line of these only",
        report.measurements.len(),
        calm::FOREIGN
    ));
}

fn table(report: &Report, alone: bool, title: &str) {
    say(&format!(
        "  {title:34} {:>9} {:>8} {:>8} {:>6} {:>8} {:>8} {:>8} {:>7} {:>6}",
        "req/s", "p50 ms", "p99 ms", "SQL", "app ms", "pg ms", "load ms", "MB", "errors"
    ));
    let order = [Contestant::Ours, Contestant::Pgbench, Contestant::PgbenchTcp, Contestant::ByHand];
    for scenario in report.scenarios() {
        for contestant in order {
            let Some(middle) = report.middle(scenario, contestant, alone) else { continue };
            let statements = middle.statements.map(|count| count.to_string()).unwrap_or_default();
            say(&format!(
                "{} {:34} {:9.0} {:8.2} {:8.2} {statements:>6} {:8.3} {:8.3} {:8.3} {:7.0} {:6}",
                if middle.calm { " " } else { "~" },
                format!("{scenario} · {}", name(contestant)),
                middle.rate,
                middle.p50_ms,
                middle.p99_ms,
                middle.app_ms,
                middle.postgres_ms,
                middle.generator_ms,
                middle.memory_mb,
                middle.errors
            ));
        }
    }
}
