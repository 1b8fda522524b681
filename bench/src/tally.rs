//! Who used the processors while something was measured; what nobody of us used was somebody else's.

use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};

use crate::{machine, process};

/// Whose CPU time is read.
#[derive(Clone, Copy, Debug)]
pub struct Meters {
    /// The process that answers; `None` where pgbench asks Postgres itself.
    pub app: Option<u32>,
    pub postgres: u32,
}

/// CPU time in milliseconds.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct Spent {
    pub app_ms: f64,
    pub postgres_ms: f64,
    pub generator_ms: f64,
    /// Processors that other programs kept busy meanwhile.
    pub foreign_cores: f64,
    pub load_average: f64,
    /// Resident, at the end.
    pub app_memory_mb: f64,
}

pub struct Reading {
    meters: Meters,
    at: Instant,
    app: Duration,
    postgres: Duration,
    generator: Duration,
    own: Duration,
    everything: Duration,
}

impl Meters {
    pub fn read(self) -> anyhow::Result<Reading> {
        Ok(Reading {
            meters: self,
            at: Instant::now(),
            app: self.app.map_or(Ok(Duration::ZERO), process::cpu)?,
            postgres: process::cpu_of_tree(self.postgres)?,
            generator: process::cpu_of_ended_children()?,
            own: process::cpu(std::process::id())?,
            everything: process::cpu_of_everything()?,
        })
    }
}

impl Reading {
    /// Since this reading.
    pub fn spent(&self) -> anyhow::Result<Spent> {
        let now = self.meters.read()?;
        let app = now.app.saturating_sub(self.app);
        let postgres = now.postgres.saturating_sub(self.postgres);
        let generator = now.generator.saturating_sub(self.generator) + now.own.saturating_sub(self.own);
        let everything = now.everything.saturating_sub(self.everything);
        let foreign = everything.saturating_sub(app + postgres + generator);
        let millis = |time: Duration| time.as_secs_f64() * 1e3;
        Ok(Spent {
            app_ms: millis(app),
            postgres_ms: millis(postgres),
            generator_ms: millis(generator),
            foreign_cores: foreign.as_secs_f64() / (now.at - self.at).as_secs_f64(),
            load_average: machine::load_average(),
            app_memory_mb: self.meters.app.map_or(Ok(0.0), |pid| process::memory(pid).map(|memory| memory.0))?,
        })
    }
}
