//! Keeps the one connection: gives it up at the first failure, and makes it anew in the background.

use std::{
    sync::{
        Arc, PoisonError, RwLock,
        atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use ::redis::{AsyncConnectionConfig, Client, cmd};
use tokio::time::{sleep, timeout};

use super::{Away, Connection};

/// For name, socket, TLS and password; nobody waits for it.
const CONNECT_WITHIN: Duration = Duration::from_secs(1);
/// First pause before it is tried again; each failure doubles it.
const AGAIN: Duration = Duration::from_millis(25);
const DOUBLINGS: u32 = 5;
const QUIET: Duration = Duration::from_mins(1);
/// Requests that may wait to be written: as many as a gateway ever holds.
const QUEUE: usize = 1_024;

/// A connection, and which one it is since the start.
#[derive(Clone)]
pub(super) struct Line {
    pub connection: Connection,
    pub number: u64,
}

pub(super) struct Keeper {
    client: Client,
    answer_within: Duration,
    line: RwLock<Option<Line>>,
    made: AtomicU64,
    /// Failures since the last answer to a call.
    failures: AtomicU32,
    last_said: RwLock<Option<Instant>>,
    /// That it went away was said, so that it came back is said too.
    said_away: AtomicBool,
}

impl std::fmt::Debug for Keeper {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Keeper").field("connected", &self.line().is_some()).finish_non_exhaustive()
    }
}

impl Keeper {
    pub fn new(client: Client, answer_within: Duration) -> Self {
        Self {
            client,
            answer_within,
            line: RwLock::default(),
            made: AtomicU64::new(0),
            failures: AtomicU32::new(0),
            last_said: RwLock::default(),
            said_away: AtomicBool::new(false),
        }
    }

    pub fn line(&self) -> Option<Line> {
        self.line.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub fn answered(&self) {
        if self.failures.load(Ordering::Relaxed) > 0 {
            self.failures.store(0, Ordering::Relaxed);
        }
    }

    /// Makes a connection that answers.
    pub async fn connect(&self) -> Result<(), Away> {
        // Redis' own limits of time stand for none here: ours are around everything.
        let config = AsyncConnectionConfig::new().set_connection_timeout(None).set_response_timeout(None);
        let config = config.set_pipeline_buffer_size(QUEUE);
        let connected = timeout(CONNECT_WITHIN, self.client.get_multiplexed_async_connection_with_config(&config));
        let mut connection = connected.await.map_err(|_| Away::SILENT)?.map_err(|error| Away::of(&error))?;
        // A Redis that needs longer for this would be too slow for a call, too.
        let ping = cmd("PING");
        let answered = timeout(self.answer_within, ping.exec_async(&mut connection)).await;
        answered.map_err(|_| Away::SILENT)?.map_err(|error| Away::of(&error))?;
        let number = self.made.fetch_add(1, Ordering::Relaxed);
        *self.line.write().unwrap_or_else(PoisonError::into_inner) = Some(Line { connection, number });
        Ok(())
    }

    /// A call on that connection failed: the first to say so ends it and sees to a new one.
    pub fn lost(this: &Arc<Self>, number: u64, away: &Away) {
        let mut line = this.line.write().unwrap_or_else(PoisonError::into_inner);
        if line.take_if(|line| line.number == number).is_none() {
            return;
        }
        drop(line);
        this.say_away(away);
        let keeper = Arc::downgrade(this);
        tokio::spawn(async move {
            // Ends with the last handle.
            while let Some(keeper) = keeper.upgrade() {
                sleep(keeper.pause()).await;
                if keeper.connect().await.is_ok() {
                    keeper.say_back();
                    return;
                }
            }
        });
    }

    /// 25 ms after the first failure, 800 ms after many.
    fn pause(&self) -> Duration {
        let failures = self.failures.fetch_add(1, Ordering::Relaxed);
        AGAIN * 2_u32.pow(failures.min(DOUBLINGS))
    }

    fn say_away(&self, away: &Away) {
        let mut last = self.last_said.write().unwrap_or_else(PoisonError::into_inner);
        if last.is_none_or(|last| last.elapsed() >= QUIET) {
            *last = Some(Instant::now());
            self.said_away.store(true, Ordering::Relaxed);
            tracing::warn!(event = "redis_away", "Redis {away}: going on without it");
        }
    }

    fn say_back(&self) {
        if self.said_away.swap(false, Ordering::Relaxed) {
            tracing::info!(event = "redis_back", "Redis is back");
        }
    }
}
