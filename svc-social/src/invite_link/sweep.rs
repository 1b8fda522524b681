//! The job that forgets links that lead nowhere any more.

use platform::{
    Error,
    jobs::Job,
    schedule::{BATCH, Schedule, Scheduled, in_batches},
};
use serde::{Deserialize, Serialize};
use time::Duration;

use super::store;
use crate::Service;

/// How long finished links are kept.
const KEPT: Duration = Duration::days(90);

#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Purge {}

impl Job for Purge {
    const TASK: &'static str = "social.invite_link.purge";
    type State = Service;

    async fn run(self, service: Service) -> Result<(), Error> {
        let until = service.ambient().clock.now() - KEPT;
        let rows = in_batches(service.db(), |conn| Box::pin(store::purge(conn, until, BATCH))).await?;
        tracing::info!(task = Self::TASK, rows, "old rows deleted");
        Ok(())
    }
}

impl Scheduled for Purge {
    const WHEN: Schedule = Schedule::Daily { hour: 4, minute: 10 };
}
