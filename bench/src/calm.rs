//! Waits for a machine on which nobody else works.

use std::time::{Duration, Instant};

use tokio::time::sleep;

use crate::{note, process};

/// Processors that others may use without spoiling a measurement.
pub const FOREIGN: f64 = 0.15;
const LOOK: Duration = Duration::from_secs(2);

/// Waits until others leave the machine alone, at most this long.
pub async fn wait(most: Duration) -> anyhow::Result<()> {
    let started = Instant::now();
    let mut told = false;
    while started.elapsed() < most {
        let before = process::cpu_of_everything()?;
        sleep(LOOK).await;
        let busy = process::cpu_of_everything()?.saturating_sub(before).as_secs_f64() / LOOK.as_secs_f64();
        if busy < FOREIGN {
            return Ok(());
        }
        if !told {
            note(&format!("others use {busy:.1} processors: waiting up to {} s for calm", most.as_secs()));
            told = true;
        }
    }
    Ok(())
}
