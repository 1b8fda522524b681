//! The pool that hashes passwords: few threads of low priority, a short queue, and a fast 503 beyond it.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
        mpsc::{Receiver, SyncSender, sync_channel},
    },
    thread,
};

use tokio::sync::oneshot;

use super::hash::{Check, HashParams};
use crate::{refused::Refused, settings::Settings};

/// Added to the threads' niceness: a wave of sign-ins must not slow down everybody who is already in.
const NICENESS: i32 = 10;

type Work = Box<dyn FnOnce() + Send>;

/// Hashes and compares passwords; cheap to clone, all clones share one pool. Its threads end with the last clone.
#[derive(Clone)]
pub struct Hasher {
    queue: SyncSender<Work>,
    shared: Arc<Shared>,
}

struct Shared {
    params: HashParams,
    dummy: String,
    checks: AtomicU64,
}

impl Hasher {
    pub fn new(params: HashParams) -> Self {
        let (queue, waiting) = sync_channel(params.queue);
        let waiting = Arc::new(Mutex::new(waiting));
        for number in 0..params.threads.max(1) {
            let waiting = Arc::clone(&waiting);
            let started = thread::Builder::new().name(format!("password-{number}")).spawn(move || work(&waiting));
            if let Err(error) = started {
                tracing::error!(%error, "a thread for passwords did not start");
            }
        }
        // Nobody knows a password of this: it is compared for accounts that do not exist.
        let dummy = params.hash("", [0; 16]).unwrap_or_default();
        Self { queue, shared: Arc::new(Shared { params, dummy, checks: AtomicU64::new(0) }) }
    }

    /// As the contract asks, on as many threads as the operator allows.
    pub fn from_settings(settings: &Settings) -> Self {
        Self::new(HashParams::new(settings.hash_concurrency))
    }

    /// For tests: see [`HashParams::cheap`].
    pub fn cheap() -> Self {
        Self::new(HashParams::cheap())
    }

    /// The hash to store for a new password.
    ///
    /// # Errors
    /// 503 `unavailable`: too many wait, or there is no memory.
    pub(crate) async fn hash(&self, password: String, salt: [u8; 16]) -> Result<String, Refused> {
        let shared = Arc::clone(&self.shared);
        self.run(move || shared.params.hash(&password, salt)).await?.ok_or(Refused::Unavailable)
    }

    /// Compares one password with each of what is stored, all of them always: none stored costs the same.
    /// `old_hashes` = imported hashes exist.
    ///
    /// # Errors
    /// 503 `unavailable`: too many wait.
    pub(crate) async fn check_each(
        &self,
        stored: Vec<Option<String>>,
        password: String,
        old_hashes: bool,
    ) -> Result<Vec<bool>, Refused> {
        let shared = Arc::clone(&self.shared);
        self.run(move || {
            let check = Check { params: &shared.params, dummy: &shared.dummy, old_hashes };
            shared.checks.fetch_add(stored.len() as u64, Ordering::Relaxed);
            stored.iter().map(|stored| check.matches(stored.as_deref(), &password)).collect()
        })
        .await
    }

    /// Whether a stored hash is to be replaced at this sign-in.
    pub(crate) fn outdated(&self, stored: &str) -> bool {
        self.shared.params.outdated(stored)
    }

    /// Comparisons made so far: what tests count to see that every attempt costs the same.
    pub fn checks(&self) -> u64 {
        self.shared.checks.load(Ordering::Relaxed)
    }

    async fn run<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, Refused> {
        let (reply, answer) = oneshot::channel();
        let work = Box::new(move || {
            // Who waited too long has left: the time goes to those who still wait.
            if !reply.is_closed() {
                let _left = reply.send(work());
            }
        });
        self.queue.try_send(work).map_err(|_| Refused::Unavailable)?;
        answer.await.map_err(|_| Refused::Unavailable)
    }
}

fn work(waiting: &Mutex<Receiver<Work>>) {
    // On Linux this is the thread's own priority; where it is refused, passwords are hashed at the common one.
    let _common_priority = rustix::process::setpriority_process(None, NICENESS);
    loop {
        let next = waiting.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(work) = next else { return };
        let _lost = catch_unwind(AssertUnwindSafe(work));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn every_candidate_is_compared_also_the_missing_ones() {
        let hasher = Hasher::cheap();
        let hash = hasher.hash("tall-Lantern9".to_owned(), [3; 16]).await.expect("hash");
        let matches = hasher.check_each(vec![Some(hash), None], "tall-Lantern9".to_owned(), false).await;
        assert_eq!(matches, Ok(vec![true, false]));
        assert_eq!(hasher.checks(), 2);
    }

    #[tokio::test]
    async fn a_full_queue_is_a_fast_refusal() {
        let hasher = Hasher::new(HashParams { threads: 1, queue: 1, ..HashParams::cheap() });
        let (release, holding) = std::sync::mpsc::channel::<()>();
        let (arrived, wait) = oneshot::channel();
        let busy = hasher.clone();
        let running = tokio::spawn(async move {
            busy.run(move || {
                let _gone = arrived.send(());
                let _released = holding.recv();
            })
            .await
        });
        wait.await.expect("running");
        let queued = hasher.queue.try_send(Box::new(|| ()));
        assert!(queued.is_ok());
        assert_eq!(hasher.hash("x".to_owned(), [0; 16]).await, Err(Refused::Unavailable));
        drop(release);
        assert_eq!(running.await.expect("joined"), Ok(()));
    }
}
