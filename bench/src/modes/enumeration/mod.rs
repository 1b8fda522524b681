//! Whether answers, or the time that they take, tell who has an account.

mod face;
mod pairs;

use std::{
    collections::BTreeSet,
    process::ExitCode,
    time::{Duration, Instant},
};

use anyhow::{Context, ensure};
use clap::Args;
use serde::Serialize;
use tokio::time::sleep;

use self::pairs::{Case, PAIRS, Pair};
use super::{mailbox::Mailbox, seekers};
use crate::{
    Place,
    client::Client,
    machine::Machine,
    note,
    report::{self, median},
    say,
    stage::{self, Stage},
    system::System,
};

#[derive(Args, Clone, Debug)]
pub struct Plan {
    /// Calls of each case; the middle one counts.
    #[arg(long, default_value_t = 200)]
    calls: usize,
    /// Milliseconds between two calls, in which jobs that the first one left are done.
    #[arg(long, default_value_t = 10)]
    pause: u64,
}

/// Percent by which the middles of two cases may differ.
const APART: f64 = 5.0;
/// Calls of each case before any counts.
const WARM: usize = 10;
/// Between two pairs.
const SETTLE: Duration = Duration::from_secs(1);

/// What was measured.
#[derive(Serialize)]
struct Found {
    machine: Machine,
    calls: usize,
    mails: u64,
    pairs: Vec<Measured>,
}

#[derive(Serialize)]
struct Measured {
    pair: &'static str,
    known_ms: f64,
    unknown_ms: f64,
    /// The larger over the smaller.
    apart_percent: f64,
    bytes_equal: bool,
}

pub async fn run(place: &Place, plan: &Plan) -> anyhow::Result<ExitCode> {
    let mailbox = Mailbox::open().await?;
    let settings = mailbox.settings();
    let found = stage::on(place, false, async |stage| {
        let settings: Vec<&str> = settings.iter().map(String::as_str).collect();
        let system = stage.start_system(&settings).await?;
        let pairs = measure_all(stage, &system, plan).await;
        system.stop().await?;
        seekers::forget(stage).await?;
        let machine = Machine::here(&stage.bin.join("pgbench"));
        Ok(Found { machine, calls: plan.calls, mails: mailbox.taken(), pairs: pairs? })
    });
    let found = found.await?;
    let good = show(&found);
    report::keep(&found.machine, "enumeration", &found)?;
    Ok(if good { ExitCode::SUCCESS } else { ExitCode::from(2) })
}

async fn measure_all(stage: &Stage, system: &System, plan: &Plan) -> anyhow::Result<Vec<Measured>> {
    seekers::make(stage, system, pairs::seekers_for(plan.calls + WARM)).await?;
    let mut measured = Vec::new();
    for pair in PAIRS {
        sleep(SETTLE).await;
        note(pair.name);
        measured.push(measure(system, &pair, plan).await?);
    }
    Ok(measured)
}

async fn measure(system: &System, pair: &Pair, plan: &Plan) -> anyhow::Result<Measured> {
    let mut client = Client::connect(system.address).await?;
    let (mut known_times, mut unknown_times) = (Vec::new(), Vec::new());
    let mut faces = BTreeSet::new();
    for number in 0..plan.calls + WARM {
        // In turn the one and the other begins: what a call leaves behind slows either as often.
        let first = number.is_multiple_of(2);
        for known in [first, !first] {
            let call = (pair.call)(Case { known, number });
            let started = Instant::now();
            let answer = client.post(call.path, call.asker, &call.body).await.context(pair.name)?;
            let millis = started.elapsed().as_secs_f64() * 1e3;
            let body = String::from_utf8_lossy(answer.body());
            ensure!(answer.status() == pair.status, "{}: {} {body}", pair.name, answer.status());
            faces.insert(face::of(&answer, pair.new_account)?);
            if number >= WARM {
                let times = if known { &mut known_times } else { &mut unknown_times };
                times.push(millis);
            }
            sleep(Duration::from_millis(plan.pause)).await;
        }
    }
    if faces.len() > 1 {
        note(&format!("{} different answers; two of them:", faces.len()));
        faces.iter().take(2).flat_map(|face| face.lines()).for_each(note);
    }
    let known_ms = median(known_times.into_iter()).context("no calls")?;
    let unknown_ms = median(unknown_times.into_iter()).context("no calls")?;
    Ok(Measured {
        pair: pair.name,
        known_ms,
        unknown_ms,
        apart_percent: (known_ms.max(unknown_ms) / known_ms.min(unknown_ms) - 1.0) * 100.0,
        bytes_equal: faces.len() == 1,
    })
}

fn show(found: &Found) -> bool {
    say(&format!("  {:46} {:>9} {:>11} {:>9} {:>12}", "", "known ms", "unknown ms", "apart %", "bytes equal"));
    for one in &found.pairs {
        say(&format!(
            "  {:46} {:9.2} {:11.2} {:9.1} {:>12}",
            one.pair,
            one.known_ms,
            one.unknown_ms,
            one.apart_percent,
            if one.bytes_equal { "yes" } else { "NO" }
        ));
    }
    say(&format!("  middles of {} calls each; {} mails were sent meanwhile", found.calls, found.mails));
    let mut good = true;
    for (what, met) in [
        ("every pair less than 5 % apart", found.pairs.iter().all(|one| one.apart_percent < APART)),
        ("every pair answered with the same bytes", found.pairs.iter().all(|one| one.bytes_equal)),
        ("mails were sent", found.mails > 0),
    ] {
        say(&format!("  {} {what}", if met { "yes" } else { " NO" }));
        good &= met;
    }
    good
}
