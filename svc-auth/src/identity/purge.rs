//! The job that forgets used tokens, once they are refused for their age.

use platform::{
    Error,
    jobs::Job,
    schedule::{BATCH, Schedule, Scheduled, in_batches},
};
use serde::{Deserialize, Serialize};
use time::Duration;

use super::store;
use crate::Service;

/// The clocks of two processes are never so far apart.
const MARGIN: Duration = Duration::minutes(10);

#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Purge {}

impl Job for Purge {
    const TASK: &'static str = "auth.id_token.purge";
    type State = Service;

    async fn run(self, service: Service) -> Result<(), Error> {
        let before = service.now() - MARGIN;
        let rows = in_batches(service.db(), |conn| Box::pin(store::purge(conn, before, BATCH))).await?;
        tracing::info!(task = Self::TASK, rows, "old rows deleted");
        Ok(())
    }
}

impl Scheduled for Purge {
    const WHEN: Schedule = Schedule::Hourly { minute: 35 };
}
