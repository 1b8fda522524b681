//! The job that deletes tokens which are over for thirty days: until then they can be told from unknown ones.

use platform::{
    Error,
    jobs::Job,
    schedule::{BATCH, Schedule, Scheduled, in_batches},
};
use serde::{Deserialize, Serialize};
use time::Duration;

use super::store;
use crate::Service;

/// How long a token is kept after its end.
const KEPT: Duration = Duration::days(30);

#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Purge {}

impl Job for Purge {
    const TASK: &'static str = "auth.token.purge";
    type State = Service;

    async fn run(self, service: Service) -> Result<(), Error> {
        let before = service.now() - KEPT;
        let rows = in_batches(service.db(), |conn| Box::pin(store::purge(conn, before, BATCH))).await?;
        tracing::info!(task = Self::TASK, rows, "old rows deleted");
        Ok(())
    }
}

impl Scheduled for Purge {
    const WHEN: Schedule = Schedule::Daily { hour: 3, minute: 25 };
}
