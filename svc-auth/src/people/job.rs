//! The job that brings the copies of an account up to date, whatever became of the request that changed it.

use platform::{AccountId, Error, jobs::Job};
use serde::{Deserialize, Serialize};

use super::push_now;
use crate::Service;

/// Carries only the key: the row is read when the job runs.
#[derive(Debug, Serialize, Deserialize)]
pub struct PushPerson {
    account: i64,
}

impl PushPerson {
    pub const fn of(account: AccountId) -> Self {
        Self { account: account.0 }
    }
}

impl Job for PushPerson {
    const TASK: &'static str = "auth.person.push";
    type State = Service;

    fn key(&self) -> Option<String> {
        Some(self.account.to_string())
    }

    async fn run(self, service: Service) -> Result<(), Error> {
        push_now(&service, AccountId(self.account)).await
    }
}
