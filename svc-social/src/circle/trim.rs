//! The job that forgets what is too old of the histories of circles.

use platform::{
    Error,
    jobs::Job,
    schedule::{BATCH, Schedule, Scheduled, in_batches},
};
use serde::{Deserialize, Serialize};

use super::store;
use crate::Service;

#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Trim {}

impl Job for Trim {
    const TASK: &'static str = "social.circle_event.trim";
    type State = Service;

    async fn run(self, service: Service) -> Result<(), Error> {
        let rows = in_batches(service.db(), |conn| Box::pin(store::trim(conn, BATCH))).await?;
        tracing::info!(task = Self::TASK, rows, "old rows deleted");
        Ok(())
    }
}

impl Scheduled for Trim {
    const WHEN: Schedule = Schedule::Daily { hour: 3, minute: 50 };
}
