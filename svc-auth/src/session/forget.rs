//! The job that forgets ended sessions, once nobody can still have them in a list.

use platform::{
    Error,
    jobs::Job,
    schedule::{BATCH, Schedule, Scheduled, in_batches},
};
use serde::{Deserialize, Serialize};

use super::store::devices as store;
use crate::Service;

#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Forget {}

impl Job for Forget {
    const TASK: &'static str = "auth.session.forget";
    type State = Service;

    async fn run(self, service: Service) -> Result<(), Error> {
        let now = service.now();
        let rows = in_batches(service.db(), |conn| Box::pin(store::forget(conn, now, BATCH))).await?;
        tracing::info!(task = Self::TASK, rows, "old rows deleted");
        Ok(())
    }
}

impl Scheduled for Forget {
    const WHEN: Schedule = Schedule::Daily { hour: 3, minute: 35 };
}
