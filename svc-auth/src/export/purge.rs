//! The job that deletes files of exports whose links are over.

use platform::{
    Error,
    jobs::Job,
    schedule::{BATCH, Schedule, Scheduled, in_batches},
};
use serde::{Deserialize, Serialize};

use super::store;
use crate::Service;

#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Purge {}

impl Job for Purge {
    const TASK: &'static str = "auth.export.purge";
    type State = Service;

    async fn run(self, service: Service) -> Result<(), Error> {
        let now = service.now();
        let rows = in_batches(service.db(), |conn| Box::pin(store::purge(conn, now, BATCH))).await?;
        tracing::info!(task = Self::TASK, rows, "old files deleted");
        Ok(())
    }
}

impl Scheduled for Purge {
    const WHEN: Schedule = Schedule::Hourly { minute: 40 };
}
