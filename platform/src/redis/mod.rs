//! Redis, where there is one: shared by all replicas, and never needed. A call waits 100 ms for it at most (as it is
//! set), and not at all while it is known to be away.

mod away;
mod keeper;
mod settings;

use std::{sync::Arc, time::Duration};

pub use ::redis::{Cmd, FromRedisValue, Pipeline, RedisResult, Script, aio::MultiplexedConnection as Connection, cmd};
use tokio::time::{sleep, timeout};

use self::keeper::Keeper;
pub use self::{away::Away, settings::RedisSettings};

/// At the start both may have been started together.
const START_WITHIN: Duration = Duration::from_secs(3);
const START_AGAIN: Duration = Duration::from_millis(50);

/// One connection that all calls share. After a failed call it is given up, and made anew in the background; until
/// then calls fail at once.
#[derive(Clone, Debug)]
pub struct Redis {
    keeper: Arc<Keeper>,
    required: bool,
    answer_within: Duration,
}

impl Redis {
    /// Connects, for at most 3 s.
    ///
    /// # Errors
    /// Redis is set and silent: better no start than limits that only seem to be shared.
    pub async fn start(settings: &RedisSettings) -> Result<Self, Away> {
        Self::start_within(settings, START_WITHIN).await
    }

    async fn start_within(settings: &RedisSettings, within: Duration) -> Result<Self, Away> {
        let RedisSettings { required, answer_within, .. } = *settings;
        let redis = Self { keeper: Arc::new(Keeper::new(settings.client()?, answer_within)), required, answer_within };
        let mut last = Away::SILENT;
        let connected = async {
            while let Err(away) = redis.keeper.connect().await {
                last = away;
                sleep(START_AGAIN).await;
            }
        };
        let outcome = timeout(within, connected).await;
        outcome.map(|()| redis).map_err(|_| last)
    }

    /// Whether a replica is not ready while Redis is away.
    pub const fn is_required(&self) -> bool {
        self.required
    }

    /// Whether a call would be tried.
    pub fn is_near(&self) -> bool {
        self.keeper.line().is_some()
    }

    /// Runs `ask` on the shared connection: a command, a pipeline, a script.
    ///
    /// # Errors
    /// [`Away`]; whether Redis did what was asked is not known.
    pub async fn call<T, F>(&self, ask: impl FnOnce(Connection) -> F) -> Result<T, Away>
    where
        F: Future<Output = RedisResult<T>>,
    {
        let line = self.keeper.line().ok_or(Away::KNOWN)?;
        let away = match timeout(self.answer_within, ask(line.connection)).await {
            Ok(Ok(answer)) => {
                self.keeper.answered();
                return Ok(answer);
            }
            Ok(Err(error)) => Away::of(&error),
            Err(_) => Away::SILENT,
        };
        Keeper::lost(&self.keeper, line.number, &away);
        Err(away)
    }

    /// Asks for a sign of life; for health checks, since it also finds out when nobody else asks.
    pub async fn answers(&self) -> bool {
        self.call(async |mut connection| cmd("PING").exec_async(&mut connection).await).await.is_ok()
    }
}

#[cfg(test)]
mod tests;
