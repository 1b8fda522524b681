//! The job that deletes sessions which are over for a week: until then they tell where somebody was signed in.

use platform::{
    Error,
    jobs::Job,
    schedule::{BATCH, Schedule, Scheduled, in_batches},
};
use serde::{Deserialize, Serialize};
use time::Duration;

use super::store;
use crate::Service;

/// How long a session is kept after its end.
const KEPT: Duration = Duration::days(7);

#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Purge {}

impl Job for Purge {
    const TASK: &'static str = "auth.session.purge";
    type State = Service;

    async fn run(self, service: Service) -> Result<(), Error> {
        let before = service.now() - KEPT;
        let rows = in_batches(service.db(), |conn| Box::pin(store::purge(conn, before, BATCH))).await?;
        tracing::info!(task = Self::TASK, rows, "old rows deleted");
        Ok(())
    }
}

impl Scheduled for Purge {
    const WHEN: Schedule = Schedule::Hourly { minute: 5 };
}
