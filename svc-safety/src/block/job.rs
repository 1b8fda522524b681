//! The job that finishes what a block or an unblock began.

use platform::{Error, jobs::Job};
use serde::{Deserialize, Serialize};

use super::store;
use crate::Service;

/// Brings the copies in line with a block, as its row stands when the job runs.
#[derive(Debug, Serialize, Deserialize)]
pub struct Apply {
    pub block: i64,
}

impl Job for Apply {
    const TASK: &'static str = "safety.block.apply";
    type State = Service;

    fn key(&self) -> Option<String> {
        Some(self.block.to_string())
    }

    async fn run(self, service: Service) -> Result<(), Error> {
        let mut conn = service.db().conn().await?;
        let block = store::get(&mut conn, self.block).await?;
        drop(conn);
        match block {
            Some(block) => service.apply_block(block).await,
            None => Ok(()),
        }
    }
}
