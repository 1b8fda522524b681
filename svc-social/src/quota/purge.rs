//! The job that forgets counters of days gone by.

use platform::{
    Error,
    jobs::Job,
    quota::{KEPT, day},
    schedule::{BATCH, Schedule, Scheduled, in_batches},
};
use serde::{Deserialize, Serialize};

use super::store;
use crate::Service;

#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Purge {}

impl Job for Purge {
    const TASK: &'static str = "social.quota.purge";
    type State = Service;

    async fn run(self, service: Service) -> Result<(), Error> {
        let before = day(service.ambient().clock.now() - KEPT);
        let rows = in_batches(service.db(), |conn| Box::pin(store::purge(conn, before, BATCH))).await?;
        tracing::info!(task = Self::TASK, rows, "old rows deleted");
        Ok(())
    }
}

impl Scheduled for Purge {
    const WHEN: Schedule = Schedule::Daily { hour: 3, minute: 30 };
}
