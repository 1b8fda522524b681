//! The jobs of deletions: one that carries an account's on, and one that looks for those which nobody carries.

use platform::{
    AccountId, Error, Role,
    jobs::{self, Job},
    schedule::{BATCH, Schedule, Scheduled},
};
use serde::{Deserialize, Serialize};

use super::{run, store};
use crate::Service;

/// Carries only the key: the row says how far it is.
#[derive(Debug, Serialize, Deserialize)]
pub struct Run {
    account: i64,
}

impl Run {
    pub const fn of(account: AccountId) -> Self {
        Self { account: account.0 }
    }
}

impl Job for Run {
    const TASK: &'static str = "auth.deletion.run";
    type State = Service;

    fn key(&self) -> Option<String> {
        Some(self.account.to_string())
    }

    async fn run(self, service: Service) -> Result<(), Error> {
        run(&service, AccountId(self.account)).await
    }
}

/// Begins again what is due: the grace of a deletion ends without anybody asking, and a worker that dies takes its job
/// with it for hours.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Resume {}

impl Job for Resume {
    const TASK: &'static str = "auth.deletion.resume";
    type State = Service;

    async fn run(self, service: Service) -> Result<(), Error> {
        let now = service.now();
        let mut tx = service.db().begin().await?;
        let due = store::due(&mut tx, now, BATCH).await?;
        for account in &due {
            jobs::add(&mut tx, Role::Auth, &Run::of(*account)).await?;
        }
        tx.commit().await?;
        tracing::info!(task = Self::TASK, accounts = due.len(), "deletions go on");
        Ok(())
    }
}

impl Scheduled for Resume {
    const WHEN: Schedule = Schedule::Hourly { minute: 15 };
}
