//! Every scenario: contestants in turn, again and again, so that a noisy machine is noisy for all of them.

use std::{process::ExitCode, time::Duration};

use anyhow::bail;
use clap::Args;
use serde::{Deserialize, Serialize};
use tokio::time::sleep;

use crate::{
    Place, aims, calm, dataset,
    handwritten::ByHand,
    machine::Machine,
    note,
    pgbench::{self, Way},
    report::{self, Report},
    same,
    scenario::{self, NAMES, Scenario},
    stage::{self, CONNECTIONS, Stage},
    system::System,
    tally::Spent,
    wrk,
};

#[derive(Args, Clone, Debug)]
pub struct Plan {
    /// Seconds of one measurement; below 10 it is a glance.
    #[arg(long, default_value_t = 10)]
    seconds: u32,
    /// Measurements of each contestant; the middle one counts.
    #[arg(long, default_value_t = 3)]
    rounds: u32,
    /// Only these scenarios, comma-separated.
    #[arg(long, value_delimiter = ',')]
    only: Vec<String>,
    /// Leave out latency on an idle machine.
    #[arg(long)]
    no_latency: bool,
    /// Seconds to wait for others to leave the machine alone, before each round.
    #[arg(long, default_value_t = 60)]
    calm: u64,
    /// A word on what is measured, for the file's name.
    #[arg(long, default_value = "run")]
    name: String,
}

/// Who answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Contestant {
    Ours,
    /// pgbench over the Unix socket, which is our way too.
    Pgbench,
    PgbenchTcp,
    ByHand,
}

/// What one contestant did in one measurement.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct Run {
    pub requests: u64,
    /// A second.
    pub rate: f64,
    pub p50_ms: f64,
    pub p99_ms: f64,
    pub errors: u64,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Measurement {
    pub scenario: String,
    pub contestant: Contestant,
    pub connections: u32,
    #[serde(flatten)]
    pub run: Run,
    #[serde(flatten)]
    pub spent: Spent,
    /// Of the last request of ours.
    pub statements: Option<u64>,
}

const WARM: u32 = 2;
const SETTLE: Duration = Duration::from_millis(200);

/// The contestants, ready to answer.
struct Ring<'a> {
    stage: &'a Stage,
    ours: System,
    by_hand: ByHand,
    plan: Plan,
}

pub async fn run(place: &Place, plan: &Plan) -> anyhow::Result<ExitCode> {
    let chosen = chosen(plan)?;
    let report = stage::on(place, false, async |stage| {
        let by_hand = ByHand::start(&stage.socket).await?;
        let ours = stage.start_system(&[]).await?;
        let ring = Ring { stage, ours, by_hand, plan: plan.clone() };
        let measurements = ring.all(&chosen).await?;
        ring.ours.stop().await?;
        ring.by_hand.stop().await?;
        let machine = Machine::here(&stage.bin.join("pgbench"));
        Ok(Report { machine, posts: stage.posts, seconds: plan.seconds, measurements })
    });
    let report = report.await?;
    report::write(&report, &plan.name)?;
    Ok(if aims::judge(&report).iter().all(|aim| aim.met != Some(false)) {
        ExitCode::SUCCESS
    } else {
        ExitCode::from(2)
    })
}

fn chosen(plan: &Plan) -> anyhow::Result<Vec<&'static str>> {
    if let Some(unknown) = plan.only.iter().find(|name| !NAMES.contains(&name.as_str())) {
        bail!("no scenario {unknown}; there are {}", NAMES.join(", "));
    }
    Ok(NAMES.into_iter().filter(|name| plan.only.is_empty() || plan.only.iter().any(|only| only == name)).collect())
}

impl Ring<'_> {
    async fn all(&self, chosen: &[&'static str]) -> anyhow::Result<Vec<Measurement>> {
        same::check(&self.ours, self.by_hand.address()).await?;
        let mut measured = Vec::new();
        for name in chosen {
            let scenario = scenario::build(name, &self.ours, self.stage.posts).await?;
            note(name);
            for _ in 0..self.plan.rounds {
                calm::wait(Duration::from_secs(self.plan.calm)).await?;
                for contestant in contestants(&scenario, self.stage.tcp) {
                    measured.push(self.measure(&scenario, contestant, CONNECTIONS).await?);
                }
                let alone = contestants(&scenario, false).into_iter().filter(|_| !self.plan.no_latency);
                for contestant in alone {
                    measured.push(self.measure(&scenario, contestant, 1).await?);
                }
            }
            if scenario.writes {
                dataset::unwrite(&self.stage.client).await?;
            }
        }
        Ok(measured)
    }

    async fn measure(&self, scenario: &Scenario, who: Contestant, connections: u32) -> anyhow::Result<Measurement> {
        // A latency is known after half the time that a rate needs.
        let seconds = if connections == 1 { self.plan.seconds.div_ceil(2) } else { self.plan.seconds };
        let (app, pid) = match who {
            Contestant::Ours => (Some(self.ours.address), Some(self.ours.pid()?)),
            Contestant::ByHand => (Some(self.by_hand.address()), Some(self.by_hand.pid()?)),
            Contestant::Pgbench | Contestant::PgbenchTcp => (None, None),
        };
        if let Some(address) = app {
            wrk::run(address, scenario, connections, WARM).await?;
        }
        let mut meters = self.stage.meters(None)?;
        meters.app = pid;
        let before = meters.read()?;
        let run = match (app, who) {
            (Some(address), _) => wrk::run(address, scenario, connections, seconds).await?,
            (None, Contestant::PgbenchTcp) => {
                pgbench::run(self.stage, scenario, Way::Tcp, connections, seconds).await?
            }
            (None, _) => pgbench::run(self.stage, scenario, Way::Socket, connections, seconds).await?,
        };
        // Backends that ended are counted once Postgres has noticed.
        sleep(SETTLE).await;
        let spent = before.spent()?;
        let statements = if who == Contestant::Ours { self.ours.statements(scenario.route)? } else { None };
        let scenario = scenario.name.to_owned();
        let measurement = Measurement { scenario, contestant: who, connections, run, spent, statements };
        note(&report::line(&measurement));
        Ok(measurement)
    }
}

fn contestants(scenario: &Scenario, tcp: bool) -> Vec<Contestant> {
    let mut all = vec![Contestant::Ours, Contestant::Pgbench];
    all.extend(scenario.by_hand.then_some(Contestant::ByHand));
    let first_page = ["feed-public", "feed-friends"].contains(&scenario.name);
    all.extend((tcp && first_page).then_some(Contestant::PgbenchTcp));
    all
}
