//! The job that forgets what is kept only to tell late news from new.

use platform::{
    Error,
    jobs::Job,
    schedule::{BATCH, Schedule, Scheduled, in_batches},
};
use serde::{Deserialize, Serialize};
use time::Duration;

use super::store;
use crate::Service;

/// Nothing is so long on its way: a job reads what is so when it runs, and tells it at once.
const KEPT: Duration = Duration::days(7);

#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Purge {}

impl Job for Purge {
    const TASK: &'static str = "inbox.notification.purge";
    type State = Service;

    async fn run(self, service: Service) -> Result<(), Error> {
        let until = service.ambient().clock.now() - KEPT;
        let removed = in_batches(service.db(), |conn| Box::pin(store::purge_removed(conn, until, BATCH))).await?;
        let posts = in_batches(service.db(), |conn| Box::pin(store::purge_forgotten(conn, until, BATCH))).await?;
        tracing::info!(task = Self::TASK, rows = removed + posts, "old rows deleted");
        Ok(())
    }
}

impl Scheduled for Purge {
    const WHEN: Schedule = Schedule::Daily { hour: 4, minute: 40 };
}
