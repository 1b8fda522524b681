//! The job that forgets which mails were sent.

use platform::{
    Error,
    jobs::Job,
    schedule::{BATCH, Schedule, Scheduled, in_batches},
};
use serde::{Deserialize, Serialize};
use time::Duration;

use super::store;
use crate::Service;

/// As long as security events: a mail is one for its receiver.
const KEPT: Duration = Duration::days(90);

#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Purge {}

impl Job for Purge {
    const TASK: &'static str = "auth.mail.purge";
    type State = Service;

    async fn run(self, service: Service) -> Result<(), Error> {
        let before = service.now() - KEPT;
        let rows = in_batches(service.db(), |conn| Box::pin(store::purge(conn, before, BATCH))).await?;
        tracing::info!(task = Self::TASK, rows, "old rows deleted");
        Ok(())
    }
}

impl Scheduled for Purge {
    const WHEN: Schedule = Schedule::Daily { hour: 3, minute: 30 };
}
