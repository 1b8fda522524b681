//! The jobs of invites: those whose time is over end by it, and finished ones are forgotten.

use platform::{
    Error,
    jobs::Job,
    schedule::{BATCH, Schedule, Scheduled, in_batches},
};
use serde::{Deserialize, Serialize};
use time::Duration;

use super::store;
use crate::Service;

/// How long finished invites are kept.
const KEPT: Duration = Duration::days(180);

/// Writes down what everybody is told already: that an invite's time is over.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Expire {}

impl Job for Expire {
    const TASK: &'static str = "social.invite.expire";
    type State = Service;

    async fn run(self, service: Service) -> Result<(), Error> {
        let now = service.ambient().clock.now();
        let rows = in_batches(service.db(), |conn| Box::pin(store::expire(conn, now, BATCH))).await?;
        tracing::info!(task = Self::TASK, rows, "invites expired");
        Ok(())
    }
}

impl Scheduled for Expire {
    const WHEN: Schedule = Schedule::Hourly { minute: 20 };
}

#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Purge {}

impl Job for Purge {
    const TASK: &'static str = "social.invite.purge";
    type State = Service;

    async fn run(self, service: Service) -> Result<(), Error> {
        let until = service.ambient().clock.now() - KEPT;
        let rows = in_batches(service.db(), |conn| Box::pin(store::purge(conn, until, BATCH))).await?;
        tracing::info!(task = Self::TASK, rows, "old rows deleted");
        Ok(())
    }
}

impl Scheduled for Purge {
    const WHEN: Schedule = Schedule::Daily { hour: 4, minute: 0 };
}
