//! What recognising the caller costs: the public feed with a session and without, and the statement alone.

use clap::Args;

use crate::{
    Place,
    dataset::PEOPLE,
    pgbench::{self, Way},
    rounds::Run,
    say,
    scenario::{self, Request, Scenario},
    stage::{self, CONNECTIONS, Stage},
    system::System,
    tally::Spent,
    wrk,
};

#[derive(Args, Clone, Debug)]
pub struct Plan {
    /// Seconds of one measurement.
    #[arg(long, default_value_t = 10)]
    seconds: u32,
    /// Measurements of each; the middle one counts.
    #[arg(long, default_value_t = 3)]
    rounds: u32,
}

pub async fn run(place: &Place, plan: &Plan) -> anyhow::Result<()> {
    stage::on(place, false, async |stage| {
        let system = stage.start_system(&[]).await?;
        show(stage, &system, plan).await?;
        system.stop().await
    })
    .await
}

/// Middle rate, middle latency alone, CPU of the app and of Postgres a request.
#[derive(Default)]
struct Cost {
    rates: Vec<f64>,
    p50s: Vec<f64>,
    app: Vec<f64>,
    postgres: Vec<f64>,
}

impl Cost {
    fn add(&mut self, fast: (Run, Spent), alone: Run) {
        let (run, spent) = fast;
        #[expect(clippy::cast_precision_loss, reason = "far below 2^53 requests")]
        let requests = run.requests.max(1) as f64;
        self.rates.push(run.rate);
        self.p50s.push(alone.p50_ms);
        self.app.push(spent.app_ms / requests);
        self.postgres.push(spent.postgres_ms / requests);
    }

    fn middles(&mut self) -> [f64; 4] {
        [&mut self.rates, &mut self.p50s, &mut self.app, &mut self.postgres].map(|values| {
            values.sort_by(f64::total_cmp);
            values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
        })
    }
}

async fn show(stage: &Stage, system: &System, plan: &Plan) -> anyhow::Result<()> {
    let signed_in = scenario::build("feed-public", system, stage.posts).await?;
    let signed_out = Scenario {
        requests: signed_in
            .requests
            .iter()
            .map(|request| Request { person: 0, path: request.path.clone(), post: false })
            .collect(),
        ..scenario::build("feed-public", system, stage.posts).await?
    };
    let statement = scenario::authenticate_only()?;
    let (mut with, mut without, mut alone) = (Cost::default(), Cost::default(), Cost::default());
    for _ in 0..plan.rounds {
        for (cost, scenario) in [(&mut with, &signed_in), (&mut without, &signed_out)] {
            wrk::run(system.address, scenario, CONNECTIONS, 2).await?;
            let before = stage.meters(Some(system))?.read()?;
            let run = wrk::run(system.address, scenario, CONNECTIONS, plan.seconds).await?;
            anyhow::ensure!(run.errors == 0, "{} answers were no page", run.errors);
            let spent = before.spent()?;
            cost.add((run, spent), wrk::run(system.address, scenario, 1, plan.seconds.div_ceil(2)).await?);
        }
        let before = stage.meters(None)?.read()?;
        let run = pgbench::run(stage, &statement, Way::Socket, CONNECTIONS, plan.seconds).await?;
        let spent = before.spent()?;
        alone.add((run, spent), pgbench::run(stage, &statement, Way::Socket, 1, plan.seconds.div_ceil(2)).await?);
    }
    say(&format!("  {:44} {:>9} {:>12} {:>8} {:>8}", "", "req/s", "p50 alone ms", "app ms", "pg ms"));
    let line = |name: &str, [rate, p50, app, postgres]: [f64; 4]| {
        say(&format!("  {name:44} {rate:9.0} {p50:12.2} {app:8.3} {postgres:8.3}"));
    };
    let (with, without) = (with.middles(), without.middles());
    line("public feed, signed in", with);
    line("public feed, signed out", without);
    line("pgbench: Authenticate's statement alone", alone.middles());
    say(&format!(
        "  recognising the caller: {:.2} ms of latency, {:.3} ms of the app's CPU, {:.3} ms of Postgres'; for {PEOPLE} sessions",
        with[1] - without[1],
        with[2] - without[2],
        with[3] - without[3]
    ));
    say(
        "  (the signed-in feed also answers blocks and mutes, so Postgres' share is a little more than Authenticate's)",
    );
    Ok(())
}
