//! The job that forgets security events: first where they came from, then that they were.

use platform::{
    Error,
    jobs::Job,
    schedule::{BATCH, Schedule, Scheduled, in_batches},
};
use serde::{Deserialize, Serialize};
use time::Duration;

use super::store;
use crate::Service;

/// How long an event is kept.
const KEPT: Duration = Duration::days(90);
/// How long the network is kept that it came from.
const NETWORK_KEPT: Duration = Duration::days(30);

#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Purge {}

impl Job for Purge {
    const TASK: &'static str = "auth.security_event.purge";
    type State = Service;

    async fn run(self, service: Service) -> Result<(), Error> {
        let now = service.now();
        let rows = in_batches(service.db(), |conn| Box::pin(store::purge(conn, now - KEPT, BATCH))).await?;
        let blanked =
            in_batches(service.db(), |conn| Box::pin(store::blank_networks(conn, now - NETWORK_KEPT, BATCH))).await?;
        tracing::info!(task = Self::TASK, rows, blanked, "old rows deleted");
        Ok(())
    }
}

impl Scheduled for Purge {
    const WHEN: Schedule = Schedule::Daily { hour: 3, minute: 50 };
}
