//! The job that finishes what a mute or an unmute began.

use platform::{Error, jobs::Job};
use serde::{Deserialize, Serialize};

use super::store;
use crate::Service;

/// Brings the copies in line with a mute, as its row stands when the job runs.
#[derive(Debug, Serialize, Deserialize)]
pub struct Apply {
    pub mute: i64,
}

impl Job for Apply {
    const TASK: &'static str = "safety.mute.apply";
    type State = Service;

    fn key(&self) -> Option<String> {
        Some(self.mute.to_string())
    }

    async fn run(self, service: Service) -> Result<(), Error> {
        let mut conn = service.db().conn().await?;
        let mute = store::get(&mut conn, self.mute).await?;
        drop(conn);
        match mute {
            Some(mute) => service.apply_mute(mute).await,
            None => Ok(()),
        }
    }
}
