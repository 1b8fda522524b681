//! The job that forgets client keys of replies whose time is over: a repeat after that is a new reply.

use platform::{
    Error,
    jobs::Job,
    schedule::{BATCH, Schedule, Scheduled, in_batches},
};
use serde::{Deserialize, Serialize};

use super::store;
use crate::{Service, post::KEPT};

#[derive(Debug, Default, Serialize, Deserialize)]
pub struct PurgeKeys {}

impl Job for PurgeKeys {
    const TASK: &'static str = "social.reply_key.purge";
    type State = Service;

    async fn run(self, service: Service) -> Result<(), Error> {
        let until = service.ambient().clock.now() - KEPT;
        let rows = in_batches(service.db(), |conn| Box::pin(store::purge_keys(conn, until, BATCH))).await?;
        tracing::info!(task = Self::TASK, rows, "old rows deleted");
        Ok(())
    }
}

impl Scheduled for PurgeKeys {
    const WHEN: Schedule = Schedule::Daily { hour: 3, minute: 50 };
}
